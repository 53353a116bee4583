// Metrics of the database server, as it counts them itself. Each edge shows the same figures; nobody who reads none causes a query.

import { type Clock, within } from "#runtime/base/clock.ts";
import { Gauge } from "#runtime/base/metrics.ts";
import type { Sql } from "#schema/database.ts";
import { type DatabaseStats, databaseBytes, databaseStats } from "#schema/queries/operator/database-stats.ts";

const ANSWER_WITHIN_MS = 500;
const KEPT_MS = 10_000;
const BYTES_KEPT_MS = 300_000;

/** To be called once in a process. */
export function collectDatabaseMetrics({ sql, clock }: { sql: Sql; clock: Clock }) {
  const stats = kept(clock, KEPT_MS, () => databaseStats(sql));
  const bytes = kept(clock, BYTES_KEPT_MS, () => databaseBytes(sql));
  const figure = (of: (stats: DatabaseStats) => number) =>
    async function (this: { set(value: number): void }) {
      const known = await stats();
      if (known) this.set(of(known));
    };
  new Gauge({
    name: "database_connections",
    help: "Connections to the database, of all processes",
    collect: figure(({ connections }) => connections),
  });
  new Gauge({
    name: "database_connections_max",
    help: "Connections that the server takes",
    collect: figure(({ connectionsMax }) => connectionsMax),
  });
  new Gauge({
    name: "database_deadlocks_total",
    help: "Transactions that the server ended because of a deadlock",
    collect: figure(({ deadlocks }) => deadlocks),
  });
  new Gauge({
    name: "database_oldest_transaction_seconds",
    help: "Age of the oldest open transaction of edges and actor nodes",
    collect: figure(({ oldestTransactionMs }) => oldestTransactionMs / 1_000),
  });
  new Gauge({
    name: "database_transactions_total",
    help: "Transactions, committed and rolled back",
    labelNames: ["outcome"],
    async collect() {
      const known = await stats();
      if (!known) return;
      this.set({ outcome: "committed" }, known.committed);
      this.set({ outcome: "rolled_back" }, known.rolledBack);
    },
  });
  new Gauge({
    name: "database_blocks_total",
    help: "Blocks that the server found in its memory, or read",
    labelNames: ["from"],
    async collect() {
      const known = await stats();
      if (!known) return;
      this.set({ from: "memory" }, known.blocksFound);
      this.set({ from: "disk" }, known.blocksRead);
    },
  });
  new Gauge({
    name: "database_size_bytes",
    help: "All tables and indexes; measured each five minutes",
    async collect() {
      const known = await bytes();
      if (known !== null) this.set(known);
    },
  });
}

/** The answer of `ask`, kept for a time. Null while there is none; never rejects, and asks one at a time. */
function kept<Value>(clock: Clock, keptMs: number, ask: () => Promise<Value>): () => Promise<Value | null> {
  let last: { atMs: number; value: Value } | null = null;
  let asking: Promise<void> | null = null;
  return async () => {
    if (last && clock.monoMs() - last.atMs < keptMs) return last.value;
    asking ??= ask()
      .then(
        (value) => {
          last = { atMs: clock.monoMs(), value };
        },
        () => {}, // `store_up` says that it is away.
      )
      .finally(() => {
        asking = null;
      });
    await within(clock, ANSWER_WITHIN_MS, asking, () => new Error("late")).catch(() => {});
    return last?.value ?? null;
  };
}
