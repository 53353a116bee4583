// Strange encoders, by the kinds that public reports describe: what each sends, and what a right product says to the streamer.

import type { FlvTag } from "./flv.ts";
import {
  apart,
  atSpeed,
  type Change,
  changed,
  clockAt,
  composed,
  followedBy,
  jittered,
  jumping,
  only,
  programme,
  shifted,
  stalled,
  standing,
  stray,
  type TimedTag,
} from "./programme.ts";
import { type SourceName, source } from "./sources.ts";

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
  connections(): Promise<Connection[]>;
}

/** Longer than any look at it. */
const ROUNDS = 4;
const SOURCE_SECONDS = 60;
const load = (name: SourceName) => source(name, { seconds: SOURCE_SECONDS });

/** One connection with those changes. */
const one =
  (name: SourceName, ...changes: Change[]) =>
  async (): Promise<Connection[]> => [
    { tags: changed(programme(await load(name), { rounds: ROUNDS }), ...changes), afterMs: 0 },
  ];

/** The first connection ends `untilMs` into its programme; the second one is well-behaved unless changed. */
const two =
  ({ untilMs, afterMs }: { untilMs: number; afterMs: number }, first: Change[], second: Change[] = []) =>
  async (): Promise<Connection[]> => {
    const tags = await load("plain");
    return [
      { tags: until(changed(programme(tags), ...first), untilMs), afterMs: 0 },
      { tags: changed(programme(tags, { rounds: ROUNDS }), ...second), afterMs },
    ];
  };

/** The same connection goes on with another source. */
const turning = (name: SourceName, then: SourceName, atMs: number) => async (): Promise<Connection[]> => {
  const [first, next]: FlvTag[][] = await Promise.all([load(name), load(then)]);
  return [{ tags: followedBy(next!, { atMs })(programme(first!)), afterMs: 0 }];
};

function* until(tags: Iterable<TimedTag>, endMs: number) {
  for (const tag of tags) {
    if (tag.dueMs >= endMs) return;
    yield tag;
  }
}

const FUTURE_MS = 9_800_000;
const HOUR_MS = 3_600_000;
const WRAP_MS = 2 ** 32;
const CLOCK = /clock|jump|\bdate/i;
const APART = /apart|sound and picture/i;
const PIXELS = /unplayable|color format|colour format|4:2:0|NV12|profile/i;

export const encoderCases: EncoderCase[] = [
  {
    id: "01",
    name: "one picture 9 800 s ahead",
    faultMs: 8_000,
    told: null,
    connections: one("plain", stray({ atMs: 8_000, byMs: FUTURE_MS })),
  },
  {
    id: "01b",
    name: "one picture 60 s ahead",
    faultMs: 8_000,
    told: null,
    connections: one("plain", stray({ atMs: 8_000, byMs: 60_000 })),
  },
  {
    id: "01c",
    name: "one picture 300 s back",
    faultMs: 8_000,
    told: null,
    connections: one("plain", shifted(400_000), stray({ atMs: 8_000, byMs: -300_000 })),
  },
  {
    id: "01d",
    name: "a picture 20 s ahead, each 5 s",
    faultMs: 12_000,
    told: null,
    connections: one("plain", stray({ atMs: 6_000, byMs: 20_000, everyMs: 5_000 })),
  },
  {
    id: "01e",
    name: "one sound 9 800 s ahead",
    faultMs: 8_000,
    told: null,
    connections: one("plain", stray({ atMs: 8_000, byMs: FUTURE_MS, kind: "audio" })),
  },
  {
    id: "02",
    name: "a picture 9 800 s ahead, then a reconnect",
    faultMs: 18_000,
    told: null,
    connections: two({ untilMs: 16_000, afterMs: 1_000 }, [stray({ atMs: 8_000, byMs: FUTURE_MS })]),
  },
  {
    id: "02b",
    name: "a picture 60 s ahead right before the end, then a reconnect",
    faultMs: 16_000,
    told: null,
    connections: two({ untilMs: 12_000, afterMs: 3_000 }, [stray({ atMs: 11_900, byMs: 60_000 })]),
  },
  {
    id: "03",
    name: "the clock goes back 60 s",
    faultMs: 10_000,
    told: CLOCK,
    connections: one("plain", shifted(4_000_000), jumping({ atMs: 10_000, byMs: -60_000 })),
  },
  {
    id: "03b",
    name: "the clock goes back 5 s",
    faultMs: 10_000,
    told: CLOCK,
    connections: one("plain", shifted(4_000_000), jumping({ atMs: 10_000, byMs: -5_000 })),
  },
  {
    id: "03c",
    name: "the clock goes back an hour",
    faultMs: 10_000,
    told: CLOCK,
    connections: one("plain", shifted(4_000_000), jumping({ atMs: 10_000, byMs: -HOUR_MS })),
  },
  {
    id: "03d",
    name: "the clock goes ahead 5 000 s",
    faultMs: 10_000,
    told: CLOCK,
    connections: one("plain", jumping({ atMs: 10_000, byMs: 5_000_000 })),
  },
  {
    id: "03e",
    name: "the clock goes back and ahead three times",
    faultMs: 14_000,
    told: CLOCK,
    connections: one(
      "plain",
      shifted(4_000_000),
      jumping({ atMs: 8_000, byMs: -70_000 }),
      jumping({ atMs: 10_000, byMs: 500_000 }),
      jumping({ atMs: 13_000, byMs: -430_000 }),
    ),
  },
  {
    id: "05",
    name: "pictures are composed 67 ms too early",
    faultMs: 4_000,
    told: null,
    connections: one("b-frames", composed(-67)),
  },
  {
    id: "06",
    name: "the 32-bit clock wraps",
    faultMs: 10_000,
    told: null,
    connections: one("plain", shifted(WRAP_MS - 10_000)),
  },
  {
    id: "06b",
    name: "the clock passes 2^31",
    faultMs: 10_000,
    told: null,
    connections: one("plain", shifted(WRAP_MS / 2 - 10_000)),
  },
  {
    id: "06c",
    name: "the clock begins below zero",
    faultMs: 8_000,
    told: null,
    connections: one("plain", shifted(-5_000)),
  },
  {
    id: "07",
    name: "the clock begins hours ahead",
    faultMs: 6_000,
    told: null,
    connections: one("plain", shifted(20_000_000)),
  },
  {
    id: "07b",
    name: "the clock begins hours ahead after a reconnect",
    faultMs: 14_000,
    told: null,
    connections: two({ untilMs: 10_000, afterMs: 2_000 }, [], [shifted(20_000_000)]),
  },
  {
    id: "08",
    name: "sound dated 100 s later than the picture",
    faultMs: 6_000,
    told: APART,
    connections: one("plain", apart("audio", { byMs: 100_000 })),
  },
  {
    id: "08b",
    name: "sound dated 20 s later than the picture",
    faultMs: 6_000,
    told: APART,
    connections: one("plain", apart("audio", { byMs: 20_000 })),
  },
  {
    id: "08c",
    name: "sound dated 20 s earlier than the picture",
    faultMs: 6_000,
    told: APART,
    connections: one("plain", shifted(60_000), apart("audio", { byMs: -20_000 })),
  },
  {
    id: "08d",
    name: "sound goes 30 s away in mid-show",
    faultMs: 10_000,
    told: APART,
    connections: one("plain", apart("audio", { byMs: 30_000, fromMs: 10_000 })),
  },
  {
    id: "09",
    name: "sound begins after 8 s",
    faultMs: 8_000,
    told: null,
    connections: one("plain", only("audio", { fromMs: 8_000 })),
  },
  {
    id: "09b",
    name: "sound ends after 10 s",
    faultMs: 10_000,
    told: null,
    connections: one("plain", only("audio", { untilMs: 10_000 })),
  },
  { id: "09c", name: "no sound at all", faultMs: 4_000, told: null, connections: one("silent") },
  {
    id: "10",
    name: "sound of another format, on the same connection",
    faultMs: 14_000,
    told: null,
    connections: turning("plain", "mono-44k", 14_000),
  },
  {
    id: "11",
    name: "the picture turns upright",
    faultMs: 14_000,
    told: null,
    size: "180x320",
    connections: turning("plain", "upright", 14_000),
  },
  {
    id: "11b",
    name: "the picture becomes larger",
    faultMs: 14_000,
    told: null,
    size: "640x360",
    connections: turning("plain", "larger", 14_000),
  },
  { id: "12", name: "4:4:4", faultMs: 6_000, told: PIXELS, connections: one("4-4-4") },
  { id: "12b", name: "4:2:2", faultMs: 6_000, told: PIXELS, connections: one("4-2-2") },
  { id: "12c", name: "10 bit", faultMs: 6_000, told: PIXELS, connections: one("10-bit") },
  { id: "13", name: "intra refresh", faultMs: 10_000, told: /refresh|keyframe/i, connections: one("intra-refresh") },
  {
    id: "14",
    name: "0.6 s of media each second",
    faultMs: 12_000,
    told: /slow/i,
    connections: one("plain", atSpeed(0.6)),
  },
  {
    id: "14b",
    name: "3 s of media each second",
    faultMs: 12_000,
    told: /fast/i,
    connections: one("plain", atSpeed(3)),
  },
  {
    id: "14c",
    name: "a clock that runs 5 % fast",
    faultMs: 12_000,
    told: null,
    connections: one("plain", clockAt(1.05)),
  },
  {
    id: "15",
    name: "the picture begins after 12 s",
    faultMs: 14_000,
    told: null,
    connections: one("plain", only("video", { fromMs: 12_000 })),
  },
  {
    id: "16",
    name: "a clock that stands still",
    faultMs: 8_000,
    told: /stand|clock/i,
    connections: one("plain", standing()),
  },
  {
    id: "16b",
    name: "a clock that stops in mid-show",
    faultMs: 10_000,
    told: /stand|clock/i,
    connections: one("plain", standing({ fromMs: 10_000 })),
  },
  {
    id: "17",
    name: "nothing for 4 s, then all of it",
    faultMs: 14_000,
    told: null,
    connections: one("plain", stalled({ atMs: 10_000, forMs: 4_000 })),
  },
  {
    id: "17b",
    name: "a rough uplink: up to 400 ms late",
    faultMs: 8_000,
    told: null,
    connections: one("plain", jittered(400)),
  },
  { id: "18", name: "a keyframe each 10.4 s", faultMs: 11_000, told: /keyframe/i, connections: one("long-gop") },
  { id: "19", name: "film rate", faultMs: 4_000, told: null, connections: one("film-rate") },
];

/** The kinds whose reports were tried from outside: one input each. */
export const BASIC = ["01", "02", "03", "06", "07", "08", "09", "11", "12", "13", "14", "15"];
