// The object store in memory and the one over S3 pass the same tests.

import { afterAll, describe, expect, test } from "bun:test";
import { systemClock } from "../base/clock.ts";
import { PART_BYTES_MIN } from "./multipart-rules.ts";
import { ObjectMissing, type Objects } from "./objects.ts";
import { MemoryObjects } from "./objects-memory.ts";
import { connectObjects } from "./objects-s3.ts";
import { testObjectStore } from "./testing.ts";

/** A store, and what a browser does with its addresses. */
interface Place {
  objects: Objects;
  follow(address: string): Promise<{ bytes: Uint8Array; contentType: string }>;
  /** Answers the etag. */
  send(address: string, bytes: Uint8Array): Promise<string>;
  close(): void;
}

const places: Record<string, () => Promise<Place>> = {
  memory: async () => {
    const objects = new MemoryObjects(systemClock);
    return {
      objects,
      follow: (url) => objects.follow(url),
      send: (url, bytes) => objects.send(url, bytes),
      close() {},
    };
  },
  s3: async () => {
    const objects = connectObjects({ config: testObjectStore(), clock: systemClock });
    return { objects, follow, send, close: () => objects.stop() };
  },
};

async function follow(address: string) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(await response.text());
  return { bytes: new Uint8Array(await response.arrayBuffer()), contentType: response.headers.get("content-type")! };
}

async function send(address: string, bytes: Uint8Array) {
  const response = await fetch(address, { method: "PUT", body: new Uint8Array(bytes) });
  if (!response.ok) throw new Error(await response.text());
  return response.headers.get("etag")!;
}

const text = (words: string) => new TextEncoder().encode(words);
const plain = { contentType: "text/plain" };
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const randomBytes = (length: number) => {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
};

for (const [name, open] of Object.entries(places)) {
  const place = await open();
  const { objects } = place;
  afterAll(() => place.close());
  describe(name, () => {
    const { uploads } = objects;
    const folder = () => `test/${crypto.randomUUID()}`;

    test("what was put is read back, whole, in part, and as a stream", async () => {
      const key = `${folder()}/a-1.m4s`;
      const bytes = randomBytes(300_000);
      await objects.put(key, bytes, { contentType: "video/mp4" });
      expect(Buffer.compare(await objects.get(key), bytes)).toBe(0);
      expect(await objects.get(key, { from: 10, to: 19 })).toEqual(new Uint8Array(bytes.subarray(10, 20)));
      const body = await objects.open(key, { from: 299_990, to: 400_000 });
      expect([body.bytes, body.contentType]).toEqual([10, "video/mp4"]);
      expect(new Uint8Array(await new Response(body.stream).arrayBuffer())).toEqual(bytes.slice(299_990));
      expect(await objects.look(key)).toMatchObject({ key, bytes: 300_000, contentType: "video/mp4" });
    });

    test("a copy has the bytes and the type, also over another object, and outlives what it was copied from", async () => {
      const [from, to] = [`${folder()}/a-1.m4s`, `${folder()}/b-1.m4s`];
      const bytes = randomBytes(70_000);
      await objects.put(from, bytes, { contentType: "video/mp4" });
      await objects.put(to, text("old"), plain);
      await objects.copy(from, to);
      await objects.remove([from]);
      expect(Buffer.compare(await objects.get(to), bytes)).toBe(0);
      expect(await objects.look(to)).toMatchObject({ bytes: 70_000, contentType: "video/mp4" });
      expect(await objects.copy(from, to).catch((error) => error)).toBeInstanceOf(ObjectMissing);
      expect((await objects.get(to)).length).toBe(70_000);
    });

    test("an empty object is an object", async () => {
      const key = `${folder()}/empty`;
      await objects.put(key, new Uint8Array(), plain);
      expect(await objects.get(key)).toEqual(new Uint8Array());
      expect((await objects.look(key))?.bytes).toBe(0);
    });

    test("a put replaces the object, and later changes to the caller's bytes change nothing", async () => {
      const key = `${folder()}/twice`;
      await objects.put(key, text("one"), plain);
      const bytes = Buffer.from("two!");
      await objects.put(key, bytes, { contentType: "text/css" });
      bytes.fill(0);
      expect(await objects.get(key)).toEqual(text("two!"));
      expect((await objects.look(key))?.contentType).toBe("text/css");
    });

    test("bytes with another SHA-256 are refused and leave the earlier object", async () => {
      const key = `${folder()}/digest`;
      const sha256 = new Bun.CryptoHasher("sha256").update("right").digest();
      await objects.put(key, text("right"), { ...plain, sha256 });
      await expect(objects.put(key, text("wrong"), { ...plain, sha256 })).rejects.toMatchObject({
        name: "ObjectsRefused",
        code: "BadDigest",
      });
      expect(await objects.get(key)).toEqual(text("right"));
    });

    test("an absent object is missing, or null to look, or nothing to remove", async () => {
      const key = `${folder()}/absent`;
      await expect(objects.get(key)).rejects.toBeInstanceOf(ObjectMissing);
      await expect(objects.open(key)).rejects.toBeInstanceOf(ObjectMissing);
      expect(await objects.look(key)).toBeNull();
      await objects.remove([key]);
      await objects.remove([]);
    });

    test("a range behind the end is refused", async () => {
      const key = `${folder()}/short`;
      await objects.put(key, text("abc"), plain);
      const refusal = { name: "ObjectsRefused", code: "InvalidRange" };
      await expect(objects.get(key, { from: 3, to: 9 })).rejects.toMatchObject(refusal);
      await expect(objects.open(key, { from: 3, to: 9 })).rejects.toMatchObject(refusal);
    });

    test("a key that paths could change is refused", async () => {
      for (const key of ["", "/a", "a/", "a//b", "a/../b", ".", "a b", "a\u0000", "ä", "x".repeat(513)])
        await expect(objects.put(key, text("x"), plain)).rejects.toMatchObject({ code: "InvalidKey" });
    });

    test("a reader that stops early cancels the body, and the store still answers", async () => {
      const key = `${folder()}/cancelled`;
      await objects.put(key, randomBytes(1_000_000), plain);
      for (const _ of numbers(40)) {
        const { stream } = await objects.open(key);
        const reader = stream.getReader();
        expect((await reader.read()).done).toBe(false);
        await reader.cancel();
      }
      expect((await objects.get(key, { from: 0, to: 1 })).length).toBe(2);
    });

    test("a list has the order of keys, and goes on behind a key", async () => {
      const at = folder();
      const keys = ["b/1", "a/2", "a-b", "a.b", "a/10", "a/1"].map((end) => `${at}/${end}`);
      await Promise.all(keys.map((key) => objects.put(key, text(key), plain)));
      const sorted = [...keys].sort();
      const all = await objects.list(`${at}/`);
      expect(all.items.map(({ key }) => key)).toEqual(sorted);
      expect(all.items[0]).toMatchObject({ bytes: sorted[0]!.length });
      expect(Math.abs(all.items[0]!.modifiedAtMs - Date.now())).toBeLessThan(60_000);
      expect(all.more).toBe(false);
      const first = await objects.list(`${at}/`, { limit: 2 });
      expect([first.items.map(({ key }) => key), first.more]).toEqual([sorted.slice(0, 2), true]);
      const rest = await objects.list(`${at}/`, { after: sorted[1]!, limit: 4 });
      expect([rest.items.map(({ key }) => key), rest.more]).toEqual([sorted.slice(2), false]);
      expect((await objects.list(`${at}/a/`)).items.map(({ key }) => key)).toEqual(sorted.slice(2, 5));
      expect(await objects.list(`${at}/none/`)).toEqual({ items: [], more: false });
    });

    test("more than a thousand objects are listed in pages and removed at once", async () => {
      const at = folder();
      const keys = numbers(1_203).map((n) => `${at}/${String(n).padStart(5, "0")}`);
      for (let from = 0; from < keys.length; from += 50)
        await Promise.all(keys.slice(from, from + 50).map((key) => objects.put(key, text("x"), plain)));
      const page = await objects.list(`${at}/`);
      expect([page.items.length, page.more]).toEqual([1_000, true]);
      const next = await objects.list(`${at}/`, { after: page.items.at(-1)!.key });
      expect([next.items.length, next.more]).toEqual([203, false]);
      await objects.remove(keys);
      expect((await objects.list(`${at}/`)).items).toEqual([]);
    });

    test("who has the address of an object gets it until it expires", async () => {
      const key = `${folder()}/given`;
      await objects.put(key, text("hello"), { ...plain, cacheControl: "private, max-age=60" });
      const address = await objects.signGet(key, { expiresInS: 60, fileName: 'Straße "1"; 🦊.mp4' });
      expect(await place.follow(address)).toMatchObject({ bytes: text("hello"), contentType: "text/plain" });
      await expect(place.follow(address.replace("given", "other"))).rejects.toThrow();
      await expect(place.send(address, text("x"))).rejects.toThrow();
      const brief = await objects.signGet(key, { expiresInS: 1 });
      await Bun.sleep(2_100);
      await expect(place.follow(brief)).rejects.toThrow();
    });

    test("an upload in parts becomes one object, whatever the order in which they arrive", async () => {
      const key = `${folder()}/upload`;
      const bytes = randomBytes(2 * PART_BYTES_MIN + 1_234);
      const uploadId = await uploads.begin(key, { contentType: "video/x-matroska" });
      const send = async (number: number, from: number, to: number) =>
        place.send(
          await uploads.signPart({ key, uploadId, number, bytes: to - from, expiresInS: 60 }),
          bytes.subarray(from, to),
        );
      await send(3, 2 * PART_BYTES_MIN, bytes.length);
      await send(1, 7, 9);
      const etag = await send(1, 0, PART_BYTES_MIN);
      expect(await objects.look(key)).toBeNull();
      expect((await uploads.parts({ key, uploadId })).map(({ number }) => number)).toEqual([1, 3]);
      await send(2, PART_BYTES_MIN, 2 * PART_BYTES_MIN);
      const parts = await uploads.parts({ key, uploadId });
      expect(parts.map((part) => part.bytes)).toEqual([PART_BYTES_MIN, PART_BYTES_MIN, 1_234]);
      expect(parts[0]!.etag).toBe(etag);
      await uploads.complete({ key, uploadId, parts });
      expect(Buffer.compare(await objects.get(key), bytes)).toBe(0);
      const across = { from: PART_BYTES_MIN - 3, to: PART_BYTES_MIN + 2 };
      expect(await objects.get(key, across)).toEqual(bytes.slice(across.from, across.to + 1));
      expect((await objects.look(key))?.contentType).toBe("video/x-matroska");
      await expect(uploads.parts({ key, uploadId })).rejects.toBeInstanceOf(ObjectMissing);
      await expect(uploads.complete({ key, uploadId, parts })).rejects.toBeInstanceOf(ObjectMissing);
    });

    test("an upload is completed only with the parts that arrived, in order, each large enough", async () => {
      const key = `${folder()}/refused`;
      const uploadId = await uploads.begin(key, plain);
      for (const number of [1, 2])
        await place.send(
          await uploads.signPart({ key, uploadId, number, bytes: 6, expiresInS: 60 }),
          text(`part ${number}`),
        );
      const parts = await uploads.parts({ key, uploadId });
      const completed = (...given: typeof parts) => uploads.complete({ key, uploadId, parts: given });
      const [one, two] = [parts[0]!, parts[1]!];
      await expect(completed(one, two)).rejects.toMatchObject({ code: "EntityTooSmall" });
      await expect(completed({ ...one, bytes: PART_BYTES_MIN }, two)).rejects.toMatchObject({ code: "EntityTooSmall" });
      await expect(completed({ ...two, bytes: PART_BYTES_MIN }, one)).rejects.toMatchObject({
        code: "InvalidPartOrder",
      });
      await expect(completed({ ...one, etag: two.etag })).rejects.toMatchObject({ code: "InvalidPart" });
      await expect(completed()).rejects.toMatchObject({ code: "InvalidPart" });
      await completed(one);
      expect(await objects.get(key)).toEqual(text("part 1"));
    });

    test("an aborted upload leaves nothing, and may be aborted again", async () => {
      const at = folder();
      const key = `${at}/aborted`;
      const uploadId = await uploads.begin(key, plain);
      const address = await uploads.signPart({ key, uploadId, number: 1, bytes: 1, expiresInS: 60 });
      await place.send(address, text("x"));
      for (const other of ["", "xy"]) await expect(place.send(address, text(other))).rejects.toThrow();
      expect(await uploads.pending(`${at}/`)).toEqual([
        { key, uploadId, begunAtMs: expect.closeTo(Date.now(), -5) as unknown as number },
      ]);
      await uploads.abort({ key, uploadId });
      await uploads.abort({ key, uploadId });
      expect(await uploads.pending(`${at}/`)).toEqual([]);
      expect(await objects.look(key)).toBeNull();
      await expect(place.send(address, text("x"))).rejects.toThrow();
      await expect(uploads.parts({ key, uploadId })).rejects.toBeInstanceOf(ObjectMissing);
    });
  });
}
