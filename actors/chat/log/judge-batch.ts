// Judges the batch in flight before it gets its numbers: refuses the lines and acts that the room does not take, and holds those lines that a
// moderator must see first. A line that is stored already, under an earlier owner, is none of them.

import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";
import { StorePoisoned } from "#runtime/store/store.ts";
import type { HeldLine } from "#schema/wire/held-lines.ts";
import type { LogParts } from "./log-parts.ts";
import { type Pending, type PendingLine, toRow } from "./pending.ts";

export async function judgeBatch(parts: LogParts): Promise<void> {
  const { room, channelId, epoch, store, flight, patience } = parts;
  const refused = new Map<Pending, Refusal>();
  const held = new Map<PendingLine, HeldLine>();
  for (const pending of flight.pending) {
    if (pending.kind === "act") {
      const refusal = room.mayAct(pending);
      if (refusal) refused.set(pending, refusal);
      continue;
    }
    const verdict = room.judge(pending.line, pending.id);
    if (verdict && "reason" in verdict) held.set(pending, verdict);
    else if (verdict) refused.set(pending, new Refusal(verdict.code, verdict.detail, verdict.retryAfterMs));
  }
  const asked = [...refused.keys(), ...held.keys()];
  if (asked.length === 0) return;
  const lines = asked.flatMap((pending) => (pending.kind === "line" ? [toRow(pending, 0)] : []));
  if (lines.length > 0) {
    const stored = await patience.untilKnown(() => store.byNonce({ channelId, epoch, lines }));
    if (!stored) return;
    if (!(stored instanceof StorePoisoned)) flight.settleRepeats(stored, (pending) => asked.includes(pending));
  }
  flight.settle((pending) => refused.get(pending) ?? null);
  if (held.size > 0) await hold(parts, held);
}

async function hold({ room, store, log, channelId, epoch, flight, patience, publish, fenced }: LogParts, held: Held) {
  const waiting = [...held].filter(([pending, line]) => {
    const waits = flight.has(pending);
    if (!waits) room.notHeld(line); // It was said before.
    return waits;
  });
  const lines = waiting.map(([, line]) => line);
  if (lines.length === 0) return;
  const owned = await patience.untilKnown(() => store.hold({ channelId, epoch, lines }));
  if (owned === null) return;
  if (owned === false) return fenced();
  if (owned instanceof StorePoisoned) {
    log.error({ channel: channelId, why: reason(owned) }, "held lines cannot be stored");
    for (const line of lines) room.notHeld(line);
  } else publish({ epoch, entries: [], told: room.held(lines) });
  const code = owned instanceof StorePoisoned ? "invalid_body" : "held";
  flight.settle((pending) => (held.has(pending as PendingLine) ? new Refusal(code) : null));
}

type Held = ReadonlyMap<PendingLine, HeldLine>;
