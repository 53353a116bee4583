// What an act of moderation becomes: the entry that tells the room, the row of the log, and the change. Pure.

import type { ModerationAct, SettingsChange } from "#schema/wire/room.ts";
import type { MadeAct } from "../log/pending.ts";
import type { JudgingAct } from "./judging-act.ts";
import { LOG } from "./log-row.ts";
import { changed, modesEnded, type Settings } from "./settings.ts";
import type { WarningAct } from "./warning-act.ts";

export function makeAct(
  { act, atMs }: { act: Exclude<ModerationAct, JudgingAct | WarningAct>; atMs: number },
  settings: Settings,
): MadeAct {
  const room = settings.now;
  switch (act.act) {
    case "ban": {
      const { userId, durationMs, reason, unrole } = act;
      const isTimeout = durationMs !== null;
      const event = { userId, banned: true, ...(isTimeout ? { durationMs } : {}) };
      return {
        entry: { kind: "cleared", event },
        log: { ...LOG, act: isTimeout ? "timeout" : "ban", targetUserId: userId, durationMs, reason },
        change: { kind: "ban", userId, unrole, untilMs: isTimeout ? atMs + durationMs : null },
        room,
      };
    }
    case "unban": {
      const { userId, requestId = null } = act;
      return {
        entry: { kind: "notice", event: { code: "unbanned", userId } },
        log: { ...LOG, act: "unban", targetUserId: userId },
        change: { kind: "unban", userId, requestId },
        room,
      };
    }
    case "delete": {
      const { lineId, authorId } = act;
      return {
        entry: { kind: "deleted", event: { id: lineId } },
        log: { ...LOG, act: "delete", targetUserId: authorId, lineId },
        change: { kind: "delete", lineId },
        room,
      };
    }
    case "clear-person": {
      const { userId } = act;
      return {
        entry: { kind: "cleared", event: { userId } },
        log: { ...LOG, act: "clear-person", targetUserId: userId },
        change: { kind: "clear", userId },
        room,
      };
    }
    case "clear":
      return {
        entry: { kind: "cleared", event: {} },
        log: { ...LOG, act: "clear" },
        change: { kind: "clear", userId: null },
        room,
      };
    case "settings": {
      const { change, forMs } = act;
      return settingsAct(changed(settings, { change, atMs, forMs }), { change, durationMs: forMs ?? null });
    }
    case "end-modes": {
      const ended = modesEnded(settings, atMs);
      if (!ended) throw new Error("modes end although none is over");
      return settingsAct(ended.settings, { change: ended.change, durationMs: null });
    }
  }
}

const settingsAct = (
  { now, unshielded }: Settings,
  { change, durationMs }: { change: SettingsChange; durationMs: number | null },
): MadeAct => ({
  entry: { kind: "notice", event: { code: "settings", room: now } },
  log: { ...LOG, act: "settings", settings: change, durationMs },
  change: { kind: "settings", settings: now, unshielded },
  room: now,
});
