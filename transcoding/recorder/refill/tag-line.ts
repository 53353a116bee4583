// The files of nginx-rtmp as one line of pictures and sound. Each file begins with a keyframe, behind its headers, with a clock of its own from 0.

import { sameBytes } from "../../bytes.ts";
import { type AudioArrival, arrivalOf, type VideoArrival } from "../../intake/arrival.ts";
import type { AacConfig } from "../../intake/flv/aac-config.ts";
import type { AvcConfig } from "../../intake/flv/avc-config.ts";
import { flvMessages } from "../../intake/flv/flv-file.ts";
import { lookIntoPicture } from "../../intake/flv/nal-units.ts";

export interface LinePicture {
  kind: "video";
  /** Which file it is in, and its decode time there, ms. */
  file: number;
  fileMs: number;
  compositionMs: number;
  key: boolean;
  entry: boolean;
  data: Uint8Array;
  body: Uint8Array;
}

export interface LineSound {
  kind: "audio";
  file: number;
  fileMs: number;
  data: Uint8Array;
}

export interface TagLine {
  /** In the order in which they came. */
  tags: (LinePicture | LineSound)[];
  video: AvcConfig;
  /** Null: there is no sound. */
  audio: AacConfig | null;
}

/** Null when there is no picture, or when a header changes: then nothing of the files is sure. */
export function tagLine(files: readonly Uint8Array[]): TagLine | null {
  const tags: TagLine["tags"] = [];
  const headers = { video: null as AvcConfig | null, audio: null as AacConfig | null, changed: false };
  for (const [file, bytes] of files.entries())
    for (const message of flvMessages(bytes)) {
      const arrival = arrivalOf(message, 0);
      const tag =
        arrival?.kind === "video" ? pictureOf(arrival, headers, file) : arrival && soundOf(arrival, headers, file);
      if (tag) tags.push(tag);
    }
  const { video, audio, changed } = headers;
  return video && !changed ? { tags, video, audio } : null;
}

interface Headers {
  video: AvcConfig | null;
  audio: AacConfig | null;
  changed: boolean;
}

function pictureOf({ tag, timestamp, body }: VideoArrival, headers: Headers, file: number): LinePicture | null {
  if (tag.kind === "header") {
    if (headers.video && !sameBytes(headers.video.avcC, tag.config.avcC)) headers.changed = true;
    headers.video = tag.config;
  }
  if (tag.kind !== "picture" || !headers.video) return null;
  const { data, compositionMs, marked } = tag;
  const { whole, idr, recoveryPictures } = lookIntoPicture(data, headers.video.lengthBytes);
  if (!whole) return null;
  const key = idr || (marked && recoveryPictures === 0);
  return { kind: "video", file, fileMs: timestamp, compositionMs, key, entry: idr || marked, data, body };
}

function soundOf({ tag, timestamp }: AudioArrival, headers: Headers, file: number): LineSound | null {
  if (tag.kind === "header") {
    if (headers.audio && !sameBytes(headers.audio.asc, tag.config.asc)) headers.changed = true;
    headers.audio = tag.config;
  }
  return tag.kind === "sound" && headers.audio ? { kind: "audio", file, fileMs: timestamp, data: tag.data } : null;
}
