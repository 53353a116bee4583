// Stores the batch in flight, with the numbers that follow the head. An unknown outcome sends the same batch again, until it is known.

import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";
import { StoreAway, StorePoisoned } from "#runtime/store/store.ts";
import type { StoredAct } from "#schema/queries/chat/acts.ts";
import type { StoredAllow } from "#schema/queries/chat/asides.ts";
import type { InsertOutcome, LineBatch } from "#schema/queries/chat/entries.ts";
import { type LogParts, moved } from "./log-parts.ts";
import { actEntry, lineEntry, type Pending, type PendingAct, type PendingLine, toRow } from "./pending.ts";
import type { Ring } from "./ring.ts";

/** One or the other: lines, or an act. */
type Batch = LineBatch & { act: StoredAct | StoredAllow | null };

/** A known answer that stores nothing ends the batch: one line must not keep the others waiting. */
export async function commitBatch(parts: LogParts, ring: Ring): Promise<void> {
  const { store, flight, patience } = parts;
  let batch = numbered(parts, ring);
  /** The batch may be stored already. */
  let unknown = false;
  for (let failures = 0; !parts.isEnded(); failures++) {
    try {
      const outcome = await insert(parts, batch);
      patience.back();
      const rows = rowsOf(batch);
      if (outcome.kind === "inserted" && outcome.seqs.length === rows.length)
        return stored(parts, ring, batch, new Map(rows.map(({ id, seq }) => [id, seq])));
      if (outcome.kind === "nonceTaken") {
        const answered = flight.settleRepeats(await store.byNonce(batch));
        if (flight.isEmpty) return;
        if (answered === 0) return bisect(parts, "nonce taken");
        // Nothing of the batch was stored or ever will be, so its numbers are free.
        batch = numbered(parts, ring);
        unknown = false;
      } else if (outcome.kind === "refused" && !unknown) {
        return bisect(parts, outcome.why);
      } else {
        unknown = true;
        const ids = rows.map(({ id }) => id);
        const { owned, seqById } = await store.readBack({ channelId: batch.channelId, epoch: batch.epoch, ids });
        stored(parts, ring, batch, seqById);
        if (flight.isEmpty) return;
        if (!owned) return parts.fenced();
        if (outcome.kind === "refused") return bisect(parts, outcome.why);
        if (batch.act?.change.kind === "allow") return isGone(parts);
        throw new Error(`numbers from ${rows[0]?.seq} on are taken by others`);
      }
    } catch (error) {
      if (error instanceof StorePoisoned && !unknown) return bisect(parts, reason(error));
      if (!(error instanceof StoreAway || error instanceof StorePoisoned)) throw error;
      unknown = true;
      patience.noteAway(error);
    }
    if (failures > 0 || patience.isAway) await patience.pause(failures);
  }
}

async function insert(
  { store }: LogParts,
  { act, ...batch }: Batch,
): Promise<InsertOutcome | { kind: "refused"; why: string }> {
  try {
    return await (act ? store.act(act) : store.insert(batch));
  } catch (error) {
    if (error instanceof StorePoisoned) return { kind: "refused", why: reason(error) };
    throw error;
  }
}

function numbered({ channelId, epoch, flight }: LogParts, ring: Ring): Batch {
  const act = flight.first;
  if (act?.kind === "act") {
    const made = flight.made!;
    const { id, by, atMs } = act;
    const row = { channelId, epoch, seq: ring.headSeq + 1, id, at: new Date(atMs).toISOString(), by };
    const { log } = made;
    const stored =
      "line" in made ? { ...row, log, change: made.change } : { ...row, log, entry: made.entry, change: made.change };
    return { channelId, epoch, lines: [], act: stored };
  }
  const pending = flight.pending as readonly PendingLine[];
  const lines = pending.map((line, index) => toRow(line, ring.headSeq + 1 + index));
  return { channelId, epoch, lines, act: null };
}

/** Publishes what is stored, then answers its askers. The rest stays in flight. */
function stored(parts: LogParts, ring: Ring, { act }: Batch, seqById: ReadonlyMap<string, number>) {
  const { channelId, epoch, log, room, flight, publish } = parts;
  if (parts.isEnded()) return;
  const found = flight.pending.filter(({ id }) => seqById.has(id));
  if (found.length === 0) return;
  const seqOf = (pending: Pending) => seqById.get(pending.id)!;
  const { made } = flight;
  const entries = found.map((pending) =>
    pending.kind === "line" ? lineEntry(pending, seqOf(pending)) : actEntry(pending, made!, seqOf(pending)),
  );
  const { seq } = entries[0]!;
  // An act that an earlier owner stored, repeated by an edge that did not hear of it: its effect was loaded, and everybody has its entry.
  if (act && made && seq <= ring.headSeq) log.info({ channel: channelId, seq }, "act was stored before");
  // Otherwise a later owner stored them, to whom their askers repeated them: it publishes them, and what it stored between them.
  else if (ring.isNext(entries)) {
    ring.push(entries);
    const told = act && made ? room.apply(made, found[0] as PendingAct) : [];
    publish({ epoch, entries, ...(told.length > 0 ? { told } : {}) });
  }
  flight.settle((pending) => (seqById.has(pending.id) ? { id: pending.id, seq: seqOf(pending) } : null));
}

/** A held line whose author's account was deleted a moment ago. */
function isGone({ flight }: LogParts) {
  for (const pending of flight.takeAll()) pending.settle(new Refusal("already_decided"));
}

/** Sends the halves of a refused batch as batches of their own; a single line is refused. */
export function bisect({ channelId, log, flight, queue, isOpen }: LogParts, why: string) {
  const lines = flight.takeAll();
  const [first] = lines;
  if (first && lines.length === 1) {
    // The rules admit only lines that the store takes, so this is a bug, of the rules or of the store.
    log.error({ channel: channelId, line: first.id, why }, "line cannot be stored");
    if (first.kind === "act") return first.settle(new Refusal("invalid_value", "this cannot be stored"));
    return first.settle(new Refusal("invalid_body", "this line cannot be stored"));
  }
  const middle = Math.ceil(lines.length / 2);
  if (isOpen()) queue.putBack([lines.slice(0, middle), lines.slice(middle)]);
  else for (const line of lines) line.settle(moved());
}

const rowsOf = ({ lines, act }: Batch): { id: string; seq: number }[] => (act ? [act] : lines);
