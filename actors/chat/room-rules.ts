// The room's rules, as its log asks them: what it remembers decides about lines and acts, and changes with what is stored.

import { Refusal } from "#runtime/actor/actor.ts";
import { linesIn, type Told } from "#schema/wire/room.ts";
import { isEventAct } from "#schema/wire/room-events.ts";
import type { RoomEvents } from "./events/room-events.ts";
import { toldDecided, toldHeld } from "./judging/told.ts";
import type { MadeAside, PendingAct } from "./log/pending.ts";
import type { RoomJudge } from "./log/room-judge.ts";
import type { RoomMemory } from "./memory.ts";
import { makeAct } from "./rules/act.ts";
import { judge } from "./rules/judge.ts";
import { isAboutJudging, makeJudgingAct, refuseJudgingAct } from "./rules/judging-act.ts";
import { modesEnded } from "./rules/settings.ts";
import { isWarningAct, makeWarningAct } from "./rules/warning-act.ts";

interface RoomRulesParts {
  events: RoomEvents;
  /** Called when the lines that wait have changed. */
  onHeld(): void;
}

export function roomRules(memory: RoomMemory, { events, onHeld }: RoomRulesParts): RoomJudge {
  const { judging } = memory;

  return {
    load(rules, stored) {
      memory.load(rules);
      events.load(stored);
      onHeld();
      return memory.looksBack;
    },
    saidBefore: (entries) => memory.saidBefore(linesIn(entries)),
    judge(line, id) {
      const refusal = judging.refuseHeld(line) ?? judge(line, memory);
      if (refusal) return refusal;
      const verdict = judging.judge(line, id);
      // A line that waits counts too, or the queue would be the place to be quick.
      if (verdict === null || "reason" in verdict) memory.said(line);
      if (verdict === null) events.said();
      return verdict;
    },
    held(lines) {
      onHeld();
      return lines.map(toldHeld);
    },
    notHeld: ({ id }) => void judging.held.take(id),
    mayAct({ act, ...pending }): Refusal | null {
      if (isEventAct(act)) return events.refuse(act);
      if (act.act === "end-modes") return modesEnded(memory.all, pending.atMs) ? null : new Refusal("not_found");
      return isAboutJudging(act) ? refuseJudgingAct({ ...pending, act }, judging) : null;
    },
    make({ act, ...pending }) {
      if (isEventAct(act)) return events.make({ ...pending, act });
      if (isWarningAct(act)) return makeWarningAct(act);
      return isAboutJudging(act)
        ? makeJudgingAct({ ...pending, act }, judging)
        : makeAct({ ...pending, act }, memory.all);
    },
    apply(made, { by }) {
      const told = "line" in made ? decided(made.line.id, true, by) : "entry" in made ? [] : applyAside(made, by);
      if (!("entry" in made)) return told;
      const { change } = made;
      memory.apply(change);
      events.applied(made);
      if (change.kind !== "ban" && change.kind !== "clear") return told;
      const denied = judging.held.takeOf((userId) => userId === change.userId);
      return denied.flatMap((line) => toldDecided(line, { allowed: false, by }));
    },
  };

  function applyAside({ change }: MadeAside, by: PendingAct["by"]): Told[] {
    if (change.kind === "deny") return decided(change.lineId, false, by);
    if (change.kind === "add-terms") judging.addTerms(change.terms);
    else if (change.kind === "delete-term") judging.deleteTerm(change.termId);
    else if (change.kind === "automod") judging.settings = change.settings;
    else memory.apply(change);
    return [];
  }

  function decided(lineId: string, allowed: boolean, by: PendingAct["by"]): Told[] {
    const line = judging.held.take(lineId);
    onHeld();
    return line ? toldDecided(line, { allowed, by }) : [];
  }
}
