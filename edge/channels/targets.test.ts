// The API of restreaming targets, on real PostgreSQL.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { Refusal } from "#runtime/actor/actor.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import { createBoxOpener } from "#runtime/outbound/sealed-box.ts";
import type { TargetView } from "#schema/api/targets.ts";
import {
  enabledTargets,
  publishBoxKey,
  RESTREAM,
  sealedAbout,
  sealedTarget,
} from "#schema/queries/channels/targets.ts";
import { type Forwarded, TARGETS_MAX } from "#schema/wire/targets.ts";
import { type Answer, type TestEdge, type TestUser, testEdge } from "../testing.ts";

const KEY = "live_48151623_4lKtUm0abcd";
const opener = createBoxOpener(["r".repeat(32)], RESTREAM);
const told: string[] = [];
/** What the channel's owner knows; null: it does not answer. */
let forwarded: Forwarded[] | null = [];
const caller: Caller = {
  async call<Value>(_kind: string, _key: string, message: unknown) {
    const { type } = message as { type: string };
    told.push(type);
    if (!forwarded) throw new Refusal("unavailable");
    return (type === "targets" ? forwarded : null) as Value;
  },
};

let edge: TestEdge;
let ada: TestUser;
let bob: TestUser;
beforeAll(async () => {
  const limits = { streamKeysPerMinutePerUser: 0, streamKeysPerMinutePerIp: 0 };
  edge = await testEdge({ caller, limits, config: { restreamNetworks: ["127.0.0.0/8"] } });
  ada = await edge.register("ada");
  bob = await edge.register("bob");
  await publishBoxKey(edge.world.database.sql, { purpose: RESTREAM, publicKey: opener.publicKey });
});
afterAll(() => edge.close());

const path = ({ login }: TestUser, id = "") => `/api/v1/channels/${login}/targets${id && `/${id}`}`;
const send = (method: string, to: string, json: unknown, { token }: TestUser) =>
  edge.ask(method, to, { token, ...(json !== undefined && { json }) });
const target = { name: "Twitch", serverUrl: "rtmp://127.0.0.1:7777/app", streamKey: KEY };
const add = (more: object = {}, user = ada) => send("POST", path(user), { ...target, ...more }, user);
const list = async (user = ada) => (await send("GET", path(user), undefined, user)).body.items as TargetView[];
const viewOf = ({ status, body }: Answer) => ({ status, ...(body as unknown as TargetView) });
const faults = ({ status, body }: Answer) => [
  status,
  ...((body.errors ?? [{ path: body.code }]) as { path: string }[]),
];
const channelIdOf = async (user: TestUser) => {
  const [row] = await edge.world.database.sql<{ id: string }[]>`SELECT id FROM channels WHERE user_id = ${user.userId}`;
  return row!.id;
};
async function without(user = ada) {
  for (const { id } of await list(user)) await send("DELETE", path(user, id), undefined, user);
}

test("a target is added, listed, changed and removed, and its key never answered", async () => {
  told.splice(0);
  const added = await add({ serverUrl: " rtmps://127.0.0.1:443/rtmp/ ", streamKey: `  ${KEY}\n` });
  const view = viewOf(added);
  expect(view).toMatchObject({
    ...{ status: 201, name: "Twitch", serverUrl: "rtmps://127.0.0.1:443/rtmp", keyHint: "abcd", enabled: true },
    state: { phase: "waiting", since: null, fault: null, retryAt: null, droppedFrames: 0 },
  });
  const change = { name: "Other", serverUrl: view.serverUrl, enabled: false };
  const changed = await send("PUT", path(ada, view.id), change, ada);
  expect(viewOf(changed)).toMatchObject({ status: 200, ...change, keyHint: "abcd", state: { phase: "off" } });
  const read = await send("GET", path(ada, view.id), undefined, ada);
  expect(read.body).toEqual(changed.body);
  expect(await list()).toEqual([changed.body as unknown as TargetView]);
  for (const { text } of [added, changed, read]) expect(text).not.toContain(KEY.slice(0, -4));
  expect((await send("DELETE", path(ada, view.id), undefined, ada)).status).toBe(204);
  expect(await list()).toEqual([]);
  expect((await send("DELETE", path(ada, view.id), undefined, ada)).status).toBe(404);
  expect(told.filter((type) => type === "targetsChanged").length).toBe(3);
});

test("the key is sealed at rest, and opens with the nodes' secret, about this target and address alone", async () => {
  const { id, serverUrl } = viewOf(await add());
  const channelId = await channelIdOf(ada);
  const { sql } = edge.world.database;
  const row = (await sealedTarget(sql, { id, channelId, revision: 1 }))!;
  expect(Buffer.from(row.sealedKey).includes(KEY.slice(0, 8))).toBe(false);
  expect(Buffer.from(opener.open(row.sealedKey, sealedAbout({ id, channelId, serverUrl }))!).toString()).toBe(KEY);
  expect(opener.open(row.sealedKey, sealedAbout({ id, channelId, serverUrl: "rtmp://thief/app" }))).toBeNull();
  await without();
});

test("another address needs the key again: a stolen session leads no key elsewhere", async () => {
  const { id } = viewOf(await add());
  const elsewhere = { name: "Twitch", serverUrl: "rtmp://127.0.0.1:7778/app", enabled: true };
  expect(faults(await send("PUT", path(ada, id), elsewhere, ada))).toEqual([
    422,
    { path: "streamKey", message: "required, since the address has changed" } as never,
  ]);
  const channelId = await channelIdOf(ada);
  const { sql } = edge.world.database;
  expect(await enabledTargets(sql, channelId)).toEqual([{ id, revision: 1 }]);
  expect((await send("PUT", path(ada, id), { ...elsewhere, streamKey: "another_key_0123456789" }, ada)).status).toBe(
    200,
  );
  expect(await enabledTargets(sql, channelId)).toEqual([{ id, revision: 2 }]);
  // A new name interrupts nothing.
  await send("PUT", path(ada, id), { ...elsewhere, name: "Renamed" }, ada);
  expect(await enabledTargets(sql, channelId)).toEqual([{ id, revision: 2 }]);
  await without();
});

test("only the channel's owner has them", async () => {
  const { id } = viewOf(await add());
  await edge.world.database.sql`UPDATE users SET role = 'admin' WHERE id = ${bob.userId}`;
  for (const [method, to, json] of [
    ["GET", path(ada), undefined],
    ["GET", path(ada, id), undefined],
    ["POST", path(ada), target],
    ["PUT", path(ada, id), { name: "x", serverUrl: target.serverUrl, enabled: true }],
    ["DELETE", path(ada, id), undefined],
  ] as const)
    expect([method, (await send(method, to, json, bob)).status]).toEqual([method, 403]);
  // By way of one's own channel.
  expect((await send("DELETE", path(bob, id), undefined, bob)).status).toBe(404);
  expect(
    (await send("PUT", path(bob, id), { name: "x", serverUrl: target.serverUrl, enabled: true }, bob)).status,
  ).toBe(404);
  expect((await list()).length).toBe(1);
  await without();
});

test("a channel has a number of them, also of requests that come together", async () => {
  const answers = await Promise.all(Array.from({ length: TARGETS_MAX + 3 }, (_, i) => add({ name: `t${i}` })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]));
  for (let left = TARGETS_MAX; (await list()).length < TARGETS_MAX && left > 0; left--) await add();
  const full = await add();
  expect([full.status, full.body.code]).toEqual([409, "too_many"]);
  const [first] = await list();
  await send("DELETE", path(ada, first!.id), undefined, ada);
  expect((await add({ name: "again" })).status).toBe(201);
  expect((await list()).map(({ name }) => name)[0]).toBe("again");
  await without();
});

test.each([
  ["http://h/app", "serverUrl"],
  ["rtmp://h", "serverUrl"],
  ["rtmp://user:pw@127.0.0.1/app", "serverUrl"],
  ["rtmp://10.0.0.1/app", "serverUrl"],
  ["rtmp://0x0a000001/app", "serverUrl"],
  ["rtmp://[::1]/app", "serverUrl"],
  ["rtmp://[::ffff:127.0.0.1]/app", "serverUrl"],
  ["rtmp://169.254.169.254/app", "serverUrl"],
  ["rtmp://nobody.invalid/app", "serverUrl"],
  // Our own ingest, although its network is allowed.
  ["rtmp://127.0.0.1:1935/live", "serverUrl"],
])("the address %s is refused with its field named", async (serverUrl, field) => {
  const answer = await add({ serverUrl });
  expect([answer.status, (answer.body.errors as { path: string }[])[0]!.path]).toEqual([422, field]);
});

test("keys with blanks in them, or none, are refused, and not repeated", async () => {
  for (const streamKey of ["", "a b", "ключ", "x".repeat(501)]) {
    const answer = await add({ streamKey });
    expect([streamKey, answer.status]).toEqual([streamKey, 422]);
    if (streamKey.length > 3) expect(answer.text).not.toContain(streamKey);
  }
});

test("the state is in the answer, and unknown while the channel's owner is away", async () => {
  const { id } = viewOf(await add());
  const state = async (now: Forwarded[] | null) => {
    forwarded = now;
    return (await list())[0]!.state;
  };
  const one = { targetId: id, liveSinceMs: null, failure: null, droppedFrames: 0 };
  expect((await state([])).phase).toBe("waiting");
  expect((await state([one])).phase).toBe("connecting");
  expect((await state([{ ...one, targetId: crypto.randomUUID() }])).phase).toBe("connecting");
  expect(await state([{ ...one, liveSinceMs: 0, droppedFrames: 7 }])).toEqual({
    ...{ phase: "live", since: "1970-01-01T00:00:00.000Z", fault: null, retryAt: null, droppedFrames: 7 },
  });
  expect(await state([{ ...one, failure: { why: "key_refused", retryAtMs: 1_000 } }])).toMatchObject({
    ...{ phase: "failed", fault: "key_refused", retryAt: "1970-01-01T00:00:01.000Z" },
  });
  expect((await state(null)).phase).toBe("unknown");
  forwarded = [];
  await without();
});

test("acts are in the audit log without keys", async () => {
  const rows = await edge.world.database.sql<{ act: string; detail: unknown }[]>`
    SELECT act, detail FROM audit_log WHERE act LIKE 'target.%'`;
  expect(new Set(rows.map(({ act }) => act))).toEqual(new Set(["target.added", "target.changed", "target.removed"]));
  expect(JSON.stringify(rows)).not.toContain(KEY.slice(0, -4));
});

test("a server whose nodes have no secret says so", async () => {
  await edge.world.database.sql`DELETE FROM box_keys`;
  const answer = await add();
  expect([answer.status, answer.body.code]).toEqual([409, "restream_off"]);
});
