// What a store in memory has for the judging of one room.

import type { StoredAllow, StoredAside } from "#schema/queries/chat/asides.ts";
import type { JudgingRules, RoomTerm, StoredAutoMod } from "#schema/queries/chat/judging.ts";
import type { HeldLine } from "#schema/wire/held-lines.ts";

export const NO_JUDGING: JudgingRules = { terms: [], autoMod: null, held: [] };

export class MemoryJudging {
  readonly #terms = new Map<string, RoomTerm>();
  #autoMod: StoredAutoMod | null = null;
  /** People with a warning that they have not acknowledged. */
  readonly warned = new Set<string>();
  /** Those that wait. */
  readonly held = new Map<string, HeldLine>();
  /** All that ever waited, and what was decided about them. */
  readonly known = new Map<string, HeldLine>();
  readonly decided = new Map<string, "allowed" | "denied">();
  /** Rows of the moderators' log, by id. */
  readonly log = new Map<string, StoredAside["log"]>();

  rules(): JudgingRules {
    return { terms: [...this.#terms.values()], autoMod: this.#autoMod, held: [...this.held.values()] };
  }

  /** Nothing happens for a repeat. */
  hold(lines: readonly HeldLine[]) {
    for (const line of lines) {
      if (this.known.has(line.id)) continue;
      this.known.set(line.id, line);
      this.held.set(line.id, line);
    }
  }

  /** Nothing happens for a repeat. */
  aside({ id, log, change }: StoredAside) {
    if (this.log.has(id)) return;
    this.log.set(id, log);
    switch (change.kind) {
      case "add-terms":
        for (const term of change.terms) this.#terms.set(term.id, term);
        break;
      case "delete-term":
        this.#terms.delete(change.termId);
        break;
      case "automod":
        this.#autoMod = change.settings;
        break;
      case "deny":
        this.#decide(change.lineId, "denied");
        break;
      case "warn":
        this.warned.add(change.userId);
        break;
      case "acknowledge":
        this.warned.delete(change.userId);
    }
  }

  /** The line that an act allows, which waits no more; null: it did not wait. */
  allow({ id, log, change }: StoredAllow): HeldLine | null {
    const line = this.held.get(id) ?? null;
    if (!line) return null;
    this.#decide(id, "allowed");
    this.log.set(change.logId, log);
    return line;
  }

  /** An act took this person's lines. */
  denyOf(userId: string) {
    for (const { id, user } of this.held.values()) if (user.id === userId) this.#decide(id, "denied");
  }

  #decide(id: string, outcome: "allowed" | "denied") {
    if (this.held.delete(id)) this.decided.set(id, outcome);
  }
}
