// A room with thousands of sockets and many speakers, while an edge, its owner, NATS and PostgreSQL are killed one after the other: every socket gets
// every line once and in order, and what was acknowledged is stored. CROWD=3000 is the number of sockets.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { Crowd } from "#ops/tests/support/crowd/crowd.ts";
import { Latencies } from "#ops/tests/support/crowd/latencies.ts";
import { nowMs } from "#ops/tests/support/crowd/line-body.ts";
import { speakerAccounts } from "#ops/tests/support/crowd/speaker-accounts.ts";
import { quantile } from "#ops/tests/support/quantiles.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { patient, SLOWNESS } from "#schema/testing-slowness.ts";
import { FaultTable, inWords } from "./rows/fault-table.ts";
import { isWanted } from "./rows/run-row.ts";
import { type Stage, setStage } from "./stage.ts";

const COUNT = Number(process.env.CROWD ?? 3_000);
const SPEAKERS = 200;
const LINES_PER_S = 100;
const JOIN_MS = 12_000;
/** From a kill to the next. */
const WINDOW_MS = 15_000;
const BACK_WITHIN_MS = 5_000;
/** A PostgreSQL that was killed replays its log first, and no line is stored meanwhile. */
const REPLAYED_WITHIN_MS = 15_000;

const table = new FaultTable();
let stage: Stage;
let crowd: Crowd;
let channel: { id: string; login: string };

beforeAll(async () => {
  const env = { SOCKETS_PER_IP: "0", SOCKETS_PER_EDGE: "0", VIEWERS_PER_IP: "0" };
  stage = await setStage({ actors: 2, edges: 2, env });
  const { jwtSecret } = new DataFolder(stage.system.data).secrets();
  const { tokens, logins } = await speakerAccounts(stage.sql, jwtSecret, SPEAKERS);
  const [row] = await stage.sql<{ id: string }[]>`
    SELECT c.id FROM channels c JOIN users u ON u.id = c.user_id WHERE u.login = ${logins[0]!}`;
  channel = { id: row!.id, login: logins[0]! };
  const listeners = COUNT - SPEAKERS;
  const where = { urls: stage.edgeUrls, channel: channel.login, dialect: "plain" as const };
  crowd = await Crowd.gather({ ...where, tokens, listeners, processes: 2, overMs: JOIN_MS });
  await crowd.isIn(patient(90_000));
  await crowd.say(LINES_PER_S);
  await Bun.sleep(3_000);
}, patient(240_000));
afterAll(async () => {
  await crowd?.leave();
  await stage?.stop();
  table.write();
});

const owner = async () => {
  const [row] = await stage.sql<{ node: string }[]>`
    SELECT n.name AS node FROM actors a JOIN nodes n ON n.incarnation = a.node
    WHERE a.kind = 'channel' AND a.key = ${channel.id}`;
  if (!row) throw new Error("the room has no owner");
  return row.node;
};

const KILLS: [id: string, what: string, victim: () => Promise<string> | string][] = [
  ["F-50", "an edge", () => "edge-1"],
  ["F-51", "the owner", owner],
  ["F-52", "NATS", () => "nats"],
  ["F-53", "PostgreSQL", () => "postgres"],
];

const STORES = new Set(["nats", "postgres"]);

test.each(KILLS.filter(([id]) => isWanted(id)))(
  `%s kill -9 of %s under ${LINES_PER_S} lines/s with ${COUNT} sockets`,
  async (id, what, victim) => {
    const { system } = stage;
    const name = await victim();
    const starts = system.startsOf(name);
    const before = await crowd.report();
    const fromMs = nowMs();
    await crowd.measure(fromMs - BACK_WITHIN_MS, fromMs + WINDOW_MS);
    // A store has children that would go on.
    const pid = system.pidOf(name);
    process.kill(STORES.has(name) ? -pid : pid, "SIGKILL");
    await Bun.sleep(WINDOW_MS);
    await system.restarted(name, starts);
    await crowd.isIn(patient(30_000));
    await Bun.sleep(2_000);
    const after = await crowd.report();
    const latencies = new Latencies();
    latencies.merge(after.latencies);
    const returnsMs = after.returnsMs.slice();
    for (const ms of before.returnsMs) returnsMs.splice(returnsMs.indexOf(ms), 1);
    const faults = (report: typeof after) => report.lost + report.doubled + report.mixedUp + report.unresumed;
    const outcome = [
      `${returnsMs.length} of ${COUNT} sockets were lost${returnsMs.length > 0 ? ` and back, p99 ${Math.round(quantile(returnsMs, 0.99))} ms` : ""}`,
      `lines from 5 s before the kill to ${WINDOW_MS / 1_000} s after it were read after p50 ${latencies.quantile(0.5)}, p99 ${latencies.quantile(0.99)}, max ${latencies.max} ms`,
      `${after.acknowledged.length - before.acknowledged.length} lines acknowledged, ${faults(after) - faults(before)} lost, doubled or in another order`,
    ].join("; ");
    console.log(
      `${id} kill -9 of ${what}: ${outcome}; refused ${inWords(after.refused)}; closed ${inWords(after.closes)}`,
    );
    expect(faults(after) - faults(before)).toBe(0);
    expect(after.isIn).toBe(COUNT);
    const late = returnsMs.filter((ms) => ms > BACK_WITHIN_MS * SLOWNESS).length;
    expect(late).toBeLessThanOrEqual(returnsMs.length / 100);
    const readWithinMs = name === "postgres" ? REPLAYED_WITHIN_MS : BACK_WITHIN_MS;
    expect(latencies.quantile(0.99)).toBeLessThanOrEqual(readWithinMs * SLOWNESS);
    table.addPlain({
      id,
      name: `kill -9 of ${what} under ${LINES_PER_S} lines/s with ${COUNT} chat sockets`,
      holds: `0 lines lost, doubled or in another order at any socket, 99 % go on ≤ ${readWithinMs / 1_000} s`,
      outcome,
    });
  },
  patient(120_000),
);

test.skipIf(!isWanted("F-5"))(
  "after the kills every acknowledged line is stored once, and every socket has the newest",
  async () => {
    await crowd.settle(patient(20_000));
    const { acknowledged, unanswered, lost, headSeqs } = await crowd.report();
    const rows = await stage.sql<{ seq: number; id: string; body: string }[]>`
      SELECT seq::int AS seq, id, body FROM chat_entries WHERE channel_id = ${channel.id} ORDER BY seq`;
    const stored = new Map(rows.map(({ seq, id }) => [seq, id]));
    expect(acknowledged.filter(([seq, id]) => stored.get(seq) !== id)).toEqual([]);
    expect(new Set(acknowledged.map(([seq]) => seq)).size).toBe(acknowledged.length);
    expect(new Set(rows.map(({ body }) => body)).size).toBe(rows.length);
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
    expect([unanswered, lost]).toEqual([0, 0]);
    expect(headSeqs).toEqual({ lowest: rows.length, highest: rows.length });
  },
  patient(60_000),
);
