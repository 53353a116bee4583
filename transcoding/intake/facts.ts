// What an intake finds out about its source.

import type { SourceProblem } from "#schema/api/broadcasts.ts";

type Kind = "video" | "audio";

export type IntakeFact =
  | { fact: "clockJumped"; kind: Kind; byMs: number }
  | { fact: "futureFrame"; kind: Kind; byMs: number }
  | { fact: "tracksApart"; byMs: number }
  | { fact: "clockStands"; kind: Kind }
  | { fact: "clockWalks"; kind: Kind }
  | { fact: "encoderTooSlow"; speed: number }
  | { fact: "encoderTooFast"; speed: number }
  | { fact: "encoderOnTime" }
  | { fact: "intraRefresh" }
  | { fact: "problem"; problem: SourceProblem };
