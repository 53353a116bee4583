// The sound of a channel as Opus, for all its viewers: browsers take no AAC by WebRTC.

import type { ProcessInput } from "#runtime/process/process.ts";
import { aacBody, flvHeader, flvTag } from "../../intake/flv/flv-file.ts";
import { FED_MS_MAX } from "../../ladder/feed.ts";
import { originFor } from "../../ladder/origin.ts";
import type { FedFormat, FedSample } from "../live/rendition-feed.ts";
import { withHeaderRoom } from "../rtp/rtp-header.ts";
import { SOUND_CLOCK } from "../rtp/sound-times.ts";
import type { EncoderFeed, EncodingPlan } from "./encoder-leg.ts";

const FRAME_MS = 20;
export const OPUS_TICKS = (FRAME_MS * SOUND_CLOCK) / 1_000;
/** A second of sound has 16 KB: who does not read so much hangs. */
const HELD_BYTES_MAX = 512 * 1024;
/** More than that between two frames: sound was lost, or the stream begins again. */
const BACK_MS_MAX = 5;

export interface SoundPacket {
  /** With room for its header. */
  packet: Buffer;
  /** On the stream's clock: 1/48 000 s since 1970. */
  ticks: number;
}

/** Null: the rendition has no AAC. */
export function opusPlan(
  { format: { audio }, clockMs }: FedFormat,
  { ffmpegPath, onSound }: { ffmpegPath: string; onSound(sound: SoundPacket): void },
): EncodingPlan | null {
  if (!audio) return null;
  const { asc } = audio.config;
  return {
    key: `${clockMs} ${Buffer.from(asc).toString("hex")}`,
    kind: "audio",
    argv: (atMs) => opusArgv(ffmpegPath, originFor(atMs)),
    feed: (input, atMs) => new SoundFeed(input, { asc, originMs: originFor(atMs) }),
    take: ({ atS, data }) =>
      onSound({ packet: withHeaderRoom(data), ticks: Math.round(atS * SOUND_CLOCK) + clockMs * (SOUND_CLOCK / 1_000) }),
  };
}

/** `analyzeduration`: FFmpeg would read so many µs of sound before the first packet, though the header says all. `aresample=async=1`: FLV counts ms, so that frames seem to overlap; without it a third of the sound is concealed by players. */
export function opusArgv(ffmpegPath: string, originMs: number): string[] {
  return [
    ...[ffmpegPath, "-hide_banner", "-nostdin", "-loglevel", "warning", "-analyzeduration", "1"],
    ...["-fpsprobesize", "0", "-threads", "1", "-copyts"],
    ...(originMs > 0 ? ["-itsoffset", (originMs / 1000).toFixed(3)] : []),
    ...[
      "-f",
      "flv",
      "-i",
      "pipe:0",
      "-map",
      "0:a:0",
      "-af",
      "aresample=async=1",
      "-ac",
      "2",
      "-ar",
      String(SOUND_CLOCK),
    ],
    ...["-c:a", "libopus", "-b:a", "128k", "-application", "lowdelay", "-frame_duration", String(FRAME_MS)],
    ...["-f", "nut", "-flush_packets", "1", "pipe:1"],
  ];
}

class SoundFeed implements EncoderFeed {
  #newestMs = Number.NEGATIVE_INFINITY;
  #isWorn = false;
  readonly #originMs: number;

  constructor(
    private readonly input: ProcessInput,
    { asc, originMs }: { asc: Uint8Array; originMs: number },
  ) {
    this.#originMs = originMs;
    input.write(flvHeader({ video: false, audio: true }));
    input.write(flvTag(8, 0, aacBody(asc, { header: true })));
  }

  get isWorn() {
    return this.#isWorn;
  }

  sample({ decodeMs, data }: FedSample) {
    // Sound that was fed already comes again after a lost connection.
    if (decodeMs < this.#newestMs + BACK_MS_MAX) return;
    this.#newestMs = decodeMs;
    const atMs = decodeMs - this.#originMs;
    if (atMs > FED_MS_MAX || this.input.heldBytes > HELD_BYTES_MAX) {
      this.#isWorn = true;
      return;
    }
    this.input.write(flvTag(8, Math.max(0, atMs), aacBody(data, { header: false })));
  }
}
