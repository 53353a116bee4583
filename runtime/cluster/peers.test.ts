// The connection to another node's process, with real servers: what ends it, and what does not.

import { afterEach, expect, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { systemClock as clock } from "../base/clock.ts";
import { ALIVE_PATH, AliveAnswers, watchPeers } from "./peers.ts";

const INCARNATION = "00000000-0000-7000-8000-000000000001";
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).toReversed()) await one();
});

function serve(incarnation = INCARNATION, port = 0) {
  const alive = new AliveAnswers(incarnation);
  let asked = 0;
  const server = Bun.serve({
    ...{ hostname: "127.0.0.1", port },
    fetch(request, here) {
      if (new URL(request.url).pathname !== ALIVE_PATH) return new Response(null, { status: 404 });
      here.timeout(request, 0);
      asked++;
      return alive.answer();
    },
  });
  undo.push(() => server.stop(true));
  return { alive, server, address: `http://127.0.0.1:${server.port}`, asked: () => asked };
}

function watch(address: string) {
  const ended = { times: 0 };
  undo.push(watchPeers(clock)({ incarnation: INCARNATION, address }, () => void ended.times++));
  return ended;
}

async function until(done: () => boolean, ms = 2_000) {
  const endMs = clock.monoMs() + patient(ms);
  while (!done() && clock.monoMs() < endMs) await clock.sleep(5);
  expect(done()).toBe(true);
}

test("the end of a process is known at once", async () => {
  const { server, address, asked } = serve();
  const ended = watch(address);
  await until(() => asked() === 1);
  await clock.sleep(300);
  expect(ended.times).toBe(0);
  await server.stop(true);
  await until(() => ended.times === 1);
});

test("a process that took the place of another one tells that too", async () => {
  const { server, address, asked } = serve();
  const ended = watch(address);
  await until(() => asked() === 1);
  const { port } = server;
  await server.stop(true);
  serve("00000000-0000-7000-8000-000000000002", port);
  await until(() => ended.times === 1);
});

test("a connection that breaks is made again, and a stop ends all answers", async () => {
  const { alive, server, address, asked } = serve();
  const ended = watch(address);
  await until(() => asked() === 1);
  await clock.sleep(300);
  alive.end();
  await until(() => asked() === 2);
  expect(ended.times).toBe(0);
  alive.end();
  await server.stop();
});

test("a process that never answered, and one of an earlier release, are not known to have ended", async () => {
  const nobody = watch("http://127.0.0.1:9");
  const old = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response(null, { status: 404 }) });
  undo.push(() => old.stop(true));
  const older = watch(`http://127.0.0.1:${old.port}`);
  await clock.sleep(700);
  await old.stop(true);
  await clock.sleep(300);
  expect([nobody.times, older.times]).toEqual([0, 0]);
});
