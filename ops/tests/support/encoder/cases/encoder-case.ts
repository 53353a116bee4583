// What a strange encoder is: its connections, and what the streamer must read.

import type { FlvTag } from "../flv.ts";
import { type Change, changed, followedBy, programme, type TimedTag } from "../programme.ts";
import { type SourceName, source } from "../sources.ts";

/** One RTMP connection of the encoder. */
export interface Connection {
  tags: Iterable<TimedTag>;
  /** Time between the end of the connection before and this one, ms. */
  afterMs: number;
}

export interface EncoderCase {
  /** Kind and input: `03b`. The first of a kind has no letter. */
  id: string;
  /** What the encoder does. */
  name: string;
  /** When the fault has happened, ms after the first tag. */
  faultMs: number;
  /** What the streamer must have read by the end, `code detail`; null: nothing has to be said. */
  told: RegExp | null;
  /** Size of the picture at the end, when it matters. */
  size?: string;
  /** Whether the multivariant playlist lists the source at the end. Default true. */
  sourceOffered?: boolean;
  connections(): Promise<Connection[]>;
}

/** Longer than any look at it. */
const ROUNDS = 4;
const SOURCE_SECONDS = 60;
const load = (name: SourceName) => source(name, { seconds: SOURCE_SECONDS });

/** One connection with those changes. */
export const one =
  (name: SourceName, ...changes: Change[]) =>
  async (): Promise<Connection[]> => [
    { tags: changed(programme(await load(name), { rounds: ROUNDS }), ...changes), afterMs: 0 },
  ];

/** The first connection ends `untilMs` into its programme; the second one is well-behaved unless changed. */
export const two =
  ({ untilMs, afterMs }: { untilMs: number; afterMs: number }, first: Change[], second: Change[] = []) =>
  async (): Promise<Connection[]> => {
    const tags = await load("plain");
    return [
      { tags: until(changed(programme(tags), ...first), untilMs), afterMs: 0 },
      { tags: changed(programme(tags, { rounds: ROUNDS }), ...second), afterMs },
    ];
  };

/** As `two`, with another source in each connection. */
export const replaced =
  (name: SourceName, then: SourceName, { untilMs, afterMs }: { untilMs: number; afterMs: number }) =>
  async (): Promise<Connection[]> => [
    { tags: until(programme(await load(name)), untilMs), afterMs: 0 },
    { tags: programme(await load(then), { rounds: ROUNDS }), afterMs },
  ];

/** The same connection goes on with another source. */
export const turning = (name: SourceName, then: SourceName, atMs: number) => async (): Promise<Connection[]> => {
  const [first, next]: FlvTag[][] = await Promise.all([load(name), load(then)]);
  return [{ tags: followedBy(next!, { atMs })(programme(first!)), afterMs: 0 }];
};

function* until(tags: Iterable<TimedTag>, endMs: number) {
  for (const tag of tags) {
    if (tag.dueMs >= endMs) return;
    yield tag;
  }
}
