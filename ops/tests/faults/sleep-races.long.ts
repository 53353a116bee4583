// F-21: actors fall asleep while calls, alarms, claims and a leaving node race with that, on real nodes over real NATS and PostgreSQL.
// Each call is served exactly once, each alarm rings exactly once, no actor has two owners, and no call waits for long.
// FAULT_RACE_MS: duration, 20 s by default. TEST_SLOWNESS multiplies the limits.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Helper, mediaLessNode, startHelper } from "#ops/tests/support/helper-process.ts";
import { quantiles } from "#ops/tests/support/quantiles.ts";
import { until } from "#ops/tests/support/until.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import { connectNats } from "#runtime/bus/bus-nats.ts";
import { createCaller } from "#runtime/cluster/caller-bus.ts";
import { connectDatabase, type Database } from "#schema/database.ts";
import { migrate } from "#schema/migrate.ts";
import { SLOWNESS } from "#schema/testing-slowness.ts";
import type { WakeAnswer, WakeRequest } from "#schema/wire/call.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { type Stores, startStores } from "../support/stores.ts";
import type { Nap, Served, SleeperMessage } from "./injections/sleeper.ts";
import type { RaceCounts } from "./injections/sleepy-node.ts";
import { isWanted } from "./rows/run-row.ts";
import { keepLedger, ledgerFaults, writesOf } from "./watch/durable-writes.ts";

const RACE_MS = Number(process.env.FAULT_RACE_MS ?? 20_000);
const NODES = 3;
const KEYS = 16;
const CALLERS_PER_KEY = 2;
/** Pauses around the 40 to 55 ms after which an actor falls asleep (sleepy-node.ts). */
const PAUSE_MS = [20, 120] as const;
/** Share of calls that set an alarm, due around the same moments. */
const ALARM_SHARE = 0.3;
const ALARM_IN_MS = 100;
const STEAL_EVERY_MS = 50;
const LEAVE_EVERY_MS = 4_000;
const CALL_MS = 15_000;
const CALL_MS_MAX = 4_000;
const LATE_ALARMS_MS = 10_000;
const NODE = join(import.meta.dir, "injections/sleepy-node.ts");

const between = ([from, to]: readonly [number, number]) => from + Math.random() * (to - from);
const oneOf = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)]!;

const data = mkdtempSync(join(tmpdir(), "sleep-races-"));
let stores: Stores;
let database: Database;
let bus: Bus;
/** Processes of the nodes, by incarnation. */
const nodes = new Map<string, Helper>();
/** Counts of nodes that have left. */
const past: RaceCounts[] = [];
let started = 0;

async function startNode() {
  const node = await startHelper(NODE, mediaLessNode(`sleepy-${++started}`, stores));
  nodes.set(await node.ask("incarnation"), node);
}

async function leaveNode(incarnation: string) {
  const node = nodes.get(incarnation)!;
  nodes.delete(incarnation);
  past.push(await node.ask<RaceCounts>("leave"));
  await node.kill();
}

beforeAll(async () => {
  stores = await startStores(new DataFolder(data), () => {});
  database = connectDatabase({ url: stores.databaseUrl, applicationName: "sleep races", connectionsMax: 4 });
  await migrate(database);
  await keepLedger(database.sql);
  bus = await connectNats({
    url: stores.natsUrl,
    name: "races",
    clock,
    log: createLog({ name: "races", level: "silent" }),
  });
  for (let n = 0; n < NODES; n++) await startNode();
});
afterAll(async () => {
  await Promise.all([...nodes.values()].map((node) => node.kill()));
  await Promise.allSettled([bus?.close(), database?.close()]);
  await stores?.stop();
  rmSync(data, { recursive: true, force: true });
});

/** Wraps a bus: calls `notice` at each request to `subject`. */
const noticing = (through: Bus, subject: string, notice: () => void): Bus => ({
  link: through.link,
  request(to, body, options) {
    if (to === subject) notice();
    return through.request(to, body, options);
  },
  publish: (to, body) => through.publish(to, body),
  subscribe: (to, handle, options) => through.subscribe(to, handle, options),
  flush: () => through.flush(),
  close: () => through.close(),
});

interface Call extends Served {
  startMs: number;
  tookMs: number;
  /** The actor had no owner when the call began. */
  woke: boolean;
}

test.skipIf(!isWanted("F-21"))(
  "a call to an actor that is falling asleep is served exactly once",
  async () => {
    const { sql } = database;
    const keys = Array.from({ length: KEYS }, () => random.uuid(clock.wallMs()));
    const calls = new Map<string, Call[]>(keys.map((key) => [key, []]));
    const failures: string[] = [];
    let [alarms, stolen] = [0, 0];
    const endMs = performance.now() + RACE_MS;
    const racing = () => performance.now() < endMs && failures.length === 0;

    const callAgain = async (key: string) => {
      let woke = false;
      const caller = createCaller({ bus: noticing(bus, subjects.wake, () => (woke = true)), clock, random });
      while (racing()) {
        await Bun.sleep(between(PAUSE_MS));
        const message: SleeperMessage =
          Math.random() < ALARM_SHARE ? { type: "alarm", inMs: Math.random() * ALARM_IN_MS } : { type: "add" };
        const startMs = performance.now();
        woke = false;
        try {
          const served = await caller.call<Served>("channel", key, message, { timeoutMs: CALL_MS });
          calls.get(key)!.push({ ...served, startMs, tookMs: performance.now() - startMs, woke });
          if (message.type === "alarm") alarms++;
        } catch (error) {
          failures.push(`${key}: ${error}`);
        }
      }
    };
    /** Simulates a wrong verdict: another node claims the actor although its owner lives. */
    const stealAgain = async () => {
      while (racing()) {
        await Bun.sleep(STEAL_EVERY_MS * (0.5 + Math.random()));
        const key = oneOf(keys);
        const [row] = await sql<
          { node: string | null }[]
        >`SELECT node FROM actors WHERE kind = 'channel' AND key = ${key}`;
        const thief = oneOf([...nodes.keys()].filter((incarnation) => incarnation !== row?.node));
        if (!row?.node || !thief) continue;
        const request: WakeRequest = { kind: "channel", key, remainingMs: 2_000, deadNode: row.node };
        const claimed = bus.request(subjects.activate(thief), request, { timeoutMs: 2_000 }) as Promise<WakeAnswer>;
        if (
          await claimed.then(
            ({ ok }) => ok,
            () => false,
          )
        )
          stolen++;
      }
    };
    const leaveAgain = async () => {
      while (racing()) {
        await Bun.sleep(Math.min(LEAVE_EVERY_MS, Math.max(0, endMs - performance.now())));
        if (!racing()) return;
        await startNode();
        await leaveNode(oneOf([...nodes.keys()]));
      }
    };
    const callers = keys.flatMap((key) => Array.from({ length: CALLERS_PER_KEY }, () => callAgain(key)));
    await Promise.all([...callers, stealAgain(), leaveAgain()]);
    expect(failures).toEqual([]);

    const stateOf = async (key: string) => {
      const [row] = await sql<{ state: Nap }[]>`SELECT state FROM actors WHERE kind = 'channel' AND key = ${key}`;
      return row!.state;
    };
    const alarmsLeft = async () => (await Promise.all(keys.map(stateOf))).reduce((n, nap) => n + nap.alarms.length, 0);
    await until("the last alarms to ring", async () => (await alarmsLeft()) === 0, { withinMs: LATE_ALARMS_MS });
    const living = await Promise.all([...nodes.values()].map((node) => node.ask<RaceCounts>("counts")));
    const sum = (name: keyof RaceCounts) => [...past, ...living].reduce((total, counts) => total + counts[name], 0);
    const all = [...calls.values()].flat();
    const { p50, p99, max } = quantiles(all.map(({ tookMs }) => tookMs));
    const woken = all.filter(({ woke }) => woke).length;
    console.log(
      [
        `${all.length} calls of ${KEYS} actors on ${NODES} nodes, ${alarms} alarms, ${stolen} claims against a living owner, ${past.length} nodes left`,
        `  met a sleeping actor: ${woken} calls; while its subscription drained: ${sum("whileDraining")}; while its row was released: ${sum("whileReleasing")}`,
        `  fell asleep ${sum("asleep")} times, too late for a claim ${sum("givenUpTooLate")} times; ${sum("claims")} claims`,
        `  calls p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, longest ${max.toFixed(0)} ms`,
      ].join("\n"),
    );

    for (const key of keys) {
      const served = calls.get(key)!.sort((a, b) => a.value - b.value);
      // Each number occurs exactly once: no call was lost, and none was served twice.
      expect(served.map(({ value }) => value)).toEqual(served.map((_, index) => index + 1));
      expect(served.filter(({ epoch }, index) => epoch < (served[index - 1]?.epoch ?? 0))).toEqual([]);
      const state = await stateOf(key);
      expect(state.value).toBe(served.length);
      expect(state.rung).toBe(state.alarmsSet);
      expect(ledgerFaults(await writesOf(sql, key))).toEqual([]);
    }
    // A run without races proves nothing.
    expect(woken).toBeGreaterThan(0);
    expect(sum("whileDraining")).toBeGreaterThan(0);
    expect(sum("whileReleasing")).toBeGreaterThan(0);
    expect(stolen).toBeGreaterThan(0);
    expect(alarms).toBeGreaterThan(0);
    expect(max).toBeLessThan(CALL_MS_MAX * SLOWNESS);
  },
  RACE_MS + 60_000,
);
