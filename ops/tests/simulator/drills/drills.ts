// The drills by name. Seeds of the scene "drills" take them in turns.

import type { Drill } from "./drill.ts";
import { ownSignOfLife } from "./gate.ts";

export const DRILLS = {
  "own sign of life": ownSignOfLife,
} as const satisfies Record<string, Drill>;

export type DrillName = keyof typeof DRILLS;

export const DRILL_NAMES = Object.keys(DRILLS) as DrillName[];
