// A room's connection against a server that follows contract §4, that closes the socket, or that refuses.

import { afterEach, expect, test } from "bun:test";
import type { ServerWebSocket } from "bun";
import fc from "fast-check";
import type { LineEntry } from "#schema/api/chat.ts";
import type { ClientFrame, ServerFrame } from "#schema/api/chat-frames.ts";
import { DEFAULT_ROOM_SETTINGS } from "#schema/wire/room.ts";
import { zeroBits } from "../../../client/proof.ts";
import { cut, Room } from "./room.ts";

type Socket = ServerWebSocket<undefined>;
type Answering = (frame: ClientFrame, socket: Socket, hellos: number) => void;

const ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending.splice(0)) end();
});

const send = (socket: Socket, frame: ServerFrame) => socket.send(JSON.stringify(frame));
const entry = (seq: number, body = `line ${seq}`) => ({
  seq,
  at: "2026-11-22T12:00:00.000Z",
  kind: "line" as const,
  id: `id-${seq}`,
  user: { id: "me", login: "me", displayName: "Me", color: "#ffffff", badges: [] },
  body,
});
const welcome = (seq: number, entries = [entry(seq)], resumed = false): ServerFrame => ({
  type: "welcome",
  protocol: 1,
  you: { id: "me", login: "me", roles: [] },
  room: DEFAULT_ROOM_SETTINGS,
  seq,
  viewers: 1,
  resumed,
  entries,
});

/** A room connected to a server that answers each frame by `answer`; `until` waits for a condition. */
function openRoom(
  answer: Answering,
  renewToken: () => Promise<unknown> = async () => undefined,
  onLines: (lines: LineEntry[]) => void = () => {},
) {
  const frames: ClientFrame[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response(null, { status: 400 })),
    websocket: {
      message(socket: Socket, data) {
        const frame = JSON.parse(String(data)) as ClientFrame;
        frames.push(frame);
        answer(frame, socket, frames.filter(({ type }) => type === "hello").length);
      },
    },
  });
  const room = new Room({ url: `ws://127.0.0.1:${server.port}/`, token: async () => "token", renewToken, onLines });
  ending.push(() => {
    room.stop();
    void server.stop(true);
  });
  room.start();
  const until = async (so: () => boolean) => {
    for (let turn = 0; turn < 400 && !so(); turn++) await Bun.sleep(10);
    expect(so()).toBeTrue();
  };
  return { room, frames, until };
}

const seqs = (room: Room) => room.entries.value.lines.map(({ seq }) => seq);

test("a page without TLS, where there is no crypto.randomUUID, can say a line", async () => {
  const { room, frames, until } = openRoom((frame, socket) => {
    if (frame.type === "hello") send(socket, welcome(1));
  });
  const { randomUUID } = crypto;
  Object.assign(crypto, { randomUUID: undefined });
  try {
    await until(() => room.connection.value.phase === "open");
    expect(room.say("on the LAN")).toBeTrue();
    await until(() => frames.some((frame) => frame.type === "say"));
  } finally {
    Object.assign(crypto, { randomUUID });
  }
});

test("hello carries the token, and the seq to resume from after a lost connection", async () => {
  const { room, frames, until } = openRoom((frame, socket, hellos) => {
    if (frame.type !== "hello") return;
    if (hellos === 1) {
      send(socket, welcome(7));
      socket.close(1011);
    } else send(socket, welcome(9, [entry(8), entry(9)], true));
  });
  await until(() => seqs(room).length === 3);
  expect(seqs(room)).toEqual([7, 8, 9]);
  expect(frames).toEqual([
    { type: "hello", token: "token" },
    { type: "hello", token: "token", resume: { seq: 7 } },
  ]);
});

test("a page that is hidden says so, on each new connection, and says when it is seen again", async () => {
  const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  Object.defineProperty(globalThis, "document", { value: page, configurable: true });
  ending.push(() => Reflect.deleteProperty(globalThis, "document"));
  const turn = (to: "visible" | "hidden") => {
    page.visibilityState = to;
    page.dispatchEvent(new Event("visibilitychange"));
  };
  const sockets: Socket[] = [];
  const { room, frames, until } = openRoom((frame, socket) => {
    if (frame.type !== "hello") return;
    sockets.push(socket);
    send(socket, welcome(7));
  });
  const attention = () => frames.flatMap((frame) => (frame.type === "attention" ? [frame.hidden] : []));
  await until(() => room.connection.value.phase === "open");
  turn("visible");
  turn("hidden");
  await until(() => attention().length === 1);
  sockets[0]!.close(1011);
  await until(() => attention().length === 2);
  turn("visible");
  await until(() => attention().length === 3);
  expect(attention()).toEqual([true, true, false]);
});

test("an expired token is renewed before reconnecting", async () => {
  const order: string[] = [];
  const { room, until } = openRoom(
    (frame, socket, hellos) => {
      if (frame.type !== "hello") return;
      order.push("hello");
      if (hellos === 1) socket.close(4003);
      else send(socket, welcome(1));
    },
    async () => order.push("renew"),
  );
  await until(() => room.connection.value.phase === "open");
  expect(order).toEqual(["hello", "renew", "hello"]);
});

test("a revoked token is renewed once; if the new token is refused too, the room is joined as a guest", async () => {
  let renewals = 0;
  const { room, frames, until } = openRoom(
    (frame, socket) => {
      if (frame.type !== "hello") return;
      if (frame.token === undefined) send(socket, { ...welcome(5), you: null } as ServerFrame);
      else socket.close(4501);
    },
    async () => {
      renewals++;
    },
  );
  await until(() => room.connection.value.phase === "open");
  await Bun.sleep(700);
  expect(frames).toEqual([{ type: "hello", token: "token" }, { type: "hello", token: "token" }, { type: "hello" }]);
  expect(renewals).toBe(1);
  expect([room.you.value, seqs(room)]).toEqual([null, [5]]);
  room.userChanged(); // Somebody signs in: the new token is sent.
  await until(() => frames.length >= 4);
  expect(frames[3]).toEqual({ type: "hello", token: "token", resume: { seq: 5 } });
});

test("a room that staff closed is not joined again", async () => {
  const { room, frames, until } = openRoom((_, socket) => socket.close(4504));
  await until(() => room.connection.value.phase === "closed");
  await Bun.sleep(700);
  expect(room.connection.value).toEqual({ phase: "closed", reason: "refused" });
  expect(frames.length).toBe(1);
});

test("a hole in the entries is filled by one resume", async () => {
  const { room, frames, until } = openRoom((frame, socket, hellos) => {
    if (frame.type !== "hello") return;
    if (hellos === 1) {
      send(socket, welcome(1));
      for (const seq of [3, 4, 5]) send(socket, { type: "entries", entries: [entry(seq)] });
    } else
      send(
        socket,
        welcome(
          5,
          [2, 3, 4, 5].map((seq) => entry(seq)),
          true,
        ),
      );
  });
  await until(() => seqs(room).length === 5);
  expect(seqs(room)).toEqual([1, 2, 3, 4, 5]);
  expect(frames.filter(({ type }) => type === "hello").length).toBe(2);
});

test("a line whose answer was lost is sent again with its nonce and shown once", async () => {
  const nonces: string[] = [];
  const { room, until } = openRoom((frame, socket, hellos) => {
    if (frame.type === "hello") send(socket, hellos === 1 ? welcome(1) : welcome(2, [entry(2, "hi")], true));
    else if (frame.type === "say") {
      nonces.push(frame.nonce);
      if (hellos === 1)
        socket.close(1012); // Stored, but the answer was never sent.
      else send(socket, { type: "said", nonce: frame.nonce, id: "id-2", seq: 2 });
    }
  });
  await until(() => room.connection.value.phase === "open");
  expect(room.say(" hi ")).toBeTrue();
  expect(room.own.value.map(({ body, state }) => [body, state])).toEqual([["hi", "sent"]]);
  await until(() => nonces.length === 2 && room.own.value.length === 0);
  expect(new Set(nonces).size).toBe(1);
  expect(seqs(room)).toEqual([1, 2]);
});

test("a line refused with unavailable is repeated; slow mode returns the text with the wait", async () => {
  const sent: string[] = [];
  const { room, until } = openRoom((frame, socket) => {
    if (frame.type !== "say") return send(socket, welcome(1));
    sent.push(frame.nonce);
    if (sent.length === 1) send(socket, { type: "refused", nonce: frame.nonce, code: "unavailable", retryAfterMs: 20 });
    else send(socket, { type: "refused", nonce: frame.nonce, code: "slow_mode", retryAfterMs: 5_000 });
  });
  await until(() => room.connection.value.phase === "open");
  room.say("hello");
  await until(() => room.refused.value !== null);
  expect(sent.length).toBe(2);
  expect(sent[0]).toBe(sent[1]!);
  expect(room.refused.value).toMatchObject({ code: "slow_mode", forMs: 5_000 });
  expect(room.draft.value).toBe("hello");
  expect(room.refused.value!.untilMs).toBeGreaterThan(Date.now() + 4_000);
  expect(room.own.value).toEqual([]);
});

test("after bye the page closes the socket itself and reconnects after the requested wait", async () => {
  const { room, frames, until } = openRoom((frame, socket, hellos) => {
    if (frame.type !== "hello") return;
    send(socket, welcome(3));
    if (hellos === 1) send(socket, { type: "bye", retryAfterMs: 50 });
  });
  await until(() => frames.length === 2 && room.connection.value.phase === "open");
  expect(frames[1]).toEqual({ type: "hello", token: "token", resume: { seq: 3 } });
});

test("after a restore to a lower head, the list starts again from the welcome", async () => {
  const { room, until } = openRoom((frame, socket, hellos) => {
    if (frame.type !== "hello") return;
    if (hellos === 1) {
      send(socket, welcome(900));
      socket.close(4000);
    } else send(socket, welcome(12, [entry(11), entry(12)], false));
  });
  await until(() => room.entries.value.headSeq === 12);
  expect(seqs(room)).toEqual([11, 12]);
});

test("a line that answers another names it; a refused one comes back as an answer", async () => {
  const said: ClientFrame[] = [];
  const { room, until } = openRoom((frame, socket) => {
    if (frame.type !== "say") return send(socket, welcome(1));
    said.push(frame);
    send(socket, { type: "refused", nonce: frame.nonce, code: "duplicate" });
  });
  await until(() => room.connection.value.phase === "open");
  const [first] = room.entries.value.lines;
  room.answering.value = first!;
  room.say("indeed");
  expect(room.answering.value).toBeNull();
  await until(() => room.refused.value !== null);
  expect(said).toMatchObject([{ body: "indeed", replyTo: "id-1" }]);
  expect(room.answering.value).toBe(first!);
  expect(room.draft.value).toBe("indeed");
});

test("a text that was begun meanwhile stays, and a held line does not come back", async () => {
  const codes = ["held", "duplicate"] as const;
  const { room, until } = openRoom((frame, socket) => {
    if (frame.type !== "say") return send(socket, welcome(1));
    send(socket, { type: "refused", nonce: frame.nonce, code: codes[Number(frame.body)]! });
  });
  await until(() => room.connection.value.phase === "open");
  room.say("0");
  await until(() => room.refused.value?.code === "held");
  expect(room.draft.value).toBe("");
  room.say("1");
  room.draft.value = "something new";
  await until(() => room.refused.value?.code === "duplicate");
  expect(room.draft.value).toBe("something new");
});

test("what was said before one came is not new; what follows is", async () => {
  const heard: number[] = [];
  const { until } = openRoom(
    (frame, socket) => {
      if (frame.type !== "hello") return;
      send(socket, welcome(2, [entry(1), entry(2)]));
      send(socket, { type: "entries", entries: [entry(3)] });
    },
    async () => undefined,
    (lines) => heard.push(...lines.map(({ seq }) => seq)),
  );
  await until(() => heard.length > 0);
  expect(heard).toEqual([3]);
});

test("changed roles are known", async () => {
  const { room, until } = openRoom((frame, socket) => {
    if (frame.type !== "hello") return;
    send(socket, welcome(1));
    send(socket, { type: "you", id: "me", login: "me", roles: ["moderator"] });
  });
  await until(() => room.you.value?.roles.length === 1);
  expect(room.you.value).toEqual({ id: "me", login: "me", roles: ["moderator"] });
});

test("frames are cut after so many lines, and what is between them keeps its place", () => {
  const lines = (from: number, to: number): ServerFrame => ({
    type: "entries",
    entries: Array.from({ length: to - from + 1 }, (_, at) => entry(from + at)),
  });
  const viewers = (count: number): ServerFrame => ({ type: "viewers", count });
  const frames = [lines(1, 3), viewers(1), lines(4, 8), viewers(2)];
  expect(cut(frames, 5)).toEqual({
    now: [lines(1, 3), viewers(1), lines(4, 5)],
    later: [lines(6, 8), viewers(2)],
  });
  expect(cut(frames, 3)).toEqual({ now: [lines(1, 3), viewers(1)], later: [lines(4, 8), viewers(2)] });
  expect(cut(frames, 8)).toEqual({ now: frames, later: [] });
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.integer({ min: 1, max: 12 }), (lengths, linesMax) => {
      let last = 0;
      let rest = lengths.map((length): ServerFrame => {
        last += length;
        return lines(last - length + 1, last);
      });
      const seen: number[] = [];
      while (rest.length > 0) {
        const { now, later } = cut(rest, linesMax);
        const seqs = now.flatMap((frame) => (frame.type === "entries" ? frame.entries.map(({ seq }) => seq) : []));
        expect(seqs.length).toBeLessThanOrEqual(linesMax);
        expect(now.length).toBeGreaterThan(0);
        seen.push(...seqs);
        rest = later;
      }
      expect(seen).toEqual(Array.from({ length: last }, (_, at) => at + 1));
    }),
  );
});

test("a flooded server's challenge is answered with a proof, and the welcome follows", async () => {
  const { room, frames, until } = openRoom((frame, socket) => {
    if (frame.type === "hello")
      send(socket, { type: "challenge", challenge: "a-challenge", bits: 8, expiresInMs: 60_000 });
    if (frame.type === "proof") send(socket, welcome(3));
  });
  await until(() => room.entries.value.headSeq === 3);
  const proof = frames.find((frame) => frame.type === "proof")!;
  expect(zeroBits(`a-challenge:${proof.solution}`)).toBeGreaterThanOrEqual(8);
});
