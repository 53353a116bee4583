// The awake orphan sweep: its cell.

import type { Answer, AskContext } from "#runtime/actor/calls.ts";
import { Cell } from "#runtime/actor/cell.ts";
import type { CellOwner, CellWorld } from "#runtime/actor/cell-options.ts";
import { reason } from "#runtime/base/log.ts";
import type { Activation, Ownership } from "#runtime/cluster/activation.ts";
import { startWalker, type WalkerParts } from "./children/walker.ts";
import { type Event, type Message, OrphanSweep, type State } from "./rules/orphan-sweep.ts";

/** What a node gives it. */
export interface OrphanSweepNode extends CellWorld, WalkerParts {}

export function openOrphanSweep(node: OrphanSweepNode, ownership: Ownership): Activation {
  return new OrphanSweepActivation(node, ownership);
}

class OrphanSweepActivation implements Activation, CellOwner {
  readonly mayWrite: Ownership["mayWrite"];
  readonly #cell: Cell<State, Message, Event, never>;
  readonly #fenced: Ownership["onFenced"];

  constructor(
    private readonly node: OrphanSweepNode,
    { key, claimed, onFenced, mayWrite }: Ownership,
  ) {
    this.#fenced = onFenced;
    this.mayWrite = mayWrite;
    const sweep = new OrphanSweep((from, self) => startWalker(from, { parts: node, self }));
    this.#cell = new Cell(sweep, { id: { kind: "orphan-sweep", key }, claimed, world: node, owner: this });
  }

  /** Nobody asks anything of it. */
  ask(_message: unknown, _context: AskContext): Promise<Answer> {
    return Promise.resolve({ ok: false, code: "validation_failed", detail: "unknown verb" });
  }

  reads() {
    return false;
  }

  get idleAtVersion() {
    return this.#cell.idle ? this.#cell.savedVersion : null;
  }

  suspend() {
    return this.#cell.suspend();
  }

  resume() {
    this.#cell.resume();
  }

  stop(how: "ask" | "kill") {
    return this.#cell.close(how);
  }

  onFenced() {
    this.#fenced("save");
  }

  onBug(error: unknown, what: string) {
    this.node.log.error(
      { what, reason: reason(error), stack: error instanceof Error ? error.stack : undefined },
      "bug",
    );
  }
}
