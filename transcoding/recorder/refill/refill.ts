// Fills the hole that a change of owners leaves in a recording, with what nginx-rtmp wrote to files of its own meanwhile.
//
//   files ─► one line of tags ─► the keyframe behind the hole is found by its bytes ─► what lies before it, back to where the recording ended
//     ─► muxed as the intake would have ─► cut where the numbers of the hole begin: at a keyframe if one is near

import type { Fragment } from "#runtime/fmp4/fragment.ts";
import { sameBytes } from "../../bytes.ts";
import { Muxing } from "../../intake/muxing.ts";
import { SILENT_CONFIG } from "../../intake/silent-aac.ts";
import { type SourceInit, sourceInit } from "../../intake/source.ts";
import type { MadeSegment } from "../../packager/shelf/made.ts";
import { type Anchors, anchorsOf } from "./behind.ts";
import { cutsOf } from "./cuts.ts";
import { type LinePicture, type LineSound, type TagLine, tagLine } from "./tag-line.ts";

export interface Hole {
  /** The numbers that nobody has, ascending, with where each begins: ms of wall time. The first begins where the recording ended. */
  numbers: readonly { number: number; atMs: number }[];
  /** The segment behind the hole. */
  behind: MadeSegment;
}

/** A segment in place of a gap. */
export interface Filled {
  number: number;
  atMs: number;
  durationMs: number;
  keyed: boolean;
  chunks: Uint8Array[];
}

/** The hole begins with a keyframe. If none is so near to its beginning, it is filled from the first one on. */
const NEAR_MS = 500;
/** A longer step between two pictures: something of the source is missing. */
const STEP_MAX_MS = 5_000;
/** About half a frame of AAC: the sound behind the hole must not come twice. */
const SOUND_HALF_MS = 10;
/** Pictures that are muxed before others have their turn: some milliseconds. */
const AT_ONCE = 60;

type At<Tag> = Tag & { atMs: number };

/** `files`: FLV as nginx-rtmp records it, oldest first, without a hole between them. Returns the last numbers of the hole with media; none
 *  when the files do not have what lies before `behind`, or not with the same headers. Rejects with Mp4Error.
 *  `pause` lets others have their turn. */
export async function refill(
  { numbers, behind }: Hole,
  files: readonly Uint8Array[],
  pause: () => Promise<void>,
): Promise<Filled[]> {
  const line = tagLine(files);
  const anchors = line && anchorsOf(behind, line);
  const init = line && sourceInit(line.video, line.audio ?? SILENT_CONFIG, { silent: line.audio === null });
  if (!line || !anchors || !init || !behind.media || !sameBytes(init.bytes, behind.media.init.bytes)) return [];
  /** From wall time to the session's. */
  const sessionMs = (wallMs: number) => anchors.picture.atMs + wallMs - behind.atMs;
  const placed = place(line, anchors, sessionMs(numbers[0]!.atMs));
  if (!placed) return [];
  const { pictures, sounds } = placed;
  const startMs = pictures[0]!.atMs;
  const open = numbers.map(({ number, atMs }) => ({ number, fromMs: sessionMs(atMs) }));
  // What the files do not reach back to stays a gap.
  const offMs = open.map(({ fromMs }) => Math.abs(fromMs - startMs));
  const filled = open.slice(offMs.indexOf(Math.min(...offMs)));
  const cuts = cutsOf(pictures, { fromMs: filled.map(({ fromMs }) => fromMs), untilMs: anchors.picture.atMs });
  if (!cuts) return [];
  const fragments = await mux(init, pictures, sounds, pause);
  return filled.map(({ number }, i) => {
    const fromMs = pictures[cuts[i]!]!.atMs;
    const untilMs = i + 1 < filled.length ? pictures[cuts[i + 1]!]!.atMs : anchors.picture.atMs;
    const own = fragments.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs);
    const atMs = behind.atMs + fromMs - anchors.picture.atMs;
    const chunks = own.map(({ fragment }) => fragment.data);
    return { number, atMs, durationMs: untilMs - fromMs, keyed: pictures[cuts[i]!]!.key, chunks };
  });
}

/** The tags of the hole on the session's clock; null: there are none, or something between them is missing. */
function place({ tags }: TagLine, { picture, sound }: Anchors, holeFromMs: number) {
  const offsets = offsetsOf(tags.slice(0, picture.index), picture);
  const soundOffMs = sound ? sound.atMs - sound.fileMs - (picture.atMs - picture.fileMs) : 0;
  const before = tags.slice(0, picture.index).filter(({ file }) => offsets.has(file));
  const pictures: At<LinePicture>[] = [];
  const sounds: At<LineSound>[] = [];
  for (const tag of before) {
    const atMs = tag.fileMs + offsets.get(tag.file)!;
    if (tag.kind === "audio") sounds.push({ ...tag, atMs: Math.round(atMs + soundOffMs) });
    else
      pictures.push({
        ...tag,
        atMs: Math.max(Math.round(atMs), (pictures.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY) + 1),
      });
  }
  const from = pictures.findIndex(({ key, atMs }) => key && atMs >= holeFromMs - NEAR_MS);
  if (from < 0) return null;
  const inHole = pictures.slice(from);
  const ends = [...inHole.slice(1).map(({ atMs }) => atMs), picture.atMs];
  if (ends.some((endMs, i) => endMs <= inHole[i]!.atMs || endMs - inHole[i]!.atMs > STEP_MAX_MS)) return null;
  const startMs = inHole[0]!.atMs;
  const soundEndMs = sound?.atMs ?? picture.atMs;
  return {
    pictures: inHole,
    sounds: sounds.filter(({ atMs }) => atMs >= startMs && atMs < soundEndMs - SOUND_HALF_MS),
  };
}

/** What to add to the times of each file: it ends one usual step before the next one begins. */
function offsetsOf(before: TagLine["tags"], { file, fileMs, atMs }: Anchors["picture"]): Map<number, number> {
  const offsets = new Map([[file, atMs - fileMs]]);
  for (let earlier = file - 1; earlier >= 0; earlier--) {
    const times = before.flatMap((tag) => (tag.kind === "video" && tag.file === earlier ? [tag.fileMs] : []));
    const nextFirst = before.find((tag) => tag.kind === "video" && tag.file === earlier + 1)?.fileMs ?? fileMs;
    const last = times.at(-1);
    const previous = times.at(-2);
    if (last === undefined || previous === undefined) break;
    offsets.set(earlier, offsets.get(earlier + 1)! + nextFirst - (last - previous) - last);
  }
  return offsets;
}

async function mux(
  init: SourceInit,
  pictures: readonly At<LinePicture>[],
  sounds: readonly At<LineSound>[],
  pause: () => Promise<void>,
) {
  const fragments: { atMs: number; fragment: Fragment }[] = [];
  const events = {
    onInit: () => {},
    onTag: () => {},
    silence: () => {},
    onFragment: (fragment: Fragment, { atMs }: { atMs: number }) => void fragments.push({ atMs, fragment }),
  };
  const muxing = new Muxing(init, { beforeMs: null, atMs: pictures[0]!.atMs }, events);
  let heard = 0;
  for (const [i, picture] of pictures.entries()) {
    if (i % AT_ONCE === 0) await pause();
    for (; heard < sounds.length && sounds[heard]!.atMs <= picture.atMs; heard++)
      muxing.sound(sounds[heard]!.atMs, sounds[heard]!.data);
    muxing.picture(picture);
  }
  for (const sound of sounds.slice(heard)) muxing.sound(sound.atMs, sound.data);
  muxing.flush();
  return fragments;
}
