// What acts about the room's judging become: terms, AutoMod, and decisions about held lines. Pure.

import { Refusal } from "#runtime/actor/actor.ts";
import { changedAutoMod } from "#schema/wire/moderation/auto-mod-settings.ts";
import type { Act } from "#schema/wire/room.ts";
import type { RoomJudging } from "../judging/room-judging.ts";
import type { MadeAllow, MadeAside, PendingAct } from "../log/pending.ts";
import { LOG } from "./log-row.ts";

export type JudgingAct = Extract<Act, { act: "add-terms" | "delete-term" | "automod" | "decide" }>;

type Asked = Pick<PendingAct, "logId" | "atMs"> & { act: JudgingAct };

export const isAboutJudging = (act: Act): act is JudgingAct =>
  act.act === "add-terms" || act.act === "delete-term" || act.act === "automod" || act.act === "decide";

/** Why the act cannot be done any more; null: it can. */
export function refuseJudgingAct({ act, atMs }: Asked, judging: RoomJudging): Refusal | null {
  switch (act.act) {
    case "add-terms":
      return judging.addable(act.kind, act.terms, atMs).length > 0
        ? null
        : new Refusal("term_refused", "somebody else has just added these terms, or filled the list");
    case "delete-term":
      return judging.termOf(act.termId) ? null : new Refusal("not_found");
    case "automod":
      return null;
    case "decide":
      return judging.held.waiting(act.lineId, atMs) ? null : new Refusal("already_decided");
  }
}

/** To be called for an act that is not refused. */
export function makeJudgingAct({ act, atMs, logId }: Asked, judging: RoomJudging): MadeAllow | MadeAside {
  const log = { ...LOG, act: act.act };
  switch (act.act) {
    case "add-terms": {
      const { kind, expiresInMs } = act;
      const expiresAtMs = expiresInMs === null ? null : atMs + expiresInMs;
      const terms = judging.addable(kind, act.terms, atMs).map((term) => ({ ...term, kind, expiresAtMs }));
      return {
        log: { ...log, detail: { terms: terms.map(({ text }) => text) } },
        change: { kind: "add-terms", termKind: kind, terms },
      };
    }
    case "delete-term": {
      const { termId } = act;
      const terms = [judging.termOf(termId)?.text ?? ""];
      return { log: { ...log, detail: { terms } }, change: { kind: "delete-term", termId } };
    }
    case "automod": {
      const settings = changedAutoMod(judging.settings, act.change);
      return { log: { ...log, detail: { autoMod: act.change } }, change: { kind: "automod", settings } };
    }
    case "decide": {
      const { lineId, allow } = act;
      const line = judging.held.waiting(lineId, atMs)!;
      const decided = { ...log, act: allow ? "allow" : "deny", targetUserId: line.user.id, lineId };
      if (!allow) return { log: decided, change: { kind: "deny", lineId } };
      return { log: decided, change: { kind: "allow", logId }, line };
    }
  }
}
