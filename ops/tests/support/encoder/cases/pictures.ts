// Encoders whose pictures change, or are of a kind that browsers do not play.

import { type EncoderCase, one, replaced, turning } from "./encoder-case.ts";

const PIXELS = /unplayable|color format|colour format|4:2:0|NV12|profile/i;

export const pictureCases: EncoderCase[] = [
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
  { id: "12", name: "4:4:4", faultMs: 6_000, told: PIXELS, sourceOffered: false, connections: one("4-4-4") },
  { id: "12b", name: "4:2:2", faultMs: 6_000, told: PIXELS, sourceOffered: false, connections: one("4-2-2") },
  { id: "12c", name: "10 bit", faultMs: 6_000, told: PIXELS, sourceOffered: false, connections: one("10-bit") },
  {
    id: "12d",
    name: "4:4:4, then a reconnect with 4:2:0",
    faultMs: 16_000,
    told: PIXELS,
    connections: replaced("4-4-4", "plain", { untilMs: 14_000, afterMs: 1_000 }),
  },
  {
    id: "12e",
    name: "4:2:0, then a reconnect with 10 bit",
    faultMs: 16_000,
    told: PIXELS,
    sourceOffered: false,
    connections: replaced("plain", "10-bit", { untilMs: 14_000, afterMs: 1_000 }),
  },
  {
    id: "13",
    name: "intra refresh",
    faultMs: 10_000,
    told: /refresh|keyframe/i,
    sourceOffered: false,
    connections: one("intra-refresh"),
  },
  { id: "18", name: "a keyframe each 10.4 s", faultMs: 11_000, told: /keyframe/i, connections: one("long-gop") },
  { id: "19", name: "film rate", faultMs: 4_000, told: null, connections: one("film-rate") },
];
