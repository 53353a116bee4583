// Relays over real HTTP: placement, deaths, and what an edge knows of their sessions.

import { afterEach, expect, test } from "bun:test";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { patient } from "#schema/testing-slowness.ts";
import type { OpenRelaySession } from "#schema/wire/relay.ts";
import { Relays } from "./relays.ts";
import { type SessionLabel, writeLabel } from "./session-label.ts";
import { TestRelay } from "./testing.ts";

const log = createLog({ name: "test", level: "silent" });
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const CHANNEL = "0190f3b0-0000-7000-8000-000000000001";
const LABEL: SessionLabel = { address: "192.0.2.1", session: "00112233445566ff", right: null };
const ask = (change: Partial<OpenRelaySession> = {}): OpenRelaySession => ({
  ...{ kind: "whep", channelId: CHANNEL, offer: "v=0\r\na=rtpmap:96 H264/90000\r\n", label: writeLabel(LABEL) },
  ...change,
});

function relay(options: ConstructorParameters<typeof TestRelay>[0] = {}) {
  const made = new TestRelay(options);
  undo.push(() => made.die());
  return made;
}

async function relaysOf(...made: TestRelay[]) {
  const relays = new Relays({ urls: made.map(({ url }) => url), clock: systemClock, log, random: systemRandom });
  undo.push(() => relays.stop());
  await until("the first looks", () => made.every(({ calls }) => calls.length > 0));
  await Bun.sleep(20);
  return relays;
}

async function until(what: string, isSo: () => boolean, withinMs = patient(8_000)) {
  const untilMs = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > untilMs) throw new Error(`not in time: ${what}`);
    await Bun.sleep(10);
  }
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: { code?: string }) => error.code,
  );

test("sessions are spread, a channel's own stay together, and all are known at once", async () => {
  const [one, two] = [relay(), relay()];
  const relays = await relaysOf(one, two);
  for (let i = 0; i < 10; i++) await relays.open(ask());
  expect([one.sessions.size, two.sessions.size].sort((a, b) => a - b)).toEqual([0, 10]);
  const busy = one.sessions.size > 0 ? 1 : 2;
  const placed = await relays.open(ask({ channelId: "0190f3b0-0000-7000-8000-000000000002" }));
  expect(placed.relay).not.toBe(busy);
  expect([...relays.sessions()].length).toBe(11);
  expect(relays.known({ relay: placed.relay, id: placed.sessionId })).toMatchObject({ connected: false, label: LABEL });
});

test("a refusal of the offer reaches the client as it is, and asks no other relay", async () => {
  const [one, two] = [relay(), relay()];
  const relays = await relaysOf(one, two);
  await expect(relays.open(ask({ offer: "v=0\r\na=rtpmap:96 VP8/90000\r\n" }))).rejects.toMatchObject({
    ...{ code: "no_common_codec", detail: "no H.264 in it" },
  });
  expect([...one.calls, ...two.calls].filter((call) => call.startsWith("POST"))).toEqual(["POST 406"]);
});

test("a code of a later release becomes one of ours by its status", async () => {
  const relays = await relaysOf(relay({ answer: () => ({ status: 406, code: "too_purple", detail: "x" }) }));
  expect(await codeOf(relays.open(ask()))).toBe("sdp_unacceptable");
});

test("a full relay is passed over for the next; with none left the edge is busy", async () => {
  const [one, two] = [relay({ sessionsMax: 1 }), relay({ sessionsMax: 1 })];
  const relays = await relaysOf(one, two);
  await relays.open(ask());
  await relays.open(ask());
  expect([one.sessions.size, two.sessions.size]).toEqual([1, 1]);
  expect(await codeOf(relays.open(ask()))).toBe("busy");
});

test("a dead relay is passed over at once, is asked nothing until it is back, and its sessions are gone", async () => {
  const [one, two] = [relay(), relay()];
  const relays = await relaysOf(one, two);
  const first = await relays.open(ask());
  const [dying, other] = first.relay === 1 ? [one, two] : [two, one];
  await dying.die();
  const place = { relay: first.relay, id: first.sessionId };
  expect(await codeOf(relays.close(place))).toBe("not_found");
  expect((await relays.open(ask())).relay).not.toBe(first.relay);
  await other.die();
  expect(await codeOf(relays.open(ask()))).toBe("unavailable");
  dying.revive();
  await until("the relay to be back", () => dying.calls.at(-1) === "GET 200");
  await Bun.sleep(20);
  expect((await relays.open(ask())).relay).toBe(first.relay);
});

test("a relay that hangs costs an offer three seconds once", async () => {
  const [one, two] = [relay(), relay()];
  const relays = await relaysOf(one, two);
  await relays.open(ask({ channelId: "0190f3b0-0000-7000-8000-000000000002" }));
  const [busy, idle] = one.sessions.size > 0 ? [one, two] : [two, one];
  idle.hangs = true;
  undo.push(() => {
    idle.hangs = false;
  });
  const startMs = performance.now();
  expect((await relays.open(ask())).relay).toBe(busy === one ? 1 : 2);
  expect(performance.now() - startMs).toBeLessThan(patient(4_500));
  const againMs = performance.now();
  await relays.open(ask({ channelId: "0190f3b0-0000-7000-8000-000000000003" }));
  expect(performance.now() - againMs).toBeLessThan(1_000);
});

test("another edge learns of a session, its label and its end by looking", async () => {
  const one = relay();
  const [relays, other] = [await relaysOf(one), await relaysOf(one)];
  const { sessionId } = await relays.open(ask());
  one.connect();
  const place = { relay: 1, id: sessionId };
  await until("the other edge to know", () => other.known(place)?.connected === true);
  expect(other.known(place)?.label).toEqual(LABEL);
  await other.close(place);
  expect(one.sessions.size).toBe(0);
  await until("the first edge to know", () => relays.known(place) === undefined);
});

test("the edge that opened a session keeps its label where the relay repeats none", async () => {
  const one = relay({ labels: false });
  const relays = await relaysOf(one);
  const { sessionId } = await relays.open(ask());
  one.connect();
  const place = { relay: 1, id: sessionId };
  await until("a look", () => relays.known(place)?.connected === true);
  expect(relays.known(place)?.label).toEqual(LABEL);
});

test("a relay that answers nonsense counts as away", async () => {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: ({ method }) =>
      method === "GET" ? Response.json({ sessions: [{ id: "../x" }, null, 7] }) : new Response("{}", { status: 201 }),
  });
  undo.push(() => server.stop(true));
  const relays = new Relays({
    ...{ urls: [`http://127.0.0.1:${server.port}`], clock: systemClock, log, random: systemRandom },
  });
  undo.push(() => relays.stop());
  await Bun.sleep(100);
  expect([...relays.sessions()]).toEqual([]);
  expect(await codeOf(relays.open(ask()))).toBe("unavailable");
});
