// A programme: tags and the moment each is due, and the changes that make a well-behaved encoder a strange one. Pure; nothing is sent here.

import { type FlvTag, isEnd, isHeader } from "./flv.ts";

export interface TimedTag extends FlvTag {
  /** When it is sent, ms after the start of the programme. */
  dueMs: number;
}

export type Change = (tags: Iterable<TimedTag>) => Iterable<TimedTag>;

/** Between the last picture of one round and the first of the next. */
const SEAM_MS = 33;

/** Each tag is due at its timestamp; script data and the end of a sequence are left out, because a second round may follow. Without an end: the tags again and again, while timestamps go on. */
export function* programme(tags: readonly FlvTag[], { rounds = 1 }: { rounds?: number } = {}): Generator<TimedTag> {
  let baseMs = 0;
  const all = tags.filter((tag) => tag.type !== "script" && !isEnd(tag));
  const pictures = all.filter(({ type }) => type === "video");
  const times = (pictures.length > 0 ? pictures : all)
    .filter((tag) => !isHeader(tag))
    .map(({ timestampMs }) => timestampMs);
  const lastMs = Math.max(0, ...times);
  // Sound behind the last picture is left out where a round follows: it would make a hole in the picture at each seam.
  const media = rounds > 1 ? all.filter(({ timestampMs }) => timestampMs <= lastMs) : all;
  // The first picture of a file stands a little behind its sound; where it comes much later, sound must not go back at the seam.
  const firstMs = Math.min(lastMs, ...times);
  const lengthMs = lastMs - (firstMs <= SEAM_MS ? firstMs : 0) + SEAM_MS;
  if (media.length === 0) return;
  for (let round = 0; round < rounds; round++, baseMs += lengthMs)
    for (const tag of media) yield { ...tag, timestampMs: baseMs + tag.timestampMs, dueMs: baseMs + tag.timestampMs };
}

/** The changes in order: the first one sees the programme as it is. */
export const changed = (tags: Iterable<TimedTag>, ...changes: Change[]): Iterable<TimedTag> =>
  changes.reduce((so, change) => change(so), tags);

const each = (alter: (tag: TimedTag) => TimedTag | null): Change =>
  function* (tags) {
    for (const tag of tags) {
      const altered = alter(tag);
      if (altered) yield altered;
    }
  };

const dated = (tag: TimedTag, byMs: number): TimedTag => ({ ...tag, timestampMs: tag.timestampMs + byMs });

/** The clock starts elsewhere. */
export const shifted = (byMs: number): Change => each((tag) => dated(tag, byMs));

/** From media time `atMs` on the clock is another. */
export const jumping = ({ atMs, byMs }: { atMs: number; byMs: number }): Change =>
  each((tag) => (tag.dueMs >= atMs ? dated(tag, byMs) : tag));

/** One picture, the first from `atMs` on, is dated elsewhere; with `everyMs` one in each such time. `kind`: which track strays. */
export const stray = ({ atMs, byMs, everyMs, kind = "video" }: StrayOptions): Change =>
  function* (tags) {
    let nextMs = atMs;
    for (const tag of tags) {
      const strays = tag.type === kind && tag.dueMs >= nextMs && !isHeader(tag);
      if (strays) nextMs = everyMs === undefined ? Number.POSITIVE_INFINITY : nextMs + everyMs;
      yield strays ? dated(tag, byMs) : tag;
    }
  };
interface StrayOptions {
  atMs: number;
  byMs: number;
  everyMs?: number;
  kind?: "audio" | "video";
}

/** One track is dated by another clock than the other one, from `fromMs` on. */
export const apart = (kind: "audio" | "video", { byMs, fromMs = 0 }: { byMs: number; fromMs?: number }): Change =>
  each((tag) => (tag.type === kind && tag.dueMs >= fromMs ? dated(tag, byMs) : tag));

/** Nothing of a track before `fromMs`, and nothing from `untilMs` on. Its header comes right before its first tag. */
export const only = (kind: "audio" | "video", { fromMs = 0, untilMs = Number.POSITIVE_INFINITY }): Change =>
  function* (tags) {
    let held: TimedTag | null = null;
    for (const tag of tags) {
      if (tag.type !== kind) yield tag;
      else if (tag.dueMs >= untilMs) continue;
      else if (tag.dueMs < fromMs) held = isHeader(tag) ? tag : held;
      else {
        if (held) yield { ...held, dueMs: tag.dueMs, timestampMs: tag.timestampMs };
        held = null;
        yield tag;
      }
    }
  };

/** A track, or the header of a track, is never sent. */
export const without = (what: "audio" | "video", { headerOnly = false } = {}): Change =>
  each((tag) => (tag.type === what && (!headerOnly || isHeader(tag)) ? null : tag));

/** Media time runs `speed` times as fast as the world's: the encoder does not keep up, or does not pace itself. */
export const atSpeed = (speed: number): Change => each((tag) => ({ ...tag, dueMs: tag.dueMs / speed }));

/** The encoder's clock runs `rate` times as fast as the world's, while pictures come at their pace. */
export const clockAt = (rate: number): Change => each((tag) => ({ ...tag, timestampMs: tag.timestampMs * rate }));

/** From `fromMs` on the clock stands still. */
export const standing = ({ fromMs = 0 } = {}): Change =>
  each((tag) => (tag.dueMs < fromMs ? tag : { ...tag, timestampMs: fromMs }));

/** Nothing is sent for `forMs`; then what was due is sent at once. */
export const stalled = ({ atMs, forMs }: { atMs: number; forMs: number }): Change =>
  each((tag) => (tag.dueMs >= atMs && tag.dueMs < atMs + forMs ? { ...tag, dueMs: atMs + forMs } : tag));

/** All pictures are composed `byMs` later or earlier. */
export const composed = (byMs: number): Change =>
  each((tag) => {
    if (tag.type !== "video" || isHeader(tag)) return tag;
    const body = Buffer.from(tag.body);
    body.writeIntBE(body.readIntBE(2, 3) + byMs, 2, 3);
    return { ...tag, body };
  });

/** Every tag is sent up to `byMs` late by a fixed pattern, in order, as over a rough uplink. */
export const jittered = (byMs: number): Change =>
  function* (tags) {
    let lastMs = 0;
    let n = 0;
    for (const tag of tags) {
      lastMs = Math.max(lastMs, tag.dueMs + (((n++ * 7_919) % 101) / 100) * byMs);
      yield { ...tag, dueMs: lastMs };
    }
  };

/** After `atMs` of the first programme the same connection goes on with another, its headers included. */
export const followedBy = (next: readonly FlvTag[], { atMs }: { atMs: number }): Change =>
  function* (tags) {
    for (const tag of tags) {
      if (tag.dueMs >= atMs) break;
      yield tag;
    }
    for (const tag of programme(next)) yield { ...tag, dueMs: tag.dueMs + atMs, timestampMs: tag.timestampMs + atMs };
  };
