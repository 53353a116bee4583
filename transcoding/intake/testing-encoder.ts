// An encoder for tests of the session's clock: tags as they come, and what the clock makes of them.

import type { Kind, ToldFact } from "./clock-facts.ts";
import type { ClockState } from "./clock-state.ts";
import { SessionClock } from "./session-clock.ts";

/** `trueMs`: when the frame was taken, from 0. `raw`: what the encoder calls it. `arrivalMs`: when it comes. */
export interface TestTag {
  kind: Kind;
  trueMs: number;
  raw: number;
  arrivalMs: number;
}

interface EncoderOptions {
  forMs: number;
  /** Default 30; 0: none. */
  fps?: number;
  /** Default true: 48 kHz AAC. */
  sound?: boolean;
  /** Changes each tag. */
  as?: (tag: TestTag) => Partial<TestTag>;
}

/** Interleaved by time, with timestamps from 0, each arriving as it is taken. */
export function encoder({ forMs, fps = 30, sound = true, as }: EncoderOptions): TestTag[] {
  const track = (kind: Kind, everyMs: number) =>
    Array.from({ length: Math.ceil(forMs / everyMs) }, (_, i): TestTag => {
      const trueMs = Math.round(i * everyMs);
      return { kind, trueMs, raw: trueMs, arrivalMs: i * everyMs };
    });
  const tags = [...(fps > 0 ? track("video", 1_000 / fps) : []), ...(sound ? track("audio", 1_024 / 48) : [])];
  const changed = as ? tags.map((tag) => ({ ...tag, ...as(tag) })) : tags;
  return changed.sort((a, b) => a.arrivalMs - b.arrivalMs || a.trueMs - b.trueMs);
}

export interface Dated extends TestTag {
  atMs: number;
  /** Session time by the wall clock at arrival. */
  worldMs: number;
}

export const WALL_MS = 1_900_000_000_000;

/** One clock with what it told. Wall time is WALL_MS at arrival 0. */
export function testClock(options: { resume?: ClockState; fromMs?: number } = {}) {
  const { resume = null, fromMs = 0 } = options;
  const facts: ToldFact[] = [];
  const changes: ClockState[] = [];
  const clock = new SessionClock({
    resume,
    wallMs: WALL_MS + fromMs,
    arrivalMs: fromMs,
    onFact: (fact) => facts.push(fact),
    onChanged: (state) => changes.push(state),
  });
  const run = (tags: TestTag[]): Dated[] =>
    tags.map((tag) => ({
      ...tag,
      atMs: clock.stamp(tag.kind, tag.raw >>> 0, tag.arrivalMs),
      worldMs: WALL_MS + tag.arrivalMs - clock.baseMs,
    }));
  return { clock, run, facts, changes, names: () => facts.map((fact) => fact.fact) };
}

export const of = (kind: Kind, dated: Dated[]) => dated.filter((tag) => tag.kind === kind);

/** The steps of a track. */
export const steps = (kind: Kind, dated: Dated[]) => {
  const times = of(kind, dated).map((tag) => tag.atMs);
  return times.slice(1).map((at, i) => at - times[i]!);
};

/** How far each tag is from where the frame belongs. */
export const errors = (dated: Dated[]) => dated.map((tag) => tag.atMs - tag.trueMs - 1_000);

/** [least, greatest]. */
export const range = (numbers: number[]) => [Math.min(...numbers), Math.max(...numbers)];
