// Encoders that are too slow, too fast, or on a rough uplink.

import { atSpeed, clockAt, jittered, stalled } from "../programme.ts";
import { type EncoderCase, one } from "./encoder-case.ts";

export const paceCases: EncoderCase[] = [
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
];
