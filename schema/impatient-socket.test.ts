// With a real server on loopback and a clock that the test turns.

import { afterEach, expect, test } from "bun:test";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { impatientSockets } from "./impatient-socket.ts";

const SILENT_MS = 1_400;
const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
});

/** Rings only when told. */
function handClock() {
  const waiting = new Set<{ ms: number; ring: () => void }>();
  return {
    waiting,
    nowMs: 0,
    monoMs() {
      return this.nowMs;
    },
    timer(ms: number, ring: () => void) {
      const one = { ms, ring };
      waiting.add(one);
      return () => void waiting.delete(one);
    },
    ring() {
      for (const one of [...waiting]) {
        waiting.delete(one);
        one.ring();
      }
    },
  };
}

/** A connection to a server that answers each byte with a byte while `answers`. */
async function connected(server: { answers: boolean }, onAnswer?: (ms: number) => void) {
  const listener = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => server.answers && socket.write(bytes));
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { port } = listener.address() as AddressInfo;
  const clock = handClock();
  const socket = impatientSockets({
    host: ["127.0.0.1"],
    port: [port],
    silentMs: SILENT_MS,
    clock,
    ...(onAnswer && { onAnswer }),
  })();
  undo.push(
    () => socket.destroy(),
    () => listener.close(),
  );
  await new Promise((resolve) => socket.once("connect", resolve));
  return { clock, socket };
}

const heard = (socket: Socket) => new Promise((resolve) => socket.once("data", resolve));

test("a connection without unanswered statements has no timer", async () => {
  const { clock, socket } = await connected({ answers: true });
  expect(clock.waiting.size).toBe(0);
  for (let round = 0; round < 3; round++) {
    const answer = heard(socket);
    socket.write("?");
    expect([...clock.waiting].map(({ ms }) => ms)).toEqual([SILENT_MS / 14]);
    await answer;
    expect(clock.waiting.size).toBe(0);
  }
});

test("a statement without an answer ends the connection after the limit, counted in turns", async () => {
  const server = { answers: true };
  const { clock, socket } = await connected(server);
  const answer = heard(socket);
  socket.write("?");
  await answer;
  server.answers = false;
  const failed = new Promise<Error>((resolve) => socket.once("error", resolve));
  socket.write("?");
  for (let turn = 0; turn < 13; turn++) clock.ring();
  socket.write("?"); // A later statement does not begin the count anew.
  expect(socket.destroyed).toBe(false);
  clock.ring();
  expect(await failed).toMatchObject({ code: "ETIMEDOUT" });
  expect(clock.waiting.size).toBe(0);
});

test("a late answer within the limit keeps the connection", async () => {
  const server = { answers: false };
  const { clock, socket } = await connected(server);
  socket.write("?");
  for (let turn = 0; turn < 13; turn++) clock.ring();
  server.answers = true;
  const answer = heard(socket);
  socket.write("?");
  await answer;
  for (let turn = 0; turn < 30; turn++) clock.ring();
  expect(socket.destroyed).toBe(false);
});

test("the time until each answer is told, once for what was sent together", async () => {
  const took: number[] = [];
  const { clock, socket } = await connected({ answers: true }, (ms) => void took.push(ms));
  for (const ms of [5, 40]) {
    const answer = heard(socket);
    socket.write("?");
    socket.write("?");
    clock.nowMs += ms;
    await answer;
    await Bun.sleep(20);
  }
  expect(took[0]).toBe(5);
  expect(took).toContain(40);
});
