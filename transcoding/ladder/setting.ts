// The LADDER setting: `none`, `auto`, or the names of rungs.

import { LADDER_ALONE } from "#runtime/config/ladder.ts";
import { RUNG_NAMES, type RungName } from "./rungs.ts";

/** All words of the setting. */
export const LADDER_WORDS: readonly string[] = [...LADDER_ALONE, ...RUNG_NAMES];

/** The rungs that a setting allows, highest first; `setting` has passed the check of runtime/config. */
export function allowedRungs(setting: string): RungName[] {
  if (setting === "auto") return [...RUNG_NAMES];
  const words = setting.split(",");
  return RUNG_NAMES.filter((name) => words.includes(name));
}
