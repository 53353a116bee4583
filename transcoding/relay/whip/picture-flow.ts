// From packets of H.264 to pictures in nginx-rtmp. What cannot be decoded is left out up to the next keyframe.

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { AvcPictures } from "./avc-pictures.ts";
import { H264Depacketizer, type NalUnits } from "./depacketizer.ts";
import { IncomingStream } from "./incoming-stream.ts";
import { KeyframeRequests } from "./keyframe-requests.ts";
import { pictures } from "./metrics.ts";
import { PATIENT_RULES, PICTURE_RULES } from "./packet-line.ts";
import type { Publishing } from "./publishing.ts";
import type { Timeline } from "./timeline.ts";

export const VIDEO_TICKS_PER_MS = 90;

/** What was agreed on for the picture. */
export interface VideoAgreed {
  payloadType: number;
  /** See IncomingStream. */
  rtxPayloadType: number | null;
  /** As in the offer's `rtcp-fb`: `nack`, `nack pli` … */
  feedback: readonly string[];
}

export interface FlowParts {
  clock: Clock;
  log: Log;
  timeline: Timeline;
  publishing: Pick<Publishing, "picture" | "sound">;
}

export class PictureFlow {
  readonly stream: IncomingStream;
  readonly requests = new KeyframeRequests();
  readonly #avc = new AvcPictures();
  readonly #depacketizer: H264Depacketizer;

  constructor(
    private readonly parts: FlowParts,
    { payloadType, rtxPayloadType, feedback }: VideoAgreed,
  ) {
    this.#depacketizer = new H264Depacketizer({
      picture: (units) => this.#picture(units),
      lost: () => this.requests.lost(),
    });
    this.stream = new IncomingStream({
      ...{ payloadType, rtxPayloadType, ticksPerMs: VIDEO_TICKS_PER_MS, log: parts.log },
      rules: feedback.includes("nack") ? PICTURE_RULES : PATIENT_RULES,
      onPacket: (packet, isAfterHole) => this.#depacketizer.push(packet, isAfterHole),
    });
  }

  #picture({ timestamp, units }: NalUnits) {
    const { clock, log, timeline, publishing } = this.parts;
    const picture = this.#avc.take(units);
    if (!picture) return;
    const nowMs = clock.monoMs();
    if (picture.key) this.requests.came(nowMs);
    if (this.requests.isMissing) return pictures.inc({ outcome: "waited" });
    const { config } = picture;
    if (config) log.info({ codec: config.codec, width: config.width, height: config.height }, "picture of a publisher");
    pictures.inc({ outcome: "taken" });
    publishing.picture(picture, timeline.place("video", timestamp, nowMs));
  }
}
