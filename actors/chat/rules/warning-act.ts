// What warnings and their acknowledgement become: asides, since the room must not learn of them. Pure.

import type { Act } from "#schema/wire/room.ts";
import type { MadeAside } from "../log/pending.ts";
import { LOG } from "./log-row.ts";

export type WarningAct = Extract<Act, { act: "warn" | "acknowledge" }>;

export const isWarningAct = (act: Act): act is WarningAct => act.act === "warn" || act.act === "acknowledge";

export function makeWarningAct(act: WarningAct): MadeAside {
  const { userId } = act;
  const log = { ...LOG, act: act.act, targetUserId: userId };
  return act.act === "warn"
    ? { log: { ...log, reason: act.reason }, change: { kind: "warn", userId } }
    : { log, change: { kind: "acknowledge", userId } };
}
