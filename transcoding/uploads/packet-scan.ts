// How long picture and sound really are, and whether there are holes: from the times of all packets, nothing is decoded.

import { refusal } from "./refusal.ts";
import type { Demuxer } from "./sniff.ts";
import { HOLE_MAX_S, inputArgs, inputUrl, PACKETS_MAX } from "./source-limits.ts";

/** Seconds from FFmpeg's zero, the first time in the file. */
export interface Span {
  packets: number;
  startS: number;
  endS: number;
}

export interface Scan {
  video: Span;
  audio: Span | null;
}

/** The clock of these formats may jump, as where two recordings were joined: FFmpeg goes on as if it had not, and so do we. */
const JUMPING: readonly Demuxer[] = ["mpegts", "mpeg", "flv", "ogg"];
/** FFmpeg's own `dts_delta_threshold`. */
const JUMP_S = 10;
/** Back by so much it is a jump too, as FFmpeg has it: packets are decoded in the order of their clock. */
const JUMP_BACK_S = 0.1;
/** The length of a last picture is whatever the file says. */
const LAST_LENGTH_MAX_S = 10;

/** `-show_entries` alone would tell the streams' texts too: here are numbers only. */
export const scanArgv = (ffprobePath: string, demuxer: Demuxer): string[] => [
  ...[ffprobePath, "-hide_banner", "-loglevel", "error", ...inputArgs(demuxer)],
  ...["-show_entries", "packet=stream_index,pts_time,dts_time,duration_time,flags", "-of", "compact=p=0"],
  ...["-i", inputUrl],
];

interface Tracks {
  demuxer: Demuxer;
  videoIndex: number;
  audioIndex: number | null;
  startS: number;
}

interface Running extends Span {
  lastS: number | null;
  lastLengthS: number;
}

export class PacketScan {
  readonly #video: Running = nothing();
  readonly #audio: Running = nothing();
  #packets = 0;
  /** Added to the file's times: what its clock has jumped so far, the other way. */
  #shiftS: number;
  readonly #jumps: boolean;

  constructor(private readonly tracks: Tracks) {
    this.#shiftS = -tracks.startS;
    this.#jumps = JUMPING.includes(tracks.demuxer);
  }

  /** One line of ffprobe. Throws UploadRefused. */
  line(line: string) {
    if (++this.#packets > PACKETS_MAX) throw refusal("too_many_packets");
    const fields = new Map(line.split("|").map((field) => field.split("=", 2) as [string, string]));
    const index = Number(fields.get("stream_index"));
    const track =
      index === this.tracks.videoIndex ? this.#video : index === this.tracks.audioIndex ? this.#audio : null;
    if (!track) return;
    const shownS = Number(fields.get("pts_time") ?? Number.NaN);
    const decodedS = Number(fields.get("dts_time") ?? Number.NaN);
    const atS = Number.isFinite(decodedS) ? decodedS : shownS;
    if (!Number.isFinite(atS)) return;
    const lengthS = Number(fields.get("duration_time"));
    const length = Number.isFinite(lengthS) && lengthS > 0 ? lengthS : 0;
    this.#follow(track, atS, length);
    // What an edit list hides is decoded and not shown.
    if (fields.get("flags")?.includes("D")) return;
    const fromS = (Number.isFinite(shownS) ? shownS : atS) + this.#shiftS;
    track.packets++;
    track.startS = Math.min(track.startS, fromS);
    track.endS = Math.max(track.endS, fromS + Math.min(length || averageS(track), LAST_LENGTH_MAX_S));
  }

  #follow(track: Running, atS: number, length: number) {
    if (track.lastS !== null) {
      const stepS = atS + this.#shiftS - track.lastS;
      const offS = stepS - track.lastLengthS;
      if (this.#jumps && (Math.abs(offS) > JUMP_S || stepS < -JUMP_BACK_S)) this.#shiftS -= offS;
      else if (stepS > HOLE_MAX_S)
        throw refusal("hole", `The file has a hole: for ${Math.round(stepS)} seconds nothing is in it.`);
    }
    track.lastS = atS + this.#shiftS;
    track.lastLengthS = Math.min(length || averageS(track), LAST_LENGTH_MAX_S);
  }

  /** Throws UploadRefused when there is no picture. */
  result(): Scan {
    if (this.#video.packets === 0) throw refusal("unreadable");
    return { video: span(this.#video), audio: this.#audio.packets > 0 ? span(this.#audio) : null };
  }
}

const nothing = (): Running => ({
  ...{ packets: 0, startS: Number.POSITIVE_INFINITY, endS: 0 },
  ...{ lastS: null, lastLengthS: 0 },
});
const averageS = ({ packets, startS, endS }: Running) => (packets > 1 ? (endS - startS) / packets : 0);
const span = ({ packets, startS, endS }: Running): Span => ({ packets, startS: Math.max(0, startS), endS });
