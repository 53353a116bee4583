// What lies behind a hole: the first segment of the new owner, by whose bytes its place in nginx-rtmp's files is found.

import { boxes } from "#runtime/fmp4/box.ts";
import { type FragmentTrack, parseMoof } from "#runtime/fmp4/fragment.ts";
import { parseInit } from "#runtime/fmp4/init.ts";
import type { MadeSegment } from "../../packager/shelf/made.ts";
import type { LinePicture, LineSound, TagLine } from "./tag-line.ts";

/** Where a tag of the files lies on the session's clock, ms. */
export interface Anchor {
  file: number;
  fileMs: number;
  atMs: number;
}

export interface Anchors {
  /** The keyframe with which the segment begins; `index` of the line's tags. */
  picture: Anchor & { index: number };
  /** Its first sound; null: it has none, or it was not found. */
  sound: Anchor | null;
}

interface ReadFragment {
  tracks: FragmentTrack[];
  media: Uint8Array;
}

/** Sound that is found by its bytes lies so near to the picture. Silence has the same bytes over and over. */
const SOUND_NEAR_MS = 1_500;
/** Fragments that are searched for the first sound: nginx sends both tracks together. */
const FRAGMENTS_MAX = 64;

const msOf = ({ decodeTime, track }: FragmentTrack) => (decodeTime * 1_000) / track.timescale;

/** Null: the files do not have the segment's first picture. Throws Mp4Error. */
export function anchorsOf({ media }: MadeSegment, { tags }: TagLine): Anchors | null {
  if (!media) return null;
  const fragments = readFragments(media).filter(({ tracks }) => tracks.length > 0);
  const first = fragments[0]?.tracks[0];
  if (first?.track.kind !== "video") return null;
  const index = tags.findLastIndex(
    (tag) => tag.kind === "video" && tag.entry && startsWith(fragments[0]!.media, tag.data),
  );
  const keyframe = tags[index];
  if (!keyframe) return null;
  const picture = { index, file: keyframe.file, fileMs: keyframe.fileMs, atMs: msOf(first) };
  const pictures = tags.slice(index).filter((tag): tag is LinePicture => tag.kind === "video");
  return { picture, sound: soundOf(fragments, { pictures, tags, picture }) };
}

function soundOf(
  fragments: readonly ReadFragment[],
  { pictures, tags, picture }: { pictures: LinePicture[]; tags: TagLine["tags"]; picture: Anchor },
): Anchor | null {
  // A fragment has one picture, and the sound behind it.
  const at = fragments.findIndex(({ tracks }) => tracks.some(({ track }) => track.kind === "audio"));
  const fragment = fragments[at];
  const shown = pictures[at];
  if (!fragment || !shown || fragment.tracks[0]?.track.kind !== "video") return null;
  const sound = fragment.tracks.find(({ track }) => track.kind === "audio")!;
  const bytes = fragment.media.subarray(shown.data.length);
  const expectedMs = picture.fileMs + msOf(sound) - picture.atMs;
  const off = (tag: LineSound) => Math.abs(tag.fileMs - expectedMs);
  const [found] = tags
    .filter((tag): tag is LineSound => tag.kind === "audio" && tag.file === picture.file && off(tag) < SOUND_NEAR_MS)
    .filter(({ data }) => startsWith(bytes, data))
    .sort((a, b) => off(a) - off(b));
  return found ? { file: found.file, fileMs: found.fileMs, atMs: msOf(sound) } : null;
}

function readFragments({ init, chunks }: NonNullable<MadeSegment["media"]>): ReadFragment[] {
  const known = parseInit(init.bytes);
  const fragments: ReadFragment[] = [];
  for (const chunk of chunks) {
    let tracks: FragmentTrack[] = [];
    for (const { type, start, end } of boxes(chunk, 0, chunk.length)) {
      if (type === "moof") tracks = parseMoof(chunk, { start, end }, known);
      else if (type === "mdat") fragments.push({ tracks, media: chunk.subarray(start, end) });
      if (fragments.length >= FRAGMENTS_MAX) return fragments;
    }
  }
  return fragments;
}

const startsWith = (bytes: Uint8Array, head: Uint8Array) =>
  head.length > 0 && head.length <= bytes.length && Buffer.compare(bytes.subarray(0, head.length), head) === 0;
