// What the intake gives of a source: its init, its fragments, and the same media as RTMP bodies for the ladder.

import type { Track } from "#runtime/fmp4/init.ts";
import { concat } from "../bytes.ts";
import { writeInit } from "../fmp4/init-writer.ts";
import type { AacConfig } from "./flv/aac-config.ts";
import type { AvcConfig } from "./flv/avc-config.ts";
import { aacBody } from "./flv/flv-file.ts";

export interface SourceInit {
  /** ftyp + moov. */
  bytes: Uint8Array;
  /** The picture, then the sound. */
  tracks: Track[];
  video: AvcConfig;
  audio: AacConfig;
  /** The source has said nothing of sound: the sound track is ours, and silent. */
  silent: boolean;
  /** Bodies of the header tags, for a ladder that starts later. */
  headers: { video: Uint8Array; audio: Uint8Array };
}

/** One message of the source as it is muxed: on the session's clock, with silence where there is no sound. */
export interface SourceTag {
  type: 8 | 9;
  /** Decode time, ms of session time. */
  atMs: number;
  /** As in RTMP and FLV. */
  body: Uint8Array;
  /** The body holds a codec header. Both come behind each init. */
  header: boolean;
  /** Decoding can begin with this picture, at once (an IDR picture) or soon (intra refresh). */
  key: boolean;
}

export interface FragmentPlace {
  /** The fragment begins with a picture from which everything can be decoded at once. */
  key: boolean;
  /** Decode time of the picture, or of the sound in a fragment without picture: ms of session time. */
  atMs: number;
}

const AVC_HEADER = Uint8Array.of(0x17, 0, 0, 0, 0);

export function sourceInit(video: AvcConfig, audio: AacConfig, { silent }: { silent: boolean }): SourceInit {
  const headers = {
    video: concat(AVC_HEADER, video.avcC),
    audio: aacBody(audio.asc, { header: true }),
  };
  return { ...writeInit({ video, audio }), video, audio, silent, headers };
}
