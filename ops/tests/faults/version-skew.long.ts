// An actor node of an older version beside a new one, as during every roll-out: a show moves between them by drains and kills and goes
// on. Messages and fields that one version does not know are ignored or refused with a code.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "#ops/tests/support/until.ts";
import { Refusal } from "#runtime/actor/actor.ts";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { connectNats } from "#runtime/bus/bus-nats.ts";
import { createCaller } from "#runtime/cluster/caller-bus.ts";
import { patient, SLOWNESS } from "#schema/testing-slowness.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import { type Guest, startGuest } from "./guest-node.ts";
import { NatsCluster } from "./injections/nats-cluster.ts";
import { FaultTable, seconds } from "./rows/fault-table.ts";
import { isWanted } from "./rows/run-row.ts";
import { type Owner, type Show, startShow } from "./show.ts";
import { skipSuite } from "./skipped-suite.ts";
import { type Stage, setStage } from "./stage.ts";
import { measureRecovery } from "./watch/recovery-times.ts";

/** A version before hand-overs of running actors: it knows neither that message nor that state. */
const OLD_COMMIT = process.env.OLD_COMMIT ?? "0117fe7e0a52";
const ROOT = join(import.meta.dir, "../../..");
const OLD_NODE = "actor-2";
/** Pause between two moves, so that the stopped node is back and trusted. */
const BETWEEN_MS = 8_000;
const LIMITS_MS = { SIGTERM: { callMs: 3_000, pictureMs: 6_000 }, SIGKILL: { callMs: 3_000, pictureMs: 6_000 } };

const fault = commitFault();
const table = new FaultTable();
const undo: (() => unknown)[] = [];
let stage: Stage;
let old: Guest;
let show: Show | undefined;

/** Reason why that version is not available here; null when it is. */
function commitFault(): string | null {
  const found = spawnSync("git", ["-C", ROOT, "cat-file", "-e", `${OLD_COMMIT}^{commit}`]);
  return found.status === 0 ? null : `commit ${OLD_COMMIT} is not in this copy of the repository`;
}

/** Unpacks the old code and links today's packages. */
function oldCode(): string {
  const folder = mkdtempSync(join(tmpdir(), "old-"));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const code = join(folder, "code");
  mkdirSync(code);
  const archive = spawnSync("git", ["-C", ROOT, "archive", OLD_COMMIT], { maxBuffer: 256 * 1024 * 1024 });
  const unpacked = spawnSync("tar", ["-x", "-C", code], { input: archive.stdout });
  if (archive.status !== 0 || unpacked.status !== 0) throw new Error(`${archive.stderr}${unpacked.stderr}`);
  symlinkSync(join(ROOT, "node_modules"), join(code, "node_modules"));
  return code;
}

beforeAll(async () => {
  if (fault) return;
  // NATS without users, because the old code cannot name one. A roll-out does the same: NATS gets its users once all nodes are new.
  const folder = mkdtempSync(join(tmpdir(), "nats-"));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const nats = await NatsCluster.start({ folder, count: 1 });
  undo.push(() => nats.stop());
  const env = Object.fromEntries(["ACTOR_1", "EDGE_1", "EDGE_2"].map((node) => [`${node}_NATS_URL`, nats.url]));
  const set = await setStage({ actors: 1, edges: 2, env });
  undo.push(() => set.stop());
  const log = createLog({ name: "faults", level: "silent" });
  const bus = await connectNats({ url: nats.url, name: "faults", clock: systemClock, log });
  undo.push(() => bus.close());
  stage = { ...set, caller: createCaller({ bus, clock: systemClock, random: systemRandom }) };
  old = await startGuest({ system: stage.system, number: 2, root: oldCode(), env: { NATS_URL: nats.url } });
  undo.push(() => old.stop());
});
afterAll(async () => {
  await show?.stop();
  for (const step of undo.splice(0).reverse()) await step();
  table.write();
});

if (fault) skipSuite("version-skew", fault);

const versionOf = (node: string) => (node === OLD_NODE ? "old" : "new");

/** Stops the owner; the node of the other version must take the show over. */
async function move(held: Show, signal: "SIGTERM" | "SIGKILL"): Promise<{ from: Owner; to: Owner; summary: string }> {
  const { system } = stage;
  const from = await held.owner();
  const starts = system.startsOf(from.node);
  process.kill(system.pidOf(from.node), signal);
  const recovery = await measureRecovery(stage, held, from.epoch, true);
  const to = await held.owner();
  await system.restarted(from.node, starts);
  await Bun.sleep(BETWEEN_MS);
  const settled = await held.owner();
  const way = `${versionOf(from.node)} → ${versionOf(to.node)} by ${signal}`;
  const times = Object.entries(recovery).map(([name, ms]) => [name, Math.round(ms ?? 0)] as const);
  if (to.node === from.node) throw new Error(`${way}: no other node took it`);
  if (settled.epoch !== from.epoch + 1) throw new Error(`${way}: epoch ${from.epoch} → ${settled.epoch}`);
  for (const [name, limitMs] of Object.entries(LIMITS_MS[signal]))
    for (const [measured, ms] of times)
      if (measured === name && ms > limitMs * SLOWNESS)
        throw new Error(`${way}: ${name} ${ms} ms, over ${limitMs * SLOWNESS}`);
  const { callMs, pictureMs } = recovery;
  return { from, to, summary: `${way}: call ${seconds(callMs)}, picture ${seconds(pictureMs)}` };
}

test.skipIf(fault !== null || !isWanted("F-25"))(
  "F-25 an old and a new actor node carry one show in turns",
  async () => {
    show = await startShow(stage);
    const held = show;
    const summary: string[] = [];
    const versions = new Set<string>();
    for (const signal of ["SIGTERM", "SIGTERM", "SIGKILL", "SIGKILL"] as const) {
      const { from, summary: line } = await move(held, signal);
      versions.add(`${signal} of ${versionOf(from.node)}`);
      summary.push(line);
    }
    const verdict = await held.finish();
    console.log(
      [
        "F-25 an old and a new actor node carry one show in turns",
        ...summary.map((line) => `  ${line}`),
        `  counted: ${JSON.stringify(verdict.counts)}`,
      ].join("\n"),
    );
    expect(versions.size).toBe(4);
    expect(verdict.faults).toEqual([]);
    expect(held.player.refusals).toEqual([]);
    table.addPlain({
      id: "F-25",
      name: `an actor node of commit ${OLD_COMMIT} and one of today serve a show in turns`,
      holds: "taken over both ways by drain and by kill -9, one claim each, nothing acknowledged lost, no number twice",
      outcome: summary.join("; "),
    });
  },
  patient(240_000),
);

test.skipIf(fault !== null || !isWanted("F-25"))(
  "F-25 unknown fields are tolerated by both versions, an unknown verb is refused by a code",
  async () => {
    const received: string[] = [];
    for (const node of ["actor-1", OLD_NODE]) {
      const keys = Array.from({ length: 20 }, () => crypto.randomUUID());
      const ask = (key: string, message: object) =>
        stage.caller.call<ChannelStatus>("channel", key, message, { timeoutMs: 3_000 });
      // With twenty sleeping channels, some wake on each node.
      await Promise.all(keys.map((key) => ask(key, { type: "describe", fieldOfTomorrow: { deep: [1] } })));
      const rows = await stage.sql<{ key: string; name: string }[]>`
        SELECT a.key, n.name FROM actors a JOIN nodes n ON n.incarnation = a.node WHERE a.key IN ${stage.sql(keys)}`;
      const here = rows.find(({ name }) => name === node);
      if (!here) throw new Error(`none of twenty channels woke on ${node}`);
      const status = await ask(here.key, { type: "describe", fieldOfTomorrow: 1 });
      const refused = await ask(here.key, { type: "verbOfTomorrow" }).then(
        () => "answered",
        (error) => (error instanceof Refusal ? error.code : String(error)),
      );
      received.push(`${versionOf(node)}: describe ${status.phase}, verbOfTomorrow ${refused}`);
      expect(refused).toBe("validation_failed");
    }
    console.log(received.join("; "));
    await until(
      "both nodes to live",
      async () => (await stage.sql`SELECT 1 FROM nodes WHERE left_at IS NULL`).length >= 2,
    );
  },
);
