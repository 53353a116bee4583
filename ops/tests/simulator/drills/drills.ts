// The drills by name. Seeds of the scene "drills" take them in turns.

import type { Drill } from "./drill.ts";
import { ageOfConfirmation, backBeforeTheClaim, firstHeartbeatAfterABreak, ownSignOfLife } from "./gate.ts";
import { allStandStill, answerOfAClaimLost, cutOff, flappingLink, neededAgain, sickJudge } from "./nodes.ts";
import { diesBeforeItsSave, slowHandOver, twoOwnersWatched } from "./numbers.ts";

export const DRILLS = {
  "own sign of life": ownSignOfLife,
  "first heartbeat after a break": firstHeartbeatAfterABreak,
  "age of the confirmation": ageOfConfirmation,
  "back before the claim": backBeforeTheClaim,
  "flapping link": flappingLink,
  "answer of a claim lost": answerOfAClaimLost,
  "cut off": cutOff,
  "needed again": neededAgain,
  "sick judge": sickJudge,
  "all stand still": allStandStill,
  "two owners watched": twoOwnersWatched,
  "slow hand-over": slowHandOver,
  "dies before its save": diesBeforeItsSave,
} as const satisfies Record<string, Drill>;

export type DrillName = keyof typeof DRILLS;

export const DRILL_NAMES = Object.keys(DRILLS) as DrillName[];
