import { expect, test } from "bun:test";
import fc from "fast-check";
import { ClientError, RoomError } from "./errors.ts";
import { zeroBits } from "./proof.ts";
import type { Room, RoomOptions } from "./room.ts";
import { connectRoom } from "./room-connection.ts";
import { entry, FakeServer, settled, welcome } from "./testing.ts";

/** Connects, and answers with a welcome. */
async function joined(more: Partial<RoomOptions> = {}, first = welcome(1)) {
  const server = new FakeServer();
  const seen: number[] = [];
  const ends: RoomError[] = [];
  const options: RoomOptions = {
    ...{ origin: "https://live.example/", channel: "a/b", WebSocket: server.WebSocket },
    onEntry: ({ seq }) => seen.push(seq),
    onClose: (error) => ends.push(error),
    ...more,
  };
  const joining = connectRoom(options, server.clock);
  await settled();
  server.last.open();
  server.last.say(first);
  const room: Room = await joining;
  return { server, clock: server.clock, room, seen, ends };
}
const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable("it resolved"),
    (error: RoomError) => error,
  );

test("the address is the site's, the first frame says hello with the token", async () => {
  const { server } = await joined({ token: "t" });
  expect(server.last.url).toBe("wss://live.example/api/v1/channels/a%2Fb/chat");
  expect(server.last.sent).toEqual([{ type: "hello", token: "t" }]);
});

test("a lost connection resumes after the last entry, and each entry is seen once", async () => {
  const { server, clock, seen } = await joined({}, welcome(3, [entry(2), entry(3)]));
  server.last.say({ type: "entries", entries: [entry(4)] });
  server.last.drop(1_006);
  await clock.pass(1_000);
  expect(server.last.open()).toEqual({ type: "hello", resume: { seq: 4 } });
  server.last.say(welcome(6, [entry(5)], true));
  server.last.say({ type: "entries", entries: [entry(6)] });
  expect(seen).toEqual([2, 3, 4, 5, 6]);
});

test("what did not fit into a welcome that does not resume is seen, too", async () => {
  const { server, seen } = await joined({}, welcome(4, [entry(2), entry(3)]));
  server.last.say({ type: "entries", entries: [entry(4)] });
  expect(seen).toEqual([2, 3, 4]);
});

test("a room that was restored from a backup begins anew", async () => {
  const { server, clock, seen } = await joined({}, welcome(9, [entry(9)]));
  server.last.drop(1_006);
  await clock.pass(1_000);
  server.last.open();
  server.last.say(welcome(2, [entry(1), entry(2)]));
  expect(seen).toEqual([9, 1, 2]);
});

test("pauses double up to 30 s while nobody answers, and begin anew after a stable connection", async () => {
  const { server, clock } = await joined();
  await clock.pass(12_000);
  server.last.drop(1_006);
  for (let i = 0; i < 8; i++) {
    const count = server.sockets.length;
    while (server.sockets.length === count) await clock.pass(500);
    server.last.drop(1_006);
  }
  expect(server.pauses.slice(1)).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  await clock.pass(30_000);
  server.last.open();
  server.last.say(welcome(1, [], true));
  await clock.pass(10_000);
  const atMs = clock.nowMs();
  server.last.drop(1_006);
  await clock.pass(1_000);
  expect(server.last.atMs - atMs).toBe(1_000);
});

test("a welcome that is closed at once does not make a fast loop", async () => {
  const { server, clock } = await joined();
  for (let i = 0; i < 6; i++) {
    server.last.drop(4_000);
    const count = server.sockets.length;
    while (server.sockets.length === count) await clock.pass(500);
    server.last.open();
    server.last.say(welcome(1, [], true));
  }
  expect(server.pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000]);
});

test("bye says when to come back, and too many sockets need a longer pause", async () => {
  const { server, clock } = await joined();
  server.last.say({ type: "bye", retryAfterMs: 7_000 });
  server.last.drop(4_000);
  await clock.pass(7_000);
  expect(server.pauses).toEqual([7_000]);
  server.last.open();
  server.last.drop(4_029);
  await clock.pass(60_000);
  expect(server.pauses[1]).toBe(15_000 + 2_000);
});

test("a room that nobody looks at says so, on each new connection", async () => {
  const { server, clock, room } = await joined();
  const attention = () => server.last.sent.filter(({ type }) => type === "attention").map(({ hidden }) => hidden);
  room.setHidden(false);
  room.setHidden(true);
  expect(attention()).toEqual([true]);
  server.last.drop(1_006);
  await clock.pass(1_000);
  server.last.open();
  expect(attention()).toEqual([]);
  server.last.say(welcome(1, [], true));
  expect(attention()).toEqual([true]);
  room.setHidden(false);
  expect(attention()).toEqual([true, false]);
});

test("pauses are spread by chance, between half of them and all", async () => {
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 0, max: 1, noNaN: true }), async (chance) => {
      const { server, clock } = await joined();
      clock.chance = () => chance;
      server.last.drop(1_006);
      await clock.pass(2_000);
      expect(server.pauses[0]).toBeCloseTo(500 + 500 * chance);
    }),
  );
});

test("an expired token is renewed at once by the function, and not asked for in vain otherwise", async () => {
  const asked: boolean[] = [];
  const token = (renew: boolean) => {
    asked.push(renew);
    return `t${asked.length}`;
  };
  const { server, clock, ends } = await joined({ token });
  server.last.drop(1_006);
  await clock.pass(1_000);
  expect(server.last.open()).toMatchObject({ token: "t2" });
  server.last.drop(4_003);
  await clock.pass(2_000);
  expect(server.last.open()).toMatchObject({ token: "t3" });
  server.last.say(welcome(1, [], true));
  expect(asked).toEqual([false, false, true]);
  await clock.pass(15_000);
  server.last.drop(4_003);
  await clock.pass(0);
  expect(server.last.open()).toMatchObject({ token: "t4" });
  expect([asked.at(-1), ends]).toEqual([true, []]);
});

test.each<[string, NonNullable<RoomOptions["token"]>]>([
  ["a text", "t"],
  ["a function that has no other", () => "t"],
])("a token that stays expired ends the room: %s", async (_, token) => {
  const { server, clock, ends, room } = await joined({ token });
  // The account has changed: the same token may be good for the next connection, and here is.
  server.last.drop(4_003);
  await clock.pass(0);
  server.last.open();
  server.last.say(welcome(1, [], true));
  await clock.pass(15_000);
  server.last.drop(1_006);
  await clock.pass(1_000);
  server.last.open();
  server.last.drop(4_003);
  await clock.pass(120_000);
  expect(ends.map(({ code, closeCode }) => [code, closeCode])).toEqual([["token_expired", 4_003]]);
  expect(server.sockets.length).toBe(3);
  expect((await rejection(room.say("x"))).code).toBe("token_expired");
});

test("a function that fails is called again after a pause, and a refused call in it ends the room", async () => {
  let trouble: Error | null = null;
  const token = async () => {
    if (trouble) throw trouble;
    return "t";
  };
  const { server, clock, ends } = await joined({ token });
  trouble = new TypeError("fetch failed");
  server.last.drop(1_006);
  await clock.pass(10_000);
  expect(server.sockets.length).toBe(1);
  trouble = null;
  while (server.sockets.length === 1) await clock.pass(500);
  expect(server.last.open()).toMatchObject({ token: "t" });
  trouble = new ClientError({ code: "token_reused", status: 401, title: "" });
  server.last.drop(1_006);
  await clock.pass(120_000);
  expect(ends.map(({ code, cause }) => [code, cause])).toEqual([["no_token", trouble]]);
});

test.each([
  [4_501, "bad_token"],
  [4_504, "channel_gone"],
  [4_509, "too_many_malformed"],
  [4_999, "closed"],
])("after %d the bot is told once, and nothing comes back", async (closeCode, code) => {
  const { server, clock, ends, room } = await joined();
  const line = rejection(room.say("x"));
  server.last.drop(closeCode);
  expect(ends.map((error) => [error instanceof RoomError, error.code, error.closeCode])).toEqual([
    [true, code, closeCode],
  ]);
  expect(await line).toMatchObject({ code });
  await clock.pass(300_000);
  expect([server.sockets.length, clock.timers]).toEqual([1, 0]);
});

test("close() is final whatever happens at that moment, and is not told", async () => {
  const moments: ((server: FakeServer) => void | Promise<void>)[] = [
    () => {},
    (server) => server.last.drop(1_006),
    async (server) => {
      server.last.drop(1_006);
      await server.clock.pass(1_000); // Connecting.
    },
    async (server) => {
      server.last.drop(1_006);
      await server.clock.pass(1_000);
      server.last.open(); // Without a welcome.
    },
  ];
  for (const moment of moments) {
    const { server, clock, room, ends, seen } = await joined();
    await moment(server);
    room.close();
    room.close();
    server.last.say({ type: "entries", entries: [entry(2)] });
    await clock.pass(300_000);
    expect(server.sockets.filter(({ isOpen }) => isOpen)).toEqual([]);
    expect([ends, seen, clock.timers]).toEqual([[], [], 0]);
    expect((await rejection(room.say("x"))).code).toBe("closed");
  }
});

test("close() while the token is being fetched opens nothing", async () => {
  const later = Promise.withResolvers<string>();
  let calls = 0;
  const { server, clock, room } = await joined({ token: () => (calls++ === 0 ? "t" : later.promise) });
  server.last.drop(1_006);
  await clock.pass(1_000);
  room.close();
  later.resolve("t");
  await clock.pass(60_000);
  expect(server.sockets.length).toBe(1);
});

test("joining is refused when nobody answers, or for good, and goes on after a code that says come back", async () => {
  const first = async (end: (server: FakeServer) => void | Promise<void>) => {
    const server = new FakeServer();
    const joining = connectRoom(
      { origin: "http://x", channel: "a", WebSocket: server.WebSocket, token: "t" },
      server.clock,
    );
    joining.catch(() => {});
    await settled();
    await end(server);
    return { server, joining };
  };
  const refuse =
    (code: number) =>
    ({ last }: FakeServer) => {
      last.open();
      last.drop(code);
    };
  const codes: [(server: FakeServer) => void | Promise<void>, string][] = [
    [(server) => server.last.drop(1_006), "unreachable"],
    [(server) => server.clock.pass(15_000), "unreachable"],
    [refuse(4_501), "bad_token"],
    [
      async ({ last, clock }) => {
        last.open();
        last.drop(4_003);
        await clock.pass(1_000);
      },
      "token_expired",
    ],
  ];
  for (const [end, code] of codes) expect((await rejection((await first(end)).joining)).code).toBe(code);
  const { server, joining } = await first(refuse(4_000));
  await server.clock.pass(1_000);
  server.last.open();
  server.last.say(welcome(0));
  await joining;
});

test("a runtime without a WebSocket is told what to give", async () => {
  const own = globalThis.WebSocket;
  try {
    Object.assign(globalThis, { WebSocket: undefined });
    const error = await rejection(connectRoom({ origin: "http://x", channel: "a" }, new FakeServer().clock));
    expect([error.code, error.message]).toEqual(["no_websocket", expect.stringContaining("ws")]);
  } finally {
    Object.assign(globalThis, { WebSocket: own });
  }
});

test("a page without TLS, where there is no crypto.randomUUID, can say a line", async () => {
  const { server, room } = await joined();
  const { randomUUID } = crypto;
  Object.assign(crypto, { randomUUID: undefined });
  try {
    void room.say("on the LAN").catch(() => {});
    expect(server.last.says).toMatchObject([{ body: "on the LAN", nonce: expect.stringMatching(/^[0-9a-f]{32}$/) }]);
  } finally {
    Object.assign(crypto, { randomUUID });
    room.close();
  }
});

test("a quiet connection is asked now and then, and given up when its other end is gone", async () => {
  const { server, clock } = await joined();
  await clock.pass(14_000);
  server.last.say({ type: "viewers", count: 1 });
  await clock.pass(15_000);
  expect(server.last.sent.at(-1)).toEqual({ type: "ping" });
  server.last.say({ type: "pong" });
  await clock.pass(15_000);
  expect(server.last.sent.filter(({ type }) => type === "ping").length).toBe(2);
  await clock.pass(2_000);
  expect([server.sockets.length, server.sockets[0]!.closedByClient]).toEqual([2, true]);
});

test("where much is said, and where a line waits for its answer, a dead machine is left within three seconds, and the line is sent again", async () => {
  const { server, clock, room } = await joined();
  for (let seq = 2; seq < 60; seq++) {
    await clock.pass(200);
    server.last.say({ type: "entries", entries: [entry(seq)] });
  }
  expect(server.last.sent.filter(({ type }) => type === "ping")).toEqual([]);
  await clock.pass(3_000);
  expect(server.sockets.length).toBe(2);

  const quiet = await joined();
  await quiet.clock.pass(5_000);
  const said = quiet.room.say("there?");
  await quiet.clock.pass(3_000);
  expect(quiet.server.sockets.length).toBe(2);
  quiet.server.last.open();
  quiet.server.last.say(welcome(1, [], true));
  const [again] = quiet.server.last.says;
  expect(again).toMatchObject({ body: "there?", nonce: quiet.server.sockets[0]!.says[0]!.nonce });
  quiet.server.last.say({ type: "said", nonce: again!.nonce!, id: "id 2", seq: 2 } as never);
  expect(await said).toEqual({ id: "id 2", seq: 2 });
  room.close();
});

test("a challenge is answered with a proof, in the time that it gives", async () => {
  const server = new FakeServer();
  const joining = connectRoom(
    { origin: "https://live.example/", channel: "a", WebSocket: server.WebSocket },
    server.clock,
  );
  await settled();
  server.last.open();
  server.last.say({ type: "challenge", challenge: "a-challenge", bits: 6, expiresInMs: 60_000 });
  await settled();
  const { solution } = server.last.sent[1] as unknown as { solution: string };
  expect(server.last.sent[1]).toEqual({ type: "proof", challenge: "a-challenge", solution } as never);
  expect(zeroBits(`a-challenge:${solution}`)).toBeGreaterThanOrEqual(6);
  await server.clock.pass(59_000);
  expect(server.last.isOpen).toBe(true);
  server.last.say(welcome(1));
  (await joining).close();
});
