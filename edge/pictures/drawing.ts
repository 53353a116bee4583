// What an edge and the process that draws pictures (draw-process.ts) say to each other.
//
//   arguments        kind of the picture; user to become, or "-"
//   standard input   4 bytes: length of the file; the file. Then it stays open: its end ends the process
//   standard output  one line of JSON, Drawn; the pictures one after the other, by their lengths

import type { PictureKind } from "#schema/wire/pictures.ts";

/** Of one picture that is not drawn in the widths of its kind. */
export interface DrawnSize {
  width: number;
  height: number;
}

export type DrawnKind = PictureKind | "emote";

export type Drawn =
  /** Lengths in bytes, in order of the kind's widths. Of an emote: in order of `sizes`, then those of its first frame if it is animated. */
  | { lengths: number[]; sizes?: DrawnSize[]; animated?: boolean }
  /** The file is to blame. */
  | { refused: "picture_too_large" | "picture_broken" };

export interface DrawArguments {
  kind: DrawnKind;
  /** See `confine`. */
  userId: number | null;
}

export const writeArguments = ({ kind, userId }: DrawArguments) => [kind, userId === null ? "-" : String(userId)];

export const readArguments = ([kind, userId]: readonly string[]): DrawArguments => ({
  kind: kind as DrawnKind,
  userId: userId === "-" ? null : Number(userId),
});

export function lengthPrefix(bytes: number): Uint8Array {
  const prefix = Buffer.alloc(LENGTH_BYTES);
  prefix.writeUInt32BE(bytes);
  return prefix;
}

export const LENGTH_BYTES = 4;
