// From packets of Opus to AAC in nginx-rtmp.

import type { ProcessHost } from "#runtime/process/process.ts";
import { IncomingStream } from "./incoming-stream.ts";
import { OpusToAac } from "./opus-to-aac.ts";
import { PATIENT_RULES } from "./packet-line.ts";
import type { FlowParts } from "./picture-flow.ts";
import { Unrolled } from "./unrolled.ts";

const SOUND_TICKS_PER_MS = 48;

interface SoundParts extends FlowParts {
  processes: ProcessHost;
  ffmpegPath: string;
}

export class SoundFlow {
  readonly stream: IncomingStream;
  readonly #timestamps = new Unrolled(32);
  readonly #encoder: OpusToAac;

  constructor(parts: SoundParts, payloadType: number) {
    const { clock, timeline, publishing } = parts;
    this.#encoder = new OpusToAac({
      ...parts,
      onFrame: ({ atSamples, data }) =>
        publishing.sound(data, timeline.place("audio", turned(atSamples), clock.monoMs())),
    });
    this.stream = new IncomingStream({
      ...{ payloadType, rtxPayloadType: null, ticksPerMs: SOUND_TICKS_PER_MS, rules: PATIENT_RULES, log: parts.log },
      onPacket: ({ timestamp, payload }) => {
        if (payload.length === 0) return;
        // It says when the sound came; the encoder's frames come later.
        timeline.place("audio", timestamp, clock.monoMs());
        this.#encoder.packet(payload, this.#timestamps.take(timestamp));
      },
    });
  }

  stop = () => this.#encoder.stop();
}

/** As a timestamp of 32 bits. */
const turned = (samples: number) => ((samples % 2 ** 32) + 2 ** 32) % 2 ** 32;
