// With a real server on loopback that answers, refuses, or says nothing.

import { afterEach, expect, test } from "bun:test";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { probingSockets } from "./probing-sockets.ts";

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
});
const clock = {
  timer(ms: number, ring: () => void) {
    const timer = setTimeout(ring, ms);
    return () => clearTimeout(timer);
  },
};

/** `word`: what each connection hears first; null: nothing, `close`: it is closed. */
async function server(word: string | null) {
  const place = { word, connections: 0 };
  const listener = createServer((socket) => {
    place.connections++;
    undo.push(() => socket.destroy());
    socket.on("error", () => {});
    if (place.word === "close") socket.destroy();
    else if (place.word !== null) socket.write(place.word);
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  undo.push(() => listener.close());
  const { port } = listener.address() as AddressInfo;
  const opened: Socket[] = [];
  const next = probingSockets(() => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    undo.push(() => socket.destroy());
    opened.push(socket);
    return socket;
  }, clock);
  return { place, next, opened };
}

/** The first word, or why there is none. */
const heard = (socket: Socket) =>
  new Promise<string>((resolve) => {
    socket.once("data", (bytes) => resolve(String(bytes)));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once("close", () => resolve("closed"));
    socket.write("first word of the driver");
  });
const all = (next: () => Promise<Socket>, count: number) =>
  Promise.all(Array.from({ length: count }, async () => heard(await next())));

test("while the server answers, connections open beside each other", async () => {
  const { place, next } = await server("R");
  expect(await all(next, 5)).toEqual(Array(5).fill("R"));
  expect(place.connections).toBe(5);
});

test("after a failure one tries and the others share its fate, until one is answered", async () => {
  for (const failure of ["close", "E"]) {
    const { place, next } = await server(failure);
    await heard(await next());
    place.connections = 0;
    expect(await all(next, 6)).toEqual([
      expect.stringMatching(/^(closed|E|ECONNRESET)$/),
      ...Array(5).fill("ETIMEDOUT"),
    ]);
    expect(place.connections).toBe(1);
    place.word = "R";
    expect(await all(next, 6)).toEqual(Array(6).fill("R"));
    expect(place.connections).toBe(7);
    expect(await all(next, 2)).toEqual(["R", "R"]);
  }
});

test("one that is given up by its pool frees those that wait for it", async () => {
  const { place, next, opened } = await server("close");
  await heard(await next());
  place.word = null;
  const first = heard(await next());
  const second = next().then(heard);
  opened.at(-1)!.destroy();
  expect([await first, await second]).toEqual(["closed", "ETIMEDOUT"]);
  expect(place.connections).toBeLessThanOrEqual(2);
});
