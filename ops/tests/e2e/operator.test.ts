// The operator's commands on a running system of two actor nodes and two edges: `npm run ops -- …` and `/api/v1/admin/*`.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { DataFolder } from "#ops/up/data-folder.ts";
import { signal } from "#ops/up/processes.ts";
import { findRunning } from "#ops/up/running-system.ts";
import type { ActorView, NodeView, WhereView } from "#schema/api/cluster.ts";
import { connectDatabase, type Database } from "#schema/database.ts";
import { patient } from "#schema/testing-slowness.ts";
import type { Check } from "../../operator/doctor/check.ts";
import type { EdgeView } from "../../operator/edge-status.ts";
import { type Account, call, register, signIn } from "../support/api.ts";
import { ChatClient } from "../support/chat-client.ts";
import { operatorVerb } from "../support/operator-verb.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const MAIN = join(import.meta.dir, "../../operator/main.ts");

let system: TestSystem;
let admin: Account;
let user: Account;
let database: Database;

beforeAll(async () => {
  system = await bootSystem({ actors: 2, edges: 2 });
  [admin, user] = [await register(system.url), await register(system.url)];
  expect((await ops("grant", admin.login, "admin")).code).toBe(0);
  admin = await signIn(system.url, admin);
  const { databaseUrl } = findRunning(system.data);
  database = connectDatabase({ url: databaseUrl, applicationName: "test", connectionsMax: 1 });
});
afterAll(async () => {
  await database?.close();
  await system?.stop();
});

const ops = (...words: string[]) => operatorVerb(system, ...words);

async function opsJson<Answer>(...words: string[]): Promise<Answer> {
  const { out, text } = await ops(...words, "--json");
  if (!out.startsWith("{")) throw new Error(text);
  return JSON.parse(out) as Answer;
}

const draining = async () =>
  (await database.sql<{ name: string }[]>`SELECT name FROM nodes WHERE draining ORDER BY name`).map(({ name }) => name);

async function talkingChannel() {
  const client = await ChatClient.join({ url: system.url, channel: user.login, token: user.accessToken });
  await client.say("hello");
  return client;
}

test("nodes lists both actor nodes and both edges, as a table and as JSON", async () => {
  const { items, edges } = await opsJson<{ items: NodeView[]; edges: EdgeView[] }>("nodes");
  expect(items.map(({ name, standing }) => [name, standing])).toEqual([
    ["actor-1", "up"],
    ["actor-2", "up"],
  ]);
  for (const node of items) {
    expect(node.slots).toBeGreaterThan(0);
    expect(node.seenAgoMs).toBeLessThan(patient(5_000));
    expect(node.epochBumps).toBeNumber();
    expect(node.address).toBe(system.internalUrl(node.name));
  }
  expect(edges.map(({ name, standing, starts }) => [name, standing, starts])).toEqual([
    ["edge-1", "up", 1],
    ["edge-2", "up", 1],
  ]);
  const { code, out } = await ops("nodes");
  expect(code).toBe(0);
  expect(out).toMatch(/^node +standing +slots +actors +epoch bumps/);
  expect(out).toMatch(/^actor-2 +up +\d+\/\d+ +\d+/m);
  expect(out).toMatch(/^edge-2 +up/m);
});

test("actors and where name the owner of a room, and show that it answers", async () => {
  const before = await opsJson<WhereView>("where", user.login);
  expect([before.verdict, before.actor]).toEqual(["asleep", null]);
  const client = await talkingChannel();
  const { items } = await opsJson<{ items: ActorView[] }>("actors", "--awake", "--limit", "1");
  expect(items).toMatchObject([{ kind: "channel", login: user.login, epoch: 1, standing: "awake", phase: null }]);
  const { node } = items[0]!;
  expect(node).toMatch(/^actor-[12]$/);
  const other = node === "actor-1" ? "actor-2" : "actor-1";
  // The sweep of orphans is awake somewhere for a while after the start.
  const channelsAt = async (name: string) =>
    (await opsJson<{ items: ActorView[] }>("actors", "--node", name)).items.filter(({ kind }) => kind === "channel");
  expect(await channelsAt(other)).toEqual([]);
  expect(await channelsAt(node!)).toHaveLength(1);

  const here = await opsJson<WhereView>("where", user.login.toUpperCase());
  expect(here).toMatchObject({
    verdict: "answers",
    actor: { epoch: 1, node },
    answer: { answered: true, epoch: 1, phase: "offline" },
  });
  expect(here.answer.tookMs).toBeLessThan(patient(1_000));
  const { code, out } = await ops("where", here.channel.id);
  expect(code).toBe(0);
  expect(out).toMatch(/^owner +actor-[12] /m);
  expect(out).toMatch(/^call +answered in [\d.]+ ms by /m);
  await client.leave();
});

test("drain empties the node that owns a busy room without losing a line", async () => {
  const client = await talkingChannel();
  const before = await opsJson<WhereView>("where", user.login);
  const from = before.actor!.node!;
  const draining = ops("drain", from, "--timeout", "30");
  const said: number[] = [];
  while ((await Promise.race([draining, Bun.sleep(400)])) === undefined) {
    const verdict = await client.say(`line ${said.length}`);
    expect(verdict.type, JSON.stringify(verdict)).toBe("said");
    if (verdict.type === "said") said.push(verdict.seq);
  }
  const { code, out } = await draining;
  expect(code, out).toBe(0);
  expect(out).toContain(`${from} is empty: it can be stopped`);
  const after = await opsJson<WhereView>("where", user.login);
  expect(after.verdict).toBe("answers");
  expect(after.actor!.node).not.toBe(from);
  expect(after.actor!.epoch).toBe(before.actor!.epoch + 1);
  await client.has(said.at(-1)!);
  expect(said).toEqual(said.map((_, index) => said[0]! + index));
  expect(client.closed).toBeNull();
  await client.leave();
  expect((await ops("undrain", from)).code).toBe(0);
});

test("drain sets the flag of the living incarnation and reports when it is empty; undrain clears the flag", async () => {
  const { items } = await opsJson<{ items: ActorView[] }>("actors", "--awake");
  const busy = items[0]!.node!;
  const idle = busy === "actor-1" ? "actor-2" : "actor-1";
  const empty = await ops("drain", idle, "--timeout", "10");
  expect(empty.code, empty.text).toBe(0);
  expect(empty.out).toContain(`${idle} is empty: it can be stopped`);
  expect(await draining()).toEqual([idle]);
  const last = await ops("drain", busy, "--no-wait");
  expect(last.code).toBe(0);
  expect(last.out).toContain("no other node is up");
  expect(await draining()).toEqual(["actor-1", "actor-2"]);
  expect((await opsJson<{ items: NodeView[] }>("nodes")).items.map(({ standing }) => standing)).toEqual([
    "draining",
    "draining",
  ]);
  for (const name of [busy, idle]) expect((await ops("undrain", name)).code).toBe(0);
  expect(await draining()).toEqual([]);
});

test("when a node stays busy, drain gives up with exit 1 and the node goes on draining", async () => {
  // A row of an unknown kind, which the node never releases.
  const { items } = await opsJson<{ items: NodeView[] }>("nodes");
  const node = items.find(({ name }) => name === "actor-1")!;
  await database.sql`INSERT INTO actors (kind, key, epoch, node) VALUES ('stuck', 'aa', 1, ${node.incarnation})`;
  try {
    const { code, out } = await ops("drain", "actor-1", "--timeout", "5");
    expect(code).toBe(1);
    expect(out).toMatch(/^\d s {2}\d+ actors left, 0 of them on air$/m);
    expect(out).toContain("not empty after 5 s; it goes on draining");
    expect(await draining()).toEqual(["actor-1"]);
  } finally {
    await database.sql`DELETE FROM actors WHERE kind = 'stuck'`;
    await ops("undrain", "actor-1");
  }
});

test("over HTTP an admin gets the same, other users get 403, and visitors 401", async () => {
  const api = `${system.edgeUrl(2)}/api/v1/admin`;
  const status = async (path: string, token?: string, method = "GET") => {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: token ? { authorization: `Bearer ${token}` } : {},
    });
    return [response.status, ((await response.json()) as { code?: string }).code];
  };
  for (const [path, method] of [
    ["/nodes"],
    ["/actors"],
    [`/channels/${user.login}/where`],
    ["/nodes/actor-1/drain", "POST"],
  ] as const) {
    expect(await status(path, user.accessToken, method)).toEqual([403, "forbidden"]);
    expect(await status(path, undefined, method)).toEqual([401, "not_signed_in"]);
  }
  expect(await draining()).toEqual([]);
  const token = admin.accessToken;
  const { items } = await call<{ items: NodeView[] }>(`${api}/nodes`, { token });
  expect(items.map(({ name }) => name)).toEqual(["actor-1", "actor-2"]);
  expect((await call<WhereView>(`${api}/channels/${user.login}/where`, { token })).actor?.login).toBe(user.login);
  const drained = await call<NodeView>(`${api}/nodes/actor-2/drain`, { token, body: {} });
  expect(drained).toMatchObject({ name: "actor-2", standing: "draining" });
  expect(await draining()).toEqual(["actor-2"]);
  await call(`${api}/nodes/actor-2/undrain`, { token, body: {} });
  expect(await draining()).toEqual([]);
  expect(await status("/nodes/actor-7/drain", token, "POST")).toEqual([404, "not_found"]);
});

test("the doctor finds no fault in a healthy system, and prints no secret", async () => {
  const { code, out, text } = await ops("doctor");
  expect(out.split("\n").filter((line) => line.startsWith("fault"))).toEqual([]);
  expect(code).toBe(0);
  const { faults, checks } = await opsJson<{ faults: number; checks: Check[] }>("doctor");
  expect(faults).toBe(0);
  const names = checks.map(({ area, name }) => `${area}: ${name}`);
  for (const name of [
    "machine: ffmpeg",
    "processes: edge-2",
    "database: migrations",
    "database: users",
    "nats: max_payload",
    "nats: users",
    "redis: memory policy",
    "redis: users",
    "s3: objects",
    "s3: browsers",
    "nginx: hooks",
    "ownership: pings",
  ])
    expect(names).toContain(name);
  expect(checks.filter(({ name, state }) => name === "users" && state !== "ok")).toEqual([]);
  const secrets = Object.values(new DataFolder(system.data).secrets());
  for (const secret of secrets) expect(text.includes(secret)).toBe(false);
});

test("with both edges and Redis stopped, the commands work and the doctor names the faults", async () => {
  const stopped = ["edge-1", "edge-2", "redis"].map((name) => system.pidOf(name));
  for (const pid of stopped) signal(pid, "SIGSTOP");
  try {
    expect((await ops("nodes")).code).toBe(0);
    expect((await opsJson<WhereView>("where", user.login)).channel.login).toBe(user.login);
    expect((await ops("drain", "actor-2", "--no-wait")).code).toBe(0);
    expect((await ops("undrain", "actor-2")).code).toBe(0);
    const { code, out } = await ops("doctor", "--json");
    const { faults, checks } = JSON.parse(out) as { faults: number; checks: Check[] };
    expect(code).toBe(1);
    expect(faults).toBeGreaterThanOrEqual(3);
    const wrong = checks.filter(({ state }) => state === "fault").map(({ area, name }) => `${area}: ${name}`);
    for (const name of ["processes: edge-1", "processes: edge-2", "redis: server"]) expect(wrong).toContain(name);
    for (const { state, todo } of checks) expect(todo === null).toBe(state === "ok");
  } finally {
    for (const pid of stopped) signal(pid, "SIGCONT");
  }
});

test("a stopped owner counts as silent until another node answers with the next epoch", async () => {
  const client = await talkingChannel();
  const { actor } = await opsJson<WhereView>("where", user.login);
  const pid = system.pidOf(actor!.node!);
  signal(pid, "SIGSTOP");
  try {
    const { code, out } = await ops("where", user.login);
    expect([code, out]).toEqual([1, expect.stringMatching(/^verdict +silent: /m)]);
    // A call to the room makes other nodes check its owner.
    await until(
      "another owner",
      async () => {
        const view = await opsJson<WhereView>("where", user.login);
        return view.actor!.epoch > actor!.epoch && view.verdict === "answers";
      },
      { withinMs: 40_000, everyMs: 500 },
    );
    // The list says so after 10 s, long after the take-over. A slow machine may have taken so long that the node is off it.
    await until(
      "the node to be silent",
      async () => {
        const { items } = await opsJson<{ items: NodeView[] }>("nodes");
        return (items.find(({ incarnation }) => incarnation === actor!.incarnation)?.standing ?? "silent") === "silent";
      },
      { withinMs: 20_000, everyMs: 500 },
    );
  } finally {
    signal(pid, "SIGCONT");
  }
  await client.leave();
});

test("wrong arguments are answered with the usage and exit 1", async () => {
  for (const words of [
    ["nodes", "actor-1"],
    ["nodes", "--limit", "3"],
    ["actors", "--limit", "0"],
    ["actors", "--limit", "5000"],
    ["actors", "--cursor", "nonsense"],
    ["where"],
    ["where", "nobody_here"],
    ["where", "a", "b"],
    ["drain"],
    ["drain", "actor-9"],
    ["drain", "actor-1", "--timeout", "soon"],
    ["undrain", "edge-1"],
    ["doctor", "please"],
    ["nodes", "--env"],
  ]) {
    const { code, err } = await ops(...words);
    expect(code, words.join(" ")).toBe(1);
    if (words.includes("--cursor")) expect(err).toStartWith("validation_failed: ");
    else expect(err, words.join(" ")).toContain("usage: npm run ops -- <verb>");
  }
  expect(await draining()).toEqual([]);
});

test("without a running system every command says what to do, and the doctor still checks the machine", async () => {
  const nothing = join(system.data, "nothing-here");
  for (const [verb, expected] of [
    ["nodes", 1],
    ["doctor", 1],
    ["doctor --machine", 0],
  ] as const) {
    const child = Bun.spawn([process.execPath, MAIN, ...verb.split(" "), "--data", nothing], { stderr: "pipe" });
    const text = (await new Response(child.stdout).text()) + (await new Response(child.stderr).text());
    expect(await child.exited, `${verb}: ${text}`).toBe(expected);
    if (verb !== "doctor --machine") expect(text).toContain("npm start");
    if (verb !== "nodes") expect(text).toContain("machine: ffmpeg");
  }
});
