// What an act of moderation becomes: the entry that tells the room, the row of the log, and the change. Pure.

import type { ModerationAct } from "#schema/wire/room.ts";
import type { MadeAct } from "../log/pending.ts";
import type { JudgingAct } from "./judging-act.ts";
import { changed, type Settings } from "./settings.ts";

/** Of an act that concerns nobody and nothing in particular. */
export const LOG = { targetUserId: null, lineId: null, durationMs: null, reason: "", settings: null };

/** An act that concerns one person alone: the room learns no more than that its `seq` is taken. */
const PRIVATE = { kind: "notice", event: { code: "private" }, isPrivate: true } as const;

export function makeAct(
  { act, atMs }: { act: Exclude<ModerationAct, JudgingAct>; atMs: number },
  settings: Settings,
): MadeAct {
  const log = LOG;
  const room = settings.now;
  switch (act.act) {
    case "ban": {
      const { userId, durationMs, reason, unrole } = act;
      const isTimeout = durationMs !== null;
      const event = { userId, banned: true, ...(isTimeout ? { durationMs } : {}) };
      return {
        entry: { kind: "cleared", event },
        log: { ...log, act: isTimeout ? "timeout" : "ban", targetUserId: userId, durationMs, reason },
        change: { kind: "ban", userId, unrole, untilMs: isTimeout ? atMs + durationMs : null },
        room,
      };
    }
    case "unban": {
      const { userId, requestId = null } = act;
      return {
        entry: { kind: "notice", event: { code: "unbanned", userId } },
        log: { ...log, act: "unban", targetUserId: userId },
        change: { kind: "unban", userId, requestId },
        room,
      };
    }
    case "delete": {
      const { lineId, authorId } = act;
      return {
        entry: { kind: "deleted", event: { id: lineId } },
        log: { ...log, act: "delete", targetUserId: authorId, lineId },
        change: { kind: "delete", lineId },
        room,
      };
    }
    case "clear-person": {
      const { userId } = act;
      return {
        entry: { kind: "cleared", event: { userId } },
        log: { ...log, act: "clear-person", targetUserId: userId },
        change: { kind: "clear", userId },
        room,
      };
    }
    case "clear":
      return {
        entry: { kind: "cleared", event: {} },
        log: { ...log, act: "clear" },
        change: { kind: "clear", userId: null },
        room,
      };
    case "warn": {
      const { userId, reason } = act;
      return {
        entry: PRIVATE,
        log: { ...log, act: "warn", targetUserId: userId, reason },
        change: { kind: "warn", userId },
        room,
      };
    }
    case "acknowledge": {
      const { userId } = act;
      return {
        entry: PRIVATE,
        log: { ...log, act: "acknowledge", targetUserId: userId },
        change: { kind: "acknowledge", userId },
        room,
      };
    }
    case "settings": {
      const { now, unshielded } = changed(settings, act.change);
      return {
        entry: { kind: "notice", event: { code: "settings", room: now } },
        log: { ...log, act: "settings", settings: act.change },
        change: { kind: "settings", settings: now, unshielded },
        room: now,
      };
    }
  }
}
