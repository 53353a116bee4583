// AutoMod's settings of a room in which nobody has changed them, and how they change. Pure.

import type { AutoModChange, AutoModView } from "../../api/auto-mod.ts";
import { AUTO_MOD_KINDS, type AutoModKind, type AutoModLevel } from "./auto-mod.ts";

const OFF = Object.fromEntries(AUTO_MOD_KINDS.map((kind) => [kind, 0])) as Record<AutoModKind, AutoModLevel>;

const DEFAULT_AUTO_MOD: AutoModView = {
  levels: OFF,
  languages: null,
  allowedHosts: [],
  holdSuspicious: false,
  holdMs: 5 * 60_000,
};

/** `stored`: fields of a later release may be missing. Null: never changed. */
export const autoModOf = (stored: Partial<AutoModView> | null): AutoModView => ({
  ...DEFAULT_AUTO_MOD,
  ...stored,
  levels: { ...OFF, ...stored?.levels },
});

/** Levels change one by one, the rest as a whole. */
export const changedAutoMod = (settings: AutoModView, { levels, ...change }: AutoModChange): AutoModView => ({
  ...settings,
  ...change,
  levels: { ...settings.levels, ...levels },
});
