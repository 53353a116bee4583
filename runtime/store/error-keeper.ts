// Keeps the errors of this process in the database, in groups with all other processes'. What cannot be written waits, in bounded memory.

import { isPoison, type Sql } from "#schema/database.ts";
import { addErrors, deleteOldErrors } from "#schema/queries/operator/error-groups.ts";
import { type Clock, within } from "../base/clock.ts";
import type { ErrorGroup, ErrorGroups } from "../base/error-groups.ts";
import { type Log, reason } from "../base/log.ts";

interface KeeperOptions {
  sql: Sql;
  clock: Clock;
  log: Pick<Log, "warn">;
  groups: ErrorGroups;
  /** Name of the process. */
  node: string;
}

/** Errors that come together are written together. */
const WRITE_AFTER_MS = 5_000;
const RETRY_MS = 30_000;
/** A process that is broken must not live on for long: others wait for what it owns. */
const LAST_WRITE_MS = 300;
const KEPT_MS = 30 * 86_400_000;
const GROUPS_MAX = 1_000;

export class ErrorKeeper {
  #cancel: (() => void) | null = null;
  #isAway = false;
  #isStopped = false;

  constructor(private readonly options: KeeperOptions) {
    options.groups.onNote = () => this.#arm(WRITE_AFTER_MS);
    if (!options.groups.isEmpty) this.#arm(WRITE_AFTER_MS);
  }

  /** Writes what there is, for a process that is about to end. Never rejects; takes 0.3 s at most. */
  async stop() {
    this.#isStopped = true;
    this.#cancel?.();
    await within(this.options.clock, LAST_WRITE_MS, this.#write(), () => new Error("late")).catch(() => {});
  }

  #arm(waitMs: number) {
    if (this.#cancel || this.#isStopped) return;
    this.#cancel = this.options.clock.timer(waitMs, () => {
      this.#cancel = null;
      void this.#write();
    });
  }

  /** Never rejects. An error of its own is a warning: it would else come again and again. */
  async #write() {
    const { sql, groups, node, clock, log } = this.options;
    const taken = groups.take();
    if (taken.length === 0) return;
    try {
      await addErrors(
        sql,
        taken.map((group) => rowOf(group, node)),
      );
      this.#isAway = false;
      await deleteOldErrors(sql, { beforeMs: clock.wallMs() - KEPT_MS, countMax: GROUPS_MAX });
    } catch (error) {
      if (!this.#isAway) log.warn({ reason: reason(error) }, "errors were not kept");
      if (isPoison(error)) return; // It would be refused again.
      this.#isAway = true;
      groups.putBack(taken);
      this.#arm(RETRY_MS);
    }
  }
}

const rowOf = ({ firstAtMs, lastAtMs, ...group }: ErrorGroup, node: string) => ({
  ...group,
  node,
  firstAt: new Date(firstAtMs),
  lastAt: new Date(lastAtMs),
});
