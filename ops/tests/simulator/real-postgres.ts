// Runs the statements of a simulation on a real PostgreSQL too: each begins and commits when its simulated twin does, so that the real row
// locks decide under the same schedule. The simulated answers go to the nodes; a real answer that differs is a violation.

import type { ActorRow, Claimed, NodeRow } from "#runtime/store/store.ts";
import { connectDatabase, type Database } from "#schema/database.ts";
import { migrate } from "#schema/migrate.ts";
import type { NoncedLine } from "#schema/queries/chat/entries.ts";
import { patient } from "#schema/testing-slowness.ts";
import { type Failure, type Running, SimPostgres } from "./postgres.ts";
import type { Simulation } from "./simulation.ts";

/** A statement whose simulated twin has its lock must have it by then, in real time. */
const LOCKED_WITHIN_MS = patient(3_000);
/** The product's limits are of real time, which says nothing here: a slow machine would end statements that the simulation goes on with. */
const NO_LIMITS = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0";
/** Clocks of milliseconds against clocks of microseconds. */
const ROUNDING_MS = 2;

type Connection = Awaited<ReturnType<Database["sql"]["reserve"]>>;

/** A database in which `now()` is the simulated time. */
export class RealServer {
  readonly #idle: { connection: Connection; pid: number }[] = [];

  private constructor(
    private readonly admin: Database,
    private readonly pool: Database,
  ) {}

  /** `url`: a server on which a database may be created. */
  static async open(url: string): Promise<RealServer> {
    const name = `simulated_${crypto.randomUUID().replaceAll("-", "")}`;
    const first = connectDatabase({ url, applicationName: "simulator", connectionsMax: 1 });
    await first.sql.unsafe(NO_LIMITS);
    await first.sql.unsafe(`CREATE DATABASE ${name}`);
    await first.sql.unsafe(`ALTER DATABASE ${name} SET search_path = sim, pg_catalog, public`);
    await first.close();
    const own = Object.assign(new URL(url), { pathname: `/${name}` }).href;
    const admin = connectDatabase({ url: own, applicationName: "simulator", connectionsMax: 1 });
    await admin.sql.unsafe(NO_LIMITS);
    await admin.sql.unsafe("CREATE SCHEMA sim");
    await admin.sql.unsafe(`
      CREATE FUNCTION sim.now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
        SELECT coalesce(to_timestamp(nullif(current_setting('sim.now_ms', true), '')::float8 / 1000), clock_timestamp()) $$`);
    await migrate(admin);
    return new RealServer(admin, connectDatabase({ url: own, applicationName: "simulated", connectionsMax: 90 }));
  }

  async close() {
    for (const { connection } of this.#idle) connection.release();
    await this.pool.close();
    await this.admin.close();
  }

  /** Before each seed. */
  async empty() {
    await this.admin.sql.unsafe(NO_LIMITS); // The pool may have connected anew.
    await this.admin.sql`TRUNCATE actors, nodes, chat_entries`;
  }

  async take() {
    const idle = this.#idle.pop();
    if (idle) return idle;
    const connection = await this.pool.sql.reserve();
    await connection.unsafe(NO_LIMITS);
    const [row] = await connection<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
    return { connection, pid: row!.pid };
  }

  give(back: { connection: Connection; pid: number }) {
    this.#idle.push(back);
  }

  async cancel(pid: number) {
    await this.admin.sql`SELECT pg_cancel_backend(${pid})`;
  }

  async waitsForLock(pid: number): Promise<boolean> {
    const [row] = await this.admin.sql<{ waits: boolean }[]>`
      SELECT wait_event_type IS NOT DISTINCT FROM 'Lock' AS waits FROM pg_stat_activity WHERE pid = ${pid}`;
    return row?.waits ?? false;
  }
}

interface Twin {
  connection: Connection;
  pid: number;
  settled: boolean;
  answer: Promise<{ value: unknown } | { error: unknown }>;
}

export class RealPostgres extends SimPostgres {
  readonly #twins = new Map<Running, Twin>();

  constructor(
    sim: Simulation,
    private readonly server: RealServer,
  ) {
    super(sim, {});
  }

  protected override started(running: Running) {
    const { query } = running;
    if (query) this.sim.outside(() => this.#begin(running, query));
  }

  protected override ended(running: Running, outcome: { value: unknown } | { failure: Failure }) {
    if (running.query) this.sim.outside(() => this.#end(running, outcome));
  }

  /** Rolls back what the end of a run has left open, since it would block the next one. */
  async abandon() {
    for (const twin of this.#twins.values()) {
      if (!twin.settled) await this.server.cancel(twin.pid);
      await twin.answer;
      await twin.connection.unsafe("ROLLBACK");
      this.server.give(twin);
    }
    this.#twins.clear();
  }

  async #begin(running: Running, query: NonNullable<Running["query"]>) {
    const { connection, pid } = await this.server.take();
    await connection.unsafe("BEGIN");
    await connection`SELECT set_config('sim.now_ms', ${`${running.startedMs}`}, true)`;
    const twin: Twin = {
      connection,
      pid,
      settled: false,
      answer: query(connection).then(
        (value) => ({ value }),
        (error) => ({ error }),
      ),
    };
    void twin.answer.then(() => {
      twin.settled = true;
    });
    this.#twins.set(running, twin);
    this.sim.count("statements on the server");
    // Without a lock of its own it takes effect at once, as its twin does.
    if (!running.lock) {
      await twin.answer;
      await connection.unsafe("COMMIT");
      return;
    }
    // It has its snapshot when it is answered, or when it waits.
    while (!twin.settled) {
      await Promise.race([twin.answer, Bun.sleep(2)]);
      if (twin.settled || !(await this.server.waitsForLock(pid))) continue;
      this.sim.count("statements that waited on the server");
      return;
    }
  }

  async #end(running: Running, outcome: { value: unknown } | { failure: Failure }) {
    const twin = this.#twins.get(running);
    if (!twin) return;
    this.#twins.delete(running);
    if (!("failure" in outcome)) await Promise.race([twin.answer, Bun.sleep(LOCKED_WITHIN_MS)]);
    const late = !twin.settled;
    if (late) await this.server.cancel(twin.pid);
    const answer = await twin.answer;
    const fails = "failure" in outcome || late;
    if (running.lock) await twin.connection.unsafe(fails ? "ROLLBACK" : "COMMIT");
    this.server.give(twin);
    if ("failure" in outcome) return;
    if (late) return this.sim.violation(`server: ${running.name} waits for a lock that it has in the simulation`);
    if ("error" in answer) return this.sim.violation(`server: ${running.name} failed: ${answer.error}`);
    const [expected, found] = [outcome.value, answer.value].map((value) => comparable(running, value));
    if (!same(expected, found))
      this.sim.violation(
        `server: ${running.name} of ${running.node.slice(-4)} answers ${JSON.stringify(found)}, the simulation ${JSON.stringify(expected)}`,
      );
  }
}

/** The fields of all answers that are compared. */
interface Answer extends NodeRow, ActorRow, Claimed {
  rows: ActorRow[];
  nowMs: number;
  anyDue: boolean;
  living: NodeRow[];
  seqs?: number[];
  owned: boolean;
  seqById: Map<string, number>;
}

/** What both must agree on. */
function comparable({ name, node: asker }: Running, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  const { epoch, version, node, state, answered, sinceSavedMs, rows, nowMs, anyDue, living, left, silentMs, ...more } =
    value as Answer;
  switch (name) {
    case "save":
    case "release":
    case "headSeq":
      return value;
    case "claim":
      return { epoch, version, state, answered, sinceSavedMs };
    case "look":
    case "readSaved":
      return { epoch, version, node };
    case "ownedBy":
      return { rows: rowsOf(rows), nowMs, anyDue };
    case "due":
      return rowsOf(value as ActorRow[]);
    // A node's own row may be as before its heartbeat.
    case "beat":
      return nodesOf(living).filter(({ incarnation }) => incarnation !== asker);
    case "living":
      return nodesOf(value as NodeRow[]);
    case "lookNode":
      return { left, silentMs };
    case "insert":
      return { kind: more.kind, seqs: sorted(more.seqs ?? []) };
    case "readBack":
      return { owned: more.owned, seqs: sorted([...more.seqById.values()]) };
    case "byNonce":
      return (value as NoncedLine[]).map(({ nonce, id, seq, body }) => `${seq} ${nonce} ${id} ${body}`).sort();
    default:
      return null;
  }
}

const sorted = (numbers: number[]) => numbers.sort((a, b) => a - b);

const rowsOf = (rows: { kind: string; key: string; epoch: number; version: number }[]) =>
  rows.map(({ kind, key, epoch, version }) => `${kind}/${key} ${epoch}/${version}`).sort();

const nodesOf = (nodes: { incarnation: string; silentMs: number; used: number }[]) =>
  nodes
    .map(({ incarnation, silentMs, used }) => ({ incarnation, silentMs, used }))
    .sort((a, b) => (a.incarnation < b.incarnation ? -1 : 1));

/** Equal, up to the rounding of times. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number")
    return Math.abs(a - b) <= (Number.isInteger(a) && Number.isInteger(b) && a < 1e9 ? 0 : ROUNDING_MS);
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const [left, right] = [a, b] as Record<string, unknown>[];
  const keys = new Set([...Object.keys(left!), ...Object.keys(right!)]);
  return [...keys].every((key) => same(left![key], right![key]));
}
