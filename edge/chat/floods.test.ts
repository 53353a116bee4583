// Joins of chats while the edge is flooded, on real sockets, NATS and Redis.

import { afterEach, expect, test } from "bun:test";
import { joinRoom } from "../client/client.ts";
import { RoomError } from "../client/errors.ts";
import { solve } from "../client/proof.ts";
import { chatEdge, StandInRoom, testBus, Viewer } from "./testing.ts";

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function stage(options: Parameters<typeof chatEdge>[0] = {}) {
  const bus = await testBus();
  ending.push(() => bus.close());
  const room = new StandInRoom(bus);
  ending.push(() => room.stop());
  room.add("hello all");
  const edge = await chatEdge(options);
  ending.push(() => edge.close());
  const url = edge.url(room.channelId);
  return { edge, room, url, origin: new URL(url).origin.replace("ws", "http") };
}
const CHALLENGED = { config: { challenge: { mode: "on" as const, beginningsPerS: 0, lagMs: 0 } } };
const noRest = async () => {};

test("a visitor is asked for work, and welcomed with its proof", async () => {
  const { url } = await stage(CHALLENGED);
  const viewer = new Viewer(url);
  await viewer.opened;
  viewer.send({ type: "hello", resume: { seq: 0 } });
  const { challenge, bits } = await viewer.first("challenge");
  viewer.send({ type: "proof", challenge, solution: await solve(challenge, bits, noRest) });
  expect((await viewer.first("welcome")).resumed).toBe(true);
  await viewer.seq(1);
  viewer.ws.close();
});

test("a wrong proof, and one of another socket that was used, are closed with 4005", async () => {
  const { url } = await stage(CHALLENGED);
  const asked = async () => {
    const viewer = new Viewer(url);
    await viewer.opened;
    viewer.send({ type: "hello" });
    return { viewer, ...(await viewer.first("challenge")) };
  };
  const one = await asked();
  const proof = { type: "proof", challenge: one.challenge, solution: await solve(one.challenge, one.bits, noRest) };
  one.viewer.send(proof);
  await one.viewer.first("welcome");
  const two = await asked();
  two.viewer.send(proof);
  expect((await two.viewer.closed).code).toBe(4005);
  const three = await asked();
  three.viewer.send({ type: "proof", challenge: three.challenge, solution: "999999999999" });
  expect((await three.viewer.closed).code).toBe(4005);
  one.viewer.ws.close();
});

test("a line instead of the proof is malformed, and a proof without a challenge, too", async () => {
  const { url } = await stage(CHALLENGED);
  const viewer = new Viewer(url);
  await viewer.opened;
  viewer.send({ type: "hello" });
  await viewer.first("challenge");
  viewer.say("n");
  expect((await viewer.first("refused")).code).toBe("bad_message");
  viewer.ws.close();
  const ada = new Viewer(url);
  await ada.hello("ada");
  ada.send({ type: "proof", challenge: "c", solution: "1" });
  expect((await ada.first("refused")).code).toBe("bad_message");
  ada.ws.close();
});

test("the signed-in join at once, and the typed client proves its work by itself", async () => {
  const { url, origin, room } = await stage(CHALLENGED);
  const ada = new Viewer(url);
  await ada.hello("ada");
  expect(ada.frames.some(({ type }) => type === "challenge")).toBe(false);
  ada.ws.close();
  const lines: string[] = [];
  const joined = await joinRoom({ origin, channel: room.channelId, onEntry: ({ body }) => lines.push(body) });
  expect(lines).toEqual(["hello all"]);
  joined.close();
  await expect(joined.say("x")).rejects.toBeInstanceOf(RoomError);
});

test("a late event loop sends visitors away with a time, and welcomes the signed-in", async () => {
  const lag = { lagMs: 1_000 };
  const { url } = await stage({ lag, config: { shedLagMs: 500, ...CHALLENGED.config } });
  const viewer = new Viewer(url);
  await viewer.opened;
  viewer.send({ type: "hello" });
  expect((await viewer.first("bye")).retryAfterMs).toBeWithin(2_500, 5_001);
  expect((await viewer.closed).code).toBe(4000);
  const ada = new Viewer(url);
  await ada.hello("ada");
  ada.say("still here");
  expect((await ada.answer("still here"))!.type).toBe("said");
  ada.ws.close();
});
