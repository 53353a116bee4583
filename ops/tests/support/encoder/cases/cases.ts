// Strange encoders, by the kinds that public reports describe.

import { clockCases } from "./clock.ts";
import type { EncoderCase } from "./encoder-case.ts";
import { paceCases } from "./pace.ts";
import { pictureCases } from "./pictures.ts";
import { trackCases } from "./tracks.ts";

export const encoderCases: EncoderCase[] = [...clockCases, ...trackCases, ...pictureCases, ...paceCases].sort(
  (one, other) => (one.id < other.id ? -1 : 1),
);

/** The kinds whose reports were tried from outside: one input each. */
export const BASIC = ["01", "02", "03", "06", "07", "08", "09", "11", "12", "13", "14", "15"];
