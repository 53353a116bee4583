// Faults of PostgreSQL: away, hung, backends terminated, read-only, disk full.

import { descendantsOf } from "#ops/tests/support/descendants.ts";
import { until } from "#ops/tests/support/until.ts";
import { signal } from "#ops/up/processes.ts";
import { SLOWNESS } from "#schema/testing-slowness.ts";
import type { Scene } from "../scene.ts";
import { stateOf } from "../watch/process-facts.ts";
import { SmallDisk } from "./full-disk.ts";
import { answers, awayFor, directDatabase } from "./outage.ts";

export const postgresAway =
  (how: { ms: number; by: "SIGINT" | "SIGKILL" }) =>
  async (scene: Scene): Promise<string> =>
    `PostgreSQL was away for ${await awayFor(scene, { store: "postgres", ...how })} ms, by ${how.by}`;

/** Terminates all backends several times, each time once everything is connected again; measured from the last time. */
export const backendsGone =
  (times: number) =>
  async (scene: Scene): Promise<string> => {
    const { sql } = scene.stage;
    let ended = 0;
    for (let n = 0; n < times; n++) {
      const gone = await sql`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`;
      if (n === 0 && gone.length < 3) throw new Error(`only ${gone.length} backends`);
      ended += gone.length;
      if (n === 0) scene.strike();
      await Bun.sleep(300);
    }
    scene.over();
    return `${ended} backends were ended`;
  };

/** Makes every transaction read-only, including those of existing connections. */
export const readOnly =
  (ms: number) =>
  async (scene: Scene): Promise<string> => {
    const database = directDatabase(scene.stage.system);
    const set = async (value: "on" | "off") => {
      const { sql } = database;
      await sql`SET default_transaction_read_only = off`;
      await sql.unsafe(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
      await sql`SELECT pg_reload_conf()`;
    };
    const refused = () =>
      scene.stage.sql`UPDATE nodes SET used = used WHERE false`.then(
        () => false,
        (error) => error.code === "25006",
      );
    try {
      await set("on");
      await until("writes to be refused", refused, { everyMs: 5 });
      scene.strike();
      await Bun.sleep(ms);
      if (!(await refused())) throw new Error("PostgreSQL accepted writes again");
      await set("off");
      await until("writes to be taken", async () => !(await refused()), { everyMs: 5 });
      scene.over();
    } finally {
      await set("off").finally(() => database.close());
    }
    return `every write was refused with 25006 for ${ms} ms`;
  };

const BACK_MS_MAX = 5_000;

/** SIGSTOP of the server and all its backends: connections stay open and silent, and the kernel accepts new ones. */
export const postgresHung =
  (ms: number) =>
  async (scene: Scene): Promise<string> => {
    const { system } = scene.stage;
    const postmaster = system.pidOf("postgres");
    signal(postmaster, "SIGSTOP"); // First, so that no new backend is forked.
    const pids = [postmaster, ...descendantsOf(postmaster).map(({ pid }) => pid)];
    for (const pid of pids) signal(pid, "SIGSTOP");
    scene.strike();
    const startMs = performance.now();
    try {
      await until("the kernel to stop them", () => pids.every((pid) => stateOf(pid) === "T"), { everyMs: 5 });
      await Bun.sleep(startMs + ms - performance.now());
      const moved = pids.filter((pid) => stateOf(pid) !== "T");
      if (moved.length > 0) throw new Error(`${moved} did not stay stopped`);
    } finally {
      for (const pid of pids.reverse()) signal(pid, "SIGCONT");
    }
    const continuedMs = performance.now();
    await until("an answer", () => answers(system, "postgres"), { withinMs: 20_000, everyMs: 10 });
    scene.over();
    const backMs = Math.round(performance.now() - continuedMs);
    // First it works off the connections that were asked for meanwhile: pools must not have filled its queue with them.
    if (backMs > BACK_MS_MAX * SLOWNESS) throw new Error(`it answered a new client only after ${backMs} ms`);
    return `${pids.length} processes was in state T for ${ms} ms; it answered a new client ${backMs} ms later`;
  };

/** Loses all traffic between nodes and PostgreSQL; no connection is closed, then or later. */
export const loseTraffic =
  (ms: number) =>
  async ({ stage, strike, over }: Scene): Promise<string> => {
    const proxies = [...stage.databaseProxies.values()];
    const hung = proxies.reduce((sum, { connections }) => sum + connections.length, 0);
    const lostBytes = () => proxies.reduce((sum, { counts }) => sum + counts.lostBytes, 0);
    const before = lostBytes();
    for (const proxy of proxies) proxy.set({ kind: "blackhole" });
    strike();
    await Bun.sleep(ms);
    for (const proxy of proxies) proxy.set({ kind: "pass" });
    over();
    const lost = lostBytes() - before;
    if (hung === 0 || lost === 0) throw new Error("no byte was dropped");
    return `${hung} connections of ${proxies.length} nodes were silent for ${ms} ms, ${lost} bytes were lost`;
  };

const FILLER = "x".repeat(7_000);
/** Moving to the small disk restarts PostgreSQL; the fault starts once everything has settled. */
const SETTLE_MS = 6_000;
const RESUMED_WITHIN_MS = 2_000;

interface FullDisk {
  ms: number;
  /** Even the write-ahead log cannot grow: PostgreSQL shuts itself down, and each start fails until there is room. */
  dies?: boolean;
}

/** Fills the disk that holds all of PostgreSQL's data. */
export const diskFull =
  ({ ms, dies = false }: FullDisk) =>
  async (scene: Scene): Promise<string> => {
    const { stage, show, strike, over } = scene;
    const disk = await SmallDisk.under(stage.system);
    try {
      await stage.sql`CREATE TABLE IF NOT EXISTS filler (words text)`;
      await stage.sql`ALTER TABLE filler ALTER COLUMN words SET STORAGE PLAIN`;
      await Bun.sleep(SETTLE_MS);
      const refused = () =>
        stage.sql`INSERT INTO filler VALUES (${FILLER})`.then(
          () => null,
          (error) => String(error.code),
        );
      disk.fill();
      const code = await until("writes to be refused", refused, { everyMs: 2 });
      strike();
      const startMs = performance.now();
      if (code !== "53100") throw new Error(`refused with ${code}`);
      const deaths = dies ? await fillLog(scene) : () => "";
      await Bun.sleep(ms);
      const still = await refused();
      if (still === null) throw new Error("the disk was not full any more");
      if (dies && still === code) throw new Error("the store did not die");
      const deathsTold = deaths();
      disk.empty();
      const emptyMs = performance.now();
      await until("writes to be taken", async () => (await refused()) === null, { withinMs: 30_000, everyMs: 10 });
      const takenMs = Math.round(performance.now() - emptyMs);
      over();
      const overMs = performance.now();
      const said = () => show.room.acknowledged.findLast(({ endMs }) => endMs > overMs);
      const line = await until("a line to be stored", said, { withinMs: 30_000, everyMs: 10 });
      const lineMs = Math.round(line.endMs - overMs);
      if (lineMs > RESUMED_WITHIN_MS * SLOWNESS) throw new Error(`the next line was stored only after ${lineMs} ms`);
      const tookMs = Math.round(overMs - startMs);
      return `writes were refused with ${code} for ${tookMs} ms, at the end with ${still}${deathsTold}; writes were accepted ${takenMs} ms after there was room, the next line was stored ${lineMs} ms later`;
    } finally {
      await disk.leave();
    }
  };

/** Switches log files until none fits. Resolves with a function that counts failed starts since then. */
async function fillLog({ stage }: Scene): Promise<() => string> {
  const { system } = stage;
  const starts = system.startsOf("postgres");
  // Over a fresh connection: after a reconnect, the driver gives the first statement the error that ended the previous connection.
  const next = async () => {
    const database = directDatabase(system);
    try {
      await database.sql`SELECT pg_switch_wal(), pg_logical_emit_message(false, 'filler', 'more')`;
      return false;
    } catch {
      return system.logs("postgres").includes("PANIC"); // Any other error means not yet.
    } finally {
      await database.close();
    }
  };
  await until("the node to give up", next, { withinMs: 20_000, everyMs: 20 });
  const seen = system.output().split("\n").length;
  return () => {
    const again = system
      .output()
      .split("\n")
      .slice(seen)
      .filter((line) => line.includes("postgres ended"));
    return `, having died (PANIC) and been started in vain ${Math.max(again.length, system.startsOf("postgres") - starts)} times`;
  };
}
