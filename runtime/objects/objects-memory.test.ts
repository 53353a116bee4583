import { expect, test } from "bun:test";
import { ManualClock } from "../base/clock.ts";
import { ObjectsAway } from "./objects.ts";
import { MemoryObjects } from "./objects-memory.ts";

const key = "videos/1/source/7-1.m4s";
const options = { contentType: "video/mp4" };
const bytes = new Uint8Array(200_000).fill(7);
const store = () => new MemoryObjects(new ManualClock());

test("a put fails before or after it took effect, as a test wants", async () => {
  const objects = store();
  objects.fault = () => "before";
  await expect(objects.put(key, bytes, options)).rejects.toBeInstanceOf(ObjectsAway);
  expect(objects.stored.size).toBe(0);
  objects.fault = (request) => (request === "put" ? "after" : undefined);
  await expect(objects.put(key, bytes, options)).rejects.toBeInstanceOf(ObjectsAway);
  expect(await objects.get(key)).toEqual(bytes);
});

test("a request waits for a fault that is a promise", async () => {
  const objects = store();
  const held = Promise.withResolvers<undefined>();
  objects.fault = () => held.promise;
  let done = false;
  const put = objects.put(key, bytes, options).then(() => {
    done = true;
  });
  await Bun.sleep(1);
  expect([done, objects.stored.size]).toEqual([false, 0]);
  held.resolve(undefined);
  await put;
  expect(objects.stored.size).toBe(1);
});

test("a body breaks off where a test wants", async () => {
  const objects = store();
  await objects.put(key, bytes, options);
  objects.breakBodiesAfterBytes = 100_000;
  const { stream } = await objects.open(key);
  let got = 0;
  const reading = (async () => {
    for await (const chunk of stream) got += chunk.length;
  })();
  await expect(reading).rejects.toBeInstanceOf(ObjectsAway);
  expect(got).toBe(100_000);
});

test("a body is made as it is read", async () => {
  const objects = store();
  await objects.put(key, bytes, options);
  const { stream } = await objects.open(key);
  const reader = stream.getReader();
  expect((await reader.read()).value?.length).toBe(64 * 1024);
});

test("an address expires by the store's clock, and has the name of the file", async () => {
  const clock = new ManualClock();
  const objects = new MemoryObjects(clock);
  await objects.put(key, bytes, options);
  const address = await objects.signGet(key, { expiresInS: 10, fileName: "a b & c.mp4" });
  expect(address).toStartWith("memory:");
  expect((await objects.follow(address)).fileName).toBe("a b & c.mp4");
  clock.advance(10_001);
  await expect(objects.follow(address)).rejects.toMatchObject({ code: "AccessDenied" });
});
