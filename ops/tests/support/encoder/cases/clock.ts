// Encoders whose clock is wrong: pictures from the future, jumps, wraps, a clock that stands.

import { jumping, shifted, standing, stray } from "../programme.ts";
import { type EncoderCase, one, two } from "./encoder-case.ts";

const FUTURE_MS = 9_800_000;
const HOUR_MS = 3_600_000;
const WRAP_MS = 2 ** 32;
const CLOCK = /clock|jump|\bdate/i;

export const clockCases: EncoderCase[] = [
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
];
