// Encoders whose sound and picture do not go together, or are not both there.

import { apart, composed, only, shifted } from "../programme.ts";
import { type EncoderCase, one, turning } from "./encoder-case.ts";

const APART = /apart|sound and picture/i;

export const trackCases: EncoderCase[] = [
  {
    id: "05",
    name: "pictures are composed 67 ms too early",
    faultMs: 4_000,
    told: null,
    connections: one("b-frames", composed(-67)),
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
  {
    id: "10",
    name: "sound of another format, on the same connection",
    faultMs: 14_000,
    told: null,
    connections: turning("plain", "mono-44k", 14_000),
  },
  {
    id: "15",
    name: "the picture begins after 12 s",
    faultMs: 14_000,
    told: null,
    connections: one("plain", only("video", { fromMs: 12_000 })),
  },
  { id: "09c", name: "no sound at all", faultMs: 4_000, told: null, connections: one("silent") },
];
