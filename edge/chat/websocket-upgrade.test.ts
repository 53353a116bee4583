import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { connect } from "node:net";
import type { Bus } from "#runtime/bus/bus.ts";
import { patient } from "#schema/testing-slowness.ts";
import { DEFAULT_ROOM_SETTINGS, linesIn } from "#schema/wire/room.ts";
import { chatEdge, hurried, StandInRoom, type TestChatEdge, testBus, Viewer } from "./testing.ts";

let ownersBus: Bus;
beforeAll(async () => {
  ownersBus = await testBus();
});
afterAll(() => ownersBus.close());

const cleaning: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).reverse()) await clean();
});

async function edge(options: Parameters<typeof chatEdge>[0] = {}): Promise<TestChatEdge> {
  const made = await chatEdge(options);
  cleaning.push(() => made.close());
  return made;
}

function room(): StandInRoom {
  const made = new StandInRoom(ownersBus);
  cleaning.push(() => made.stop());
  return made;
}

function viewer(at: TestChatEdge, channelId: string, headers: Record<string, string> = {}): Viewer {
  const made = new Viewer(at.url(channelId), headers);
  cleaning.push(() => made.ws.close());
  return made;
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const seqs = (of: Viewer) => of.entries.map((entry) => entry.seq);

test("the welcome of an empty room has seq 0, one viewer and no entries", async () => {
  const [at, chat] = [await edge(), room()];
  expect(await viewer(at, chat.channelId).hello("ada")).toEqual({
    type: "welcome",
    protocol: 1,
    you: { id: "ada", login: "ada", roles: [] },
    room: DEFAULT_ROOM_SETTINGS,
    seq: 0,
    viewers: 1,
    resumed: false,
    pinned: null,
    poll: null,
    raid: null,
    entries: [],
  });
});

test("a socket without a token can only read; the channel's owner has a badge", async () => {
  const [at, chat] = [await edge(), room()];
  const guest = viewer(at, chat.channelId);
  expect((await guest.hello()).you).toBeNull();
  guest.say("n");
  expect(await guest.answer("n")).toEqual({ type: "refused", nonce: "n", code: "not_signed_in" });
  const owner = viewer(at, chat.channelId);
  expect((await owner.hello("owner")).you?.roles).toEqual(["broadcaster"]);
  owner.say("m", "hello");
  expect(await owner.answer("m")).toMatchObject({ type: "said", seq: 1 });
  await guest.seq(1);
  expect(guest.entries[0]).toMatchObject({ body: "hello", user: { login: "owner", badges: ["broadcaster"] } });
});

test("100 sockets get every line once and in order, while sockets join and lines flow", async () => {
  const [at, chat] = [await edge(), room()];
  const early = numbers(1, 50).map(() => viewer(at, chat.channelId));
  await Promise.all(early.map((one, i) => one.hello(`user${i}`)));
  const flowing = (async () => {
    for (let i = 0; i < 60; i++) {
      chat.add(`a${i}`, `b${i}`, `c${i}`);
      await Bun.sleep(5);
    }
  })();
  const late = numbers(1, 50).map(() => viewer(at, chat.channelId));
  await Promise.all(
    late.map(async (one, i) => {
      await Bun.sleep(i * 4);
      return one.hello();
    }),
  );
  for (const [i, one] of early.slice(0, 20).entries()) for (const n of [1, 2, 3]) one.say(`${i}-${n}`);
  await flowing;
  const answers = await Promise.all(
    early.slice(0, 20).flatMap((one, i) => [1, 2, 3].map((n) => one.answer(`${i}-${n}`))),
  );
  expect(answers.every((answer) => answer.type === "said")).toBe(true);
  expect(chat.head).toBe(240);
  await Promise.all([...early, ...late].map((one) => one.seq(240)));
  for (const one of early) expect(seqs(one)).toEqual(numbers(1, 240));
  for (const one of late) expect(seqs(one)).toEqual(numbers(seqs(one)[0]!, 240));
  // A sender's lines, in the order of sending.
  for (const [i] of early.slice(0, 20).entries()) {
    const mine = linesIn(chat.entries)
      .filter((entry) => entry.user.id === `user${i}`)
      .map((entry) => entry.body);
    expect(mine).toEqual([`${i}-1`, `${i}-2`, `${i}-3`]);
  }
});

test("a resume brings exactly the missed lines: from the ring, from the room, or 1 000 lines in several frames", async () => {
  const [at, chat] = [await edge(), room()];
  for (let i = 1; i <= 1_100; i++) chat.add(`${i}`);
  const fresh = viewer(at, chat.channelId);
  expect(await fresh.hello()).toMatchObject({ seq: 1_100, resumed: false });
  expect(seqs(fresh)).toEqual(numbers(1_051, 1_100));

  const short = viewer(at, chat.channelId);
  expect(await short.hello(undefined, 1_090)).toMatchObject({ resumed: true, seq: 1_100 });
  expect(seqs(short)).toEqual(numbers(1_091, 1_100));

  const none = viewer(at, chat.channelId);
  expect(await none.hello(undefined, 1_100)).toMatchObject({ resumed: true, entries: [] });

  const long = viewer(at, chat.channelId);
  expect(await long.hello(undefined, 100)).toMatchObject({ resumed: true });
  await long.seq(1_100);
  expect(seqs(long)).toEqual(numbers(101, 1_100));
  expect(long.frames.filter((frame) => frame.type === "entries").length).toBeGreaterThan(1);
  expect(Math.max(...long.sizes)).toBeLessThanOrEqual(64 * 1024);

  const over = viewer(at, chat.channelId);
  expect(await over.hello(undefined, 99)).toMatchObject({ resumed: false });
  expect(seqs(over)).toEqual(numbers(1_051, 1_100));

  const above = viewer(at, chat.channelId);
  expect(await above.hello(undefined, 5_000)).toMatchObject({ resumed: false, seq: 1_100 });
  expect(seqs(above)).toEqual(numbers(1_051, 1_100));

  chat.add("next");
  const all = [fresh, short, none, long, over, above];
  await Promise.all(all.map((one) => one.seq(1_101)));
  for (const one of all) expect(seqs(one)).toEqual(numbers(seqs(one)[0]!, 1_101));
});

test("50 long lines that exceed a frame come in the welcome and in entries frames", async () => {
  const [at, chat] = [await edge(), room()];
  for (let i = 0; i < 60; i++) chat.add("🦊".repeat(500));
  const one = viewer(at, chat.channelId);
  await one.hello();
  await one.seq(60);
  expect(seqs(one)).toEqual(numbers(11, 60));
  expect(Math.max(...one.sizes)).toBeLessThanOrEqual(64 * 1024);
});

test("a lost batch is detected by the status, a hole by the next batch", async () => {
  const [at, chat] = [await edge(), room()];
  const one = viewer(at, chat.channelId);
  await one.hello();
  chat.add("1");
  await one.seq(1);
  chat.silent = true;
  chat.add("2", "3");
  chat.silent = false;
  await one.seq(3);
  chat.silent = true;
  chat.add("4");
  chat.silent = false;
  const startMs = performance.now();
  chat.add("5", "6");
  await one.seq(6);
  expect(performance.now() - startMs).toBeLessThan(patient(900));
  expect(seqs(one)).toEqual(numbers(1, 6));
});

test("a resume above this edge's head asks the room first, since another edge may be ahead", async () => {
  const [at, chat] = [await edge(), room()];
  const one = viewer(at, chat.channelId);
  await one.hello();
  chat.silent = true;
  chat.add("1", "2", "3");
  chat.silent = false;
  const two = viewer(at, chat.channelId);
  expect(await two.hello(undefined, 2)).toMatchObject({ resumed: true, seq: 3 });
  expect(seqs(two)).toEqual([3]);
});

test("a restored room with a lower seq makes all sockets start again", async () => {
  const [at, chat] = [await edge(), room()];
  const one = viewer(at, chat.channelId);
  await one.hello();
  chat.add("1", "2", "3");
  await one.seq(3);
  chat.entries.splice(1);
  chat.epoch += 1_000;
  chat.add("other 2");
  expect(await one.closed).toMatchObject({ code: 4000 });
  const again = viewer(at, chat.channelId);
  expect(await again.hello(undefined, 3)).toMatchObject({ resumed: false, seq: 2 });
  expect(linesIn(again.entries).map((entry) => entry.body)).toEqual(["1", "other 2"]);
});

test("the status is sent when it changes, `starting` as offline; viewers count after hello", async () => {
  const [at, chat] = [await edge(), room()];
  const one = viewer(at, chat.channelId);
  await viewer(at, chat.channelId).opened;
  await one.hello();
  chat.status = { phase: "starting", broadcastId: "b1" };
  chat.tellStatus();
  chat.status = { phase: "live", broadcastId: "b1" };
  chat.tellStatus();
  await one.until(() => one.frames.find((frame) => frame.type === "status" && frame.phase === "live"));
  const shown = one.frames.filter((frame) => frame.type === "status");
  expect(shown).toEqual([
    { type: "status", phase: "offline" },
    { type: "status", phase: "live", broadcastId: "b1" },
  ]);
  const more = numbers(1, 4).map(() => viewer(at, chat.channelId));
  await Promise.all(more.map((other) => other.hello()));
  const counted = await one.until(() => one.frames.find((frame) => frame.type === "viewers" && frame.count === 5));
  expect(counted).toBeDefined();
  while (chat.viewers.at(-1) !== 5) await Bun.sleep(20);
});

test("lines of one socket are sent one after the other, and refused as busy above 20", async () => {
  const [at, chat] = [await edge(), room()];
  const one = viewer(at, chat.channelId);
  await one.hello("ada");
  let underWay = 0;
  chat.beforeSay = async () => {
    expect(++underWay).toBe(1);
    await Bun.sleep(10);
    underWay--;
  };
  for (let i = 1; i <= 30; i++) one.say(`${i}`);
  const answers = await Promise.all(numbers(1, 30).map((i) => one.answer(`${i}`)));
  expect(answers.slice(0, 21).every((answer) => answer.type === "said")).toBe(true);
  expect(answers[29]).toMatchObject({ type: "refused", code: "busy", retryAfterMs: 1_000 });
  expect(linesIn(chat.entries).map((entry) => entry.body)).toEqual(numbers(1, 21).map(String));
});

test("a line between hello and welcome is sent after the welcome", async () => {
  const [at, chat] = [await edge(), room()];
  const one = viewer(at, chat.channelId);
  await one.opened;
  one.send({ type: "hello", token: "ada" });
  one.say("n", "early");
  expect(await one.answer("n")).toMatchObject({ type: "said", seq: 1 });
  expect(one.frames[0]!.type).toBe("welcome");
  await one.seq(1);
  expect(seqs(one)).toEqual([1]);
});

test("codes of the room are passed on, codes between our processes are not", async () => {
  const [at, chat] = [await edge(), room()];
  const one = viewer(at, chat.channelId);
  await one.hello("ada");
  for (const [said, told] of [
    ["nonce_reused", "nonce_reused"],
    ["too_long", "too_long"],
    ["timeout", "unavailable"],
    ["invalid_value", "invalid_body"],
    ["no_such_code", "internal"],
  ] as const) {
    chat.refuses = said;
    one.say(said, "x");
    expect(await one.answer(said)).toMatchObject({ type: "refused", code: told });
  }
});

test("the limit of lines in 30 s applies to all sockets of a user", async () => {
  const [at, chat] = [await edge({ limits: { linesPer30sPerUser: 4 } }), room()];
  const name = `ada-${crypto.randomUUID()}`;
  const [one, two] = [viewer(at, chat.channelId), viewer(at, chat.channelId)];
  await Promise.all([one.hello(name), two.hello(name)]);
  for (let i = 0; i < 3; i++) {
    one.say(`a${i}`);
    two.say(`b${i}`);
  }
  const answers = await Promise.all([0, 1, 2].flatMap((i) => [one.answer(`a${i}`), two.answer(`b${i}`)]));
  expect(answers.filter((answer) => answer.type === "said")).toHaveLength(4);
  const refused = answers.filter((answer) => answer.type === "refused");
  expect(refused.map((answer) => answer.code)).toEqual(["rate_limited", "rate_limited"]);
  for (const answer of refused) {
    expect(answer.retryAfterMs).toBeGreaterThan(0);
    expect(answer.retryAfterMs).toBeLessThanOrEqual(7_500);
  }
});

test("malformed frames are refused, the third closes the socket; an empty body does not count", async () => {
  const [at, chat] = [await edge(), room()];
  const one = viewer(at, chat.channelId);
  await one.hello("ada");
  for (let i = 0; i < 5; i++) {
    one.say(`empty${i}`, "");
    expect(await one.answer(`empty${i}`)).toMatchObject({ code: "invalid_body" });
  }
  one.send("{");
  one.send(JSON.stringify({ type: "say", nonce: "n", body: "x".repeat(64 * 1024) }));
  one.send({ type: "say", nonce: "n".repeat(65), body: "x" });
  expect(await one.closed).toMatchObject({ code: 4509 });
  expect(one.frames.filter((frame) => frame.type === "refused" && frame.code === "bad_message")).toHaveLength(3);
  for (const wrong of [
    "null",
    "[]",
    '"hello"',
    '{"type":"hello","resume":{"seq":-1}}',
    '{"type":"hello","token":7}',
    '{"type":"x"}',
  ]) {
    const other = viewer(at, chat.channelId);
    await other.opened;
    other.send(wrong);
    expect(await other.first("refused")).toEqual({
      type: "refused",
      code: "bad_message",
      detail: expect.stringMatching(/^.{10,} \(mistake 1 of 3\)$/),
    });
  }
});

test("frames out of their order are named, and a ping is answered", async () => {
  const [at, chat] = [await edge(), room()];
  const one = viewer(at, chat.channelId);
  await one.opened;
  one.say("early");
  one.send({ type: "ping" });
  await one.first("pong");
  await one.hello("ada");
  one.send({ type: "hello" });
  const details = () => one.frames.flatMap((frame) => (frame.type === "refused" ? [frame.detail] : []));
  await one.until(() => details()[1]);
  expect(details()).toEqual([
    "the first frame must be hello (mistake 1 of 3)",
    "hello was sent already (mistake 2 of 3)",
  ]);
  for (let i = 0; i < 5; i++) one.send({ type: "ping" });
  await one.until(() => one.frames.filter(({ type }) => type === "pong").length === 6 || undefined);
});

test("a socket without hello within 10 s is closed with 4002, with a bad token with 4501, with an expired one with 4003", async () => {
  const [at, chat] = [await edge({ clock: hurried(10) }), room()];
  const [silent, bad, expired] = numbers(1, 3).map(() => viewer(at, chat.channelId));
  const startMs = performance.now();
  await Promise.all([bad!.opened, expired!.opened]);
  bad!.send({ type: "hello", token: "bad" });
  expired!.send({ type: "hello", token: "expired" });
  expect(await bad!.closed).toMatchObject({ code: 4501 });
  expect(await expired!.closed).toMatchObject({ code: 4003 });
  expect(await silent!.closed).toMatchObject({ code: 4002 });
  expect(performance.now() - startMs).toBeGreaterThan(900);
});

test("sockets above the limit of an address or a user are closed with 4029, above the edge's refused with 503", async () => {
  const chat = room();
  const byAddress = await edge({
    limits: { socketsPerIp: 2 },
    from: (request) => request.headers.get("x-from") ?? "10.0.0.1",
  });
  const first = [viewer(byAddress, chat.channelId), viewer(byAddress, chat.channelId)];
  await Promise.all(first.map((one) => one.hello()));
  const third = viewer(byAddress, chat.channelId);
  await third.opened;
  expect(await third.closed).toMatchObject({ code: 4029 });
  await viewer(byAddress, chat.channelId, { "x-from": "10.0.0.2" }).hello();
  first[0]!.ws.close();
  await first[0]!.closed;
  await Bun.sleep(50);
  await viewer(byAddress, chat.channelId).hello();

  const byUser = await edge({ limits: { socketsPerUser: 1 } });
  await viewer(byUser, chat.channelId).hello("ada");
  const second = viewer(byUser, chat.channelId);
  await second.opened;
  second.send({ type: "hello", token: "ada" });
  expect(await second.closed).toMatchObject({ code: 4029 });
  await viewer(byUser, chat.channelId).hello("bob");

  const byEdge = await edge({ limits: { socketsPerEdge: 1 } });
  await viewer(byEdge, chat.channelId).hello();
  const refused = await handshake(byEdge, chat.channelId);
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).toBe("2");
  expect(await refused.json()).toMatchObject({ code: "busy", status: 503 });
});

test("sockets above the limit of an address per minute are refused without a look-up", async () => {
  const chat = room();
  const address = `10.1.${crypto.getRandomValues(new Uint8Array(2)).join(".")}`;
  const at = await edge({
    limits: { joinsPerMinutePerIp: 2 },
    from: (request) => request.headers.get("x-from") ?? address,
  });
  for (let i = 0; i < 2; i++) await viewer(at, chat.channelId).hello();
  const refused = await handshake(at, "00000000-0000-0000-0000-000000000000");
  expect([refused.status, Number(refused.headers.get("retry-after")) > 20]).toEqual([429, true]);
  expect(await refused.json()).toMatchObject({ code: "rate_limited" });
  expect([refused.headers.get("ratelimit-limit"), refused.headers.get("ratelimit-remaining")]).toEqual(["2", "0"]);
  await viewer(at, chat.channelId, { "x-from": `${address}9` }).hello();
});

function handshake(at: TestChatEdge, channelId: string, headers: Record<string, string> = {}) {
  return fetch(at.url(channelId).replace("ws:", "http:"), {
    headers: {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      ...headers,
    },
  });
}

test("only pages of this host and of the allow-list may open a socket; clients without Origin may, too", async () => {
  const at = await edge({ config: { allowedOrigins: ["https://other.example"], publicUrl: "https://live.example" } });
  const chat = room();
  const own = new URL(at.url(chat.channelId)).host;
  for (const origin of [`http://${own}`, "https://other.example", "https://live.example"])
    await viewer(at, chat.channelId, { origin }).hello();
  for (const origin of ["null", "https://evil.example", "http://other.example", `http://${own}.evil.example`]) {
    const refused = await handshake(at, chat.channelId, { origin });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: "foreign_origin" });
  }
});

test("other paths and requests without a handshake are passed on; an unknown channel is 404", async () => {
  const [at, chat] = [await edge(), room()];
  const http = at.url(chat.channelId).replace("ws:", "http:");
  expect(await (await fetch(http)).text()).toBe("elsewhere");
  expect(await (await fetch(`${http}/messages`)).text()).toBe("elsewhere");
  const unknown = await handshake(at, "00000000-0000-0000-0000-000000000000");
  expect(unknown.status).toBe(404);
  expect(unknown.headers.get("content-type")).toBe("application/problem+json");
  expect((await handshake(at, "%ff")).status).toBe(404);
});

test("sockets of a room that cannot be reached are told when to reconnect", async () => {
  const at = await edge({ clock: hurried(10) });
  const chat = room();
  chat.refuses = "unavailable";
  const one = viewer(at, chat.channelId);
  await one.opened;
  one.send({ type: "hello" });
  expect((await one.first("bye")).retryAfterMs).toBeGreaterThan(0);
  expect(await one.closed).toMatchObject({ code: 4000 });
  chat.refuses = null;
  await viewer(at, chat.channelId).hello();
});

test("the subscription of a room ends some time after its last socket", async () => {
  const at = await edge({ clock: hurried(10) });
  const chat = room();
  const one = viewer(at, chat.channelId);
  await one.hello();
  const histories = () => chat.asked.filter((request) => request.type === "room.history").length;
  const before = histories();
  one.ws.close();
  await one.closed;
  const soon = viewer(at, chat.channelId);
  await soon.hello();
  expect(histories()).toBe(before);
  soon.ws.close();
  await soon.closed;
  await Bun.sleep(900);
  await viewer(at, chat.channelId).hello();
  expect(histories()).toBe(before + 1);
  await Bun.sleep(300);
  expect(chat.viewers).toContain(0);
});

test("a drain refuses new sockets, sends a bye with spread times to all, then closes with 4000", async () => {
  const [at, chat] = [await edge(), room()];
  const all = numbers(1, 20).map(() => viewer(at, chat.channelId));
  await Promise.all(all.map((one, i) => one.hello(`user${i}`)));
  chat.beforeSay = () => Bun.sleep(200);
  all[0]!.say("last words");
  await Bun.sleep(50);
  const drained = at.hub.drain(3_000);
  expect((await handshake(at, chat.channelId)).status).toBe(503);
  await drained;
  const byes = await Promise.all(all.map((one) => one.first("bye")));
  expect(await Promise.all(all.map((one) => one.closed))).toEqual(
    all.map(() => ({ code: 4000, reason: "going away" })),
  );
  const waits = byes.map((bye) => bye.retryAfterMs);
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(1_500);
  expect(Math.max(...waits)).toBeLessThanOrEqual(3_000);
  expect(new Set(waits).size).toBeGreaterThan(10);
  expect(await all[0]!.answer("last words")).toMatchObject({ type: "said" });
});

/** A raw peer that shakes hands, says hello, and then stops reading. */
async function peerThatStops(at: TestChatEdge, channelId: string) {
  const { port } = new URL(at.url(channelId));
  const peer = connect({ host: "127.0.0.1", port: Number(port) });
  cleaning.push(() => peer.destroy());
  peer.write(
    `GET /api/v1/channels/${channelId}/chat HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
  const received: Buffer[] = [];
  peer.on("data", (data) => received.push(Buffer.from(data)));
  await new Promise<void>((resolve) => peer.once("data", () => resolve()));
  const hello = Buffer.from(JSON.stringify({ type: "hello" }));
  // Masked with zeros, which leaves the text unchanged.
  peer.write(Buffer.concat([Buffer.from([0x81, 0x80 | hello.length, 0, 0, 0, 0]), hello]));
  while (!Buffer.concat(received).includes("welcome")) await Bun.sleep(10);
  peer.pause();
  return {
    peer,
    /** Reads on to the end. True: the last frame was a close frame that says "too slow". */
    async hearsTooSlow() {
      peer.resume();
      await new Promise<void>((resolve) => peer.once("close", () => resolve()));
      const frame = Buffer.from([0x88, 2 + "too slow".length, 4008 >> 8, 4008 & 255]);
      return Buffer.concat(received).includes(frame);
    },
  };
}

test("in a room that says megabytes a second a socket that does not read is closed with 4008, not cut at the hard limit", async () => {
  const [at, chat] = [await edge(), room()];
  const well = viewer(at, chat.channelId);
  await well.hello();
  const { hearsTooSlow } = await peerThatStops(at, chat.channelId);
  const slow = at.opened[1]!;
  while (slow.readyState === WebSocket.OPEN) {
    chat.add(...numbers(1, 50).map(() => "🦊".repeat(500)));
    await well.seq(chat.head);
  }
  expect(await hearsTooSlow()).toBe(true);
  expect(seqs(well)).toEqual(numbers(1, chat.head));
});

test.each([
  ["does not read", 0],
  ["reads 5 KB/s", 5_000],
])("a socket that %s is closed with 4008, and others are not affected", async (_, bytesPerS) => {
  const [at, chat] = [await edge(), room()];
  const well = viewer(at, chat.channelId);
  await well.hello();
  const { peer, hearsTooSlow } = await peerThatStops(at, chat.channelId);
  let isReading = bytesPerS > 0;
  const drink = (data: Buffer) => {
    if (!isReading) return;
    peer.pause();
    setTimeout(() => peer.resume(), (data.length / bytesPerS) * 1_000);
  };
  if (isReading) peer.on("data", drink).resume();
  const slow = at.opened[1]!;
  const startMs = performance.now();
  /** When the socket last held no more than a socket may for long. */
  let fineMs = 0;
  while (slow.readyState === WebSocket.OPEN) {
    expect(performance.now() - startMs).toBeLessThan(patient(30_000));
    const heldBytes = slow.getBufferedAmount();
    if (heldBytes <= 256 * 1024) fineMs = performance.now();
    // The kernel buffers a part, and may take more later.
    const isFull = heldBytes > 350_000;
    chat.add(...(isFull ? ["tick"] : numbers(1, 25).map(() => "🦊".repeat(500))));
    await well.seq(chat.head);
    if (isFull) await Bun.sleep(50);
  }
  // A busy machine sees late that the socket is full: 5 s have passed all the same.
  expect(performance.now() - fineMs).toBeGreaterThan(3_000);
  expect(performance.now() - fineMs).toBeLessThan(patient(8_000));
  isReading = false;
  expect(await hearsTooSlow()).toBe(true);
  expect(seqs(well)).toEqual(numbers(1, chat.head));
});

test("a line shows the display name that its author has now, on a socket that was opened before", async () => {
  const [at, chat] = [await edge(), room()];
  const [ada, owner] = [viewer(at, chat.channelId), viewer(at, chat.channelId)];
  await Promise.all([ada.hello("ada"), owner.hello("owner")]);
  ada.say("a", "one");
  await ada.answer("a");
  at.names.set("ada", "Countess Ada").set("owner", "The Owner");
  ada.say("b", "two");
  owner.say("c", "three");
  await Promise.all([ada.answer("b"), owner.answer("c")]);
  await ada.seq(3);
  const names = Object.fromEntries(linesIn(ada.entries).map(({ body, user }) => [body, user.displayName]));
  expect(names).toEqual({ one: "ada", two: "Countess Ada", three: "The Owner" });
});

test("a granted role is in the welcome and on the next line, and is gone from both when revoked", async () => {
  const [at, chat] = [await edge(), room()];
  at.granted.set("mod", ["moderator", "vip"]);
  const mod = viewer(at, chat.channelId);
  expect((await mod.hello("mod")).you?.roles).toEqual(["moderator", "vip"]);
  mod.say("a");
  await mod.answer("a");
  at.granted.delete("mod");
  mod.say("b");
  await mod.answer("b");
  await mod.seq(2);
  expect(mod.entries.map((entry) => entry.kind === "line" && entry.user.badges)).toEqual([["moderator", "vip"], []]);
});

test("a viewer who answers no pings is gone within a minute, also in a room that talks, and is not counted", async () => {
  const at = await edge({ clock: hurried(10) });
  const [talking, quiet] = [room(), room()];
  const url = new URL(at.url(talking.channelId));
  /** Says hello and never anything again. */
  const mute = (chat: StandInRoom) => {
    const frame = Buffer.from('{"type":"hello"}');
    const hello = Buffer.concat([Buffer.from([0x81, 0x80 | frame.length, 0, 0, 0, 0]), frame]);
    const head = ["upgrade: websocket", "connection: upgrade", "sec-websocket-version: 13"].join("\r\n");
    const path = new URL(at.url(chat.channelId)).pathname;
    const socket = connect(Number(url.port), url.hostname, () => {
      socket.write(
        `GET ${path} HTTP/1.1\r\nhost: ${url.host}\r\n${head}\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
      );
      socket.once("data", () => socket.write(hello).valueOf());
      socket.resume();
    });
    cleaning.push(() => socket.destroy());
    return new Promise<number>((resolve) => {
      const startedMs = performance.now();
      socket.on("close", () => resolve(performance.now() - startedMs));
      socket.on("error", () => {});
    });
  };
  const listener = viewer(at, talking.channelId);
  await listener.hello();
  const talk = setInterval(() => talking.add("a line"), 200);
  cleaning.push(() => clearInterval(talk));
  for (const goneAfterMs of await Promise.all([mute(talking), mute(quiet)]))
    expect(goneAfterMs).toBeWithin(5_400, patient(6_500));
  await listener.until(() => listener.frames.findLast((frame) => frame.type === "viewers" && frame.count === 1));
  expect(listener.ws.readyState).toBe(WebSocket.OPEN);
  expect(at.opened).toHaveLength(3);
}, 30_000);
