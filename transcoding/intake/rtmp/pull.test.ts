import { afterEach, expect, test } from "bun:test";
import { ManualClock, systemClock } from "#runtime/base/clock.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import { be32, concat } from "../../bytes.ts";
import { type RtmpConnect, rtmpConnect } from "./pull.ts";
import { chunked, playing, serverHandshake, status } from "./testing-server.ts";
import { HANDSHAKE_WITHIN_MS, PLAY_WITHIN_MS, STEP_MS } from "./watchdog.ts";

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
});

/** A server that sends `answer` to whoever connects, and answers pings if it is told to. */
function serve(answer: Uint8Array, { answersPings = false } = {}) {
  const sockets = new Set<Bun.Socket>();
  const server = Bun.listen({
    ...{ hostname: "127.0.0.1", port: 0 },
    socket: {
      open(socket) {
        sockets.add(socket);
        socket.write(answer);
      },
      data(socket, bytes) {
        // Our ping is the only message of this length behind the first ones.
        if (answersPings && bytes.length === 18)
          socket.write(chunked({ type: 4, body: concat(Uint8Array.of(0, 7), be32(0)) }));
      },
    },
  });
  undo.push(() => server.stop(true));
  return { url: `rtmp://127.0.0.1:${server.port}/live/pub_1?token=s3cret`, sockets };
}

function pull(url: string, clock = new ManualClock()) {
  const seen: string[] = [];
  const connect: RtmpConnect = rtmpConnect({ clock, random: new SeededRandom(1) });
  const one = connect({
    url,
    onMessage: ({ type, body }) => seen.push(`message ${type} ${body.length}`),
    onStatus: (code, description) => seen.push(`${code} ${description}`),
    onClose: (why) => seen.push(`closed: ${why}`),
  });
  undo.push(() => one.close());
  return { pull: one, seen, clock };
}

async function until(what: () => boolean) {
  for (const endMs = performance.now() + 5_000; !what(); ) {
    if (performance.now() > endMs) throw new Error("waited in vain");
    await Bun.sleep(5);
  }
}
const START = status("NetStream.Play.Start", "pub_1?token=s3cret");

test("messages and statuses come over TCP, and the end is told once, without the secret of the address", async () => {
  const server = serve(concat(playing(), START, chunked({ type: 9, body: new Uint8Array(500) })));
  const { seen } = pull(server.url, systemClock as ManualClock);
  await until(() => seen.length === 2);
  for (const socket of server.sockets) socket.end();
  await until(() => seen.length === 3);
  expect(seen).toEqual(["NetStream.Play.Start pub_1?…", "message 9 500", "closed: closed by the server"]);
});

test("after a read the socket rests, and what comes meanwhile is read together; the end is told with the last bytes before it", async () => {
  const server = serve(concat(playing(), START));
  const clock = new ManualClock();
  const seen: string[] = [];
  rtmpConnect({ clock, random: new SeededRandom(1), restMs: 40 })({
    url: server.url,
    onMessage: ({ type, body }) => seen.push(`${type} ${body.length}`),
    onStatus: (code) => seen.push(code),
    onClose: (why) => seen.push(why),
  });
  await until(() => seen.length === 1);
  const [socket] = server.sockets;
  const send = async (type: number, bytes = 5) => {
    socket!.write(chunked({ type, body: new Uint8Array(bytes) }));
    await Bun.sleep(30);
  };
  // It is awake for a moment, since a server may send more when it sees that it was read.
  await send(8, 1);
  expect(seen).toHaveLength(2);
  await clock.settle(4, 1);
  await send(9);
  await clock.settle(35, 1);
  await send(8);
  expect(seen).toHaveLength(2);
  await clock.settle(1, 1);
  await until(() => seen.length === 4);
  await send(9, 300_000); // More than one read, and more than a socket holds by itself.
  await send(8);
  socket!.end();
  for (let n = 0; n < 100 && seen.length < 7; n++) {
    await clock.settle(40, 1);
    await Bun.sleep(5);
  }
  expect(seen).toEqual(["NetStream.Play.Start", "8 1", "9 5", "8 5", "9 300000", "8 5", "closed by the server"]);
});

test("a resting pull is closed at once, and its timer ends", async () => {
  const server = serve(concat(playing(), START));
  const clock = new ManualClock();
  const seen: string[] = [];
  const running = rtmpConnect({ clock, random: new SeededRandom(1), restMs: 40 })({
    url: server.url,
    onMessage: () => seen.push("message"),
    onStatus: (code) => seen.push(code),
    onClose: (why) => seen.push(why),
  });
  await until(() => seen.length === 1);
  running.close();
  await until(() => [...server.sockets].every(({ readyState }) => readyState !== 1));
  expect(clock.waiting).toBe(0);
});

test("nothing is told after a close, nor by what was in the same packet", async () => {
  const { url } = serve(concat(playing(), START, chunked({ type: 9, body: new Uint8Array(5) })));
  const seen: string[] = [];
  const one = rtmpConnect({ clock: new ManualClock(), random: new SeededRandom(1) })({
    url,
    onMessage: () => seen.push("message"),
    onStatus: (code) => {
      seen.push(code);
      one.close();
      one.close();
    },
    onClose: () => seen.push("closed"),
  });
  await until(() => seen.length > 0);
  await Bun.sleep(50);
  expect(seen).toEqual(["NetStream.Play.Start"]);
});

test("a server that is not there, or speaks something else, ends the pull", async () => {
  const absent = pull("rtmp://127.0.0.1:1/live/x");
  const web = pull(serve(new TextEncoder().encode("HTTP/1.1 400 Bad Request")).url);
  await until(() => absent.seen.length > 0 && web.seen.length > 0);
  expect(absent.seen[0]).toStartWith("closed: ");
  expect(web.seen).toEqual(["closed: not RTMP: RTMP version 72"]);
});

test("a server without handshake is given up after 2 s, one that does not answer play after 10 s", async () => {
  const mute = pull(serve(new Uint8Array(0)).url);
  mute.clock.advance(HANDSHAKE_WITHIN_MS - 1);
  expect(mute.seen).toEqual([]);
  mute.clock.advance(1);
  expect(mute.seen).toEqual(["closed: no handshake within 2000 ms"]);
  const slow = serve(serverHandshake());
  const { seen, clock, pull: one } = pull(slow.url);
  await until(() => (one.heldBytes ?? 1) === 0 && slow.sockets.size > 0);
  await Bun.sleep(50);
  for (let ms = 0; ms < PLAY_WITHIN_MS && seen.length === 0; ms += 500) {
    for (const socket of slow.sockets) socket.write(chunked({ type: 3, body: be32(1) }));
    await Bun.sleep(5);
    await clock.settle(500, 500);
  }
  expect(seen).toEqual(["closed: play was not answered within 10000 ms"]);
});

test("a connection without bytes for 6 s is dead; one that answers our ping is not", async () => {
  const dead = pull(serve(concat(playing(), START)).url);
  const idle = pull(serve(concat(playing(), START), { answersPings: true }).url);
  await until(() => dead.seen.length > 0 && idle.seen.length > 0);
  for (let i = 0; i < 12; i++) {
    await Promise.all([dead.clock.settle(STEP_MS, STEP_MS), idle.clock.settle(STEP_MS, STEP_MS)]);
    await Bun.sleep(10);
    if (i === 1) expect(dead.seen).toHaveLength(1);
  }
  expect(dead.seen.at(-1)).toBe("closed: no bytes for 6 s");
  expect(idle.seen).toHaveLength(1);
});
