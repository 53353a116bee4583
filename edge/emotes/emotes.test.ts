// Emotes by the API, with a real database, an object store in memory, and real processes that draw them.

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { deflateSync } from "node:zlib";
import { Refusal } from "#runtime/actor/actor.ts";
import { systemClock } from "#runtime/base/clock.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import type { EmoteSets, EmoteView } from "#schema/api/emotes.ts";
import { patient } from "#schema/testing-slowness.ts";
import type { CodeVerdict, RoomRequest } from "#schema/wire/room.ts";
import { sweepPictures } from "../pictures/sweep.ts";
import { animation, frames, halves, metadataOf, pngOfSize } from "../pictures/testing.ts";
import { type TestEdge, type TestUser, testEdge } from "../testing.ts";
import { inspectEmote } from "./inspect.ts";

setDefaultTimeout(patient(60_000));

const objects = new MemoryObjects(systemClock);
let edge: TestEdge;
let owner: TestUser;
let png: Buffer;
/** A room that knows one term and one word. */
const caller: Caller = {
  async call<Answer>(_kind: string, _key: string, request: unknown) {
    const { type, code } = request as RoomRequest & { code: string };
    if (type !== "room.judge-code") throw new Refusal("unavailable");
    const refused: CodeVerdict["refused"] =
      code === "blargHype"
        ? { code: "blocked_term", term: "blarg" }
        : code === "slurHype"
          ? { code: "automod", category: "hate" }
          : null;
    return { refused } as Answer;
  },
};
beforeAll(async () => {
  edge = await testEdge({ objects, caller, limits: { picturesPerMinutePerUser: 0 } });
  owner = await edge.register();
  png = await halves(112, 112).png().toBuffer();
});
afterAll(() => edge.close());

const body = (file: Uint8Array) => Buffer.from(file);
const add = (code: string, file: Uint8Array, token = owner.token, of = owner.login) =>
  edge.ask("POST", `/api/v1/channels/${of}/emotes?code=${code}`, { token, body: body(file) });
const added = async (code: string, file: Uint8Array) => {
  const { status, body } = await add(code, file);
  expect([body.code, status]).toEqual([code, 201]);
  return body as unknown as EmoteView;
};
const sets = async (of = owner.login) =>
  (await edge.ask("GET", `/api/v1/channels/${of}/emotes`)).body as unknown as EmoteSets;
/** The pictures of a `srcset`, as they are served. */
const pictures = (srcset: string) =>
  Promise.all(
    srcset.split(", ").map(async (one) => {
      const { status, headers } = await edge.ask("GET", one.split(" ")[0]!);
      expect([status, headers.get("content-type"), headers.get("x-content-type-options")]).toEqual([
        ...[200, "image/webp", "nosniff"],
      ]);
      const key = one.split(" ")[0]!.slice(1);
      return metadataOf((await objects.get(key)) as Uint8Array);
    }),
  );
const sizeOf = ({ width, height, pageHeight }: Awaited<ReturnType<typeof metadataOf>>) => [width, pageHeight ?? height];
test("a picture becomes an emote in three heights, and is in the set of its room alone", async () => {
  const emote = await added("Reef1", png);
  expect(emote).toMatchObject({ width: 28, height: 28, animated: false });
  expect((await pictures(emote.srcset)).map(sizeOf)).toEqual([
    [28, 28],
    [56, 56],
    [112, 112],
  ]);
  expect([emote.stillUrl, emote.stillSrcset]).toEqual([emote.url, emote.srcset]);
  expect((await sets()).channel).toEqual([emote]);
  const other = await edge.register();
  expect((await sets(other.login)).channel).toEqual([]);
});

test("a code that the room refuses is no emote's, and the reason is told", async () => {
  for (const [code, word] of [
    ["blargHype", "blarg"],
    ["slurHype", "hate"],
  ] as const) {
    const { status, body } = await add(code, png);
    expect([status, body.code]).toEqual([422, "code_refused"]);
    expect(body.detail).toContain(word);
  }
  expect((await sets()).channel.map(({ code }) => code)).not.toContain("blargHype");
});

test("nothing is enlarged, and the shape stays", async () => {
  const wide = await added("Wide1", await halves(90, 60).png().toBuffer());
  expect((await pictures(wide.srcset)).map(sizeOf)).toEqual([
    [42, 28],
    [84, 56],
  ]);
  const low = await added("Low1", await halves(20, 20).png().toBuffer());
  expect((await pictures(low.srcset)).map(sizeOf)).toEqual([[20, 20]]);
});

test.each(["gif", "webp"] as const)(
  "an animated %s keeps its frames, delays and loop, and has a still of its first frame",
  async (format) => {
    const emote = await added(`Move_${format}`, await frames(format, [100, 300, 0, 10]));
    expect(emote.animated).toBe(true);
    for (const picture of await pictures(emote.srcset))
      expect(picture).toMatchObject({ pages: 4, delay: [100, 300, 100, 100], loop: 0, hasAlpha: true });
    for (const still of await pictures(emote.stillSrcset)) expect(still.pages ?? 1).toBe(1);
    expect(emote.stillUrl).not.toBe(emote.url);
  },
);

test("nothing that a file has besides its picture is kept", async () => {
  const exif = { IFD0: { Make: "Camera of Ada" }, IFD3: { GPSLatitude: "52/1 31/1 12/1" } };
  const webp = await halves(120, 60).webp().withMetadata({ orientation: 6 }).withExifMerge(exif).toBuffer();
  const { srcset, url } = await added("Clean1", webp);
  const [lowest] = await pictures(srcset);
  expect([sizeOf(lowest!), lowest!.exif, lowest!.icc]).toEqual([[14, 28], undefined, undefined]);
  const gif = Buffer.concat([await frames("gif", [100, 100]), Buffer.from("<script>alert(1)</script>")]);
  const trailing = await added("Clean2", gif);
  for (const of of [url, trailing.url])
    expect(Buffer.from(await objects.get(of.slice(1))).toString("latin1")).not.toMatch(/Camera|script/);
});

describe("refused by name, before anything is decoded:", () => {
  const chunk = (type: string, data: Buffer) => {
    const [length, crc, all] = [Buffer.alloc(4), Buffer.alloc(4), Buffer.concat([Buffer.from(type), data])];
    length.writeUInt32BE(data.length);
    crc.writeUInt32BE(Bun.hash.crc32(all));
    return Buffer.concat([length, all, crc]);
  };
  const refusal = (file: Uint8Array) => {
    try {
      inspectEmote(file);
      return "taken";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  test("other kinds of files, whatever they are called", async () => {
    for (const file of [await halves(64, 64).jpeg().toBuffer(), await halves(64, 64).avif().toBuffer()])
      expect(refusal(file)).toBe("not_a_picture");
    for (const text of ["<svg xmlns='http://www.w3.org/2000/svg'/>", "%PDF-1.4", "GIF90a", "RIFF\0\0\0\0WAVE"])
      expect(refusal(Buffer.from(text))).toBe("not_a_picture");
    expect(refusal(new Uint8Array())).toBe("picture_broken");
  });

  test("an animated PNG, of which one frame would be left", () => {
    const header = Buffer.from([0, 0, 0, 64, 0, 0, 0, 64, 8, 6, 0, 0, 0]);
    const file = Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
      chunk("IHDR", header),
      chunk("acTL", Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])),
      chunk("IDAT", deflateSync(Buffer.alloc(64 * 257))),
      chunk("IEND", Buffer.alloc(0)),
    ]);
    expect(refusal(file)).toBe("not_a_picture");
  });

  test("too large, too small, too long, too many frames", async () => {
    for (const [width, height] of [
      [30_000, 30_000],
      [5_000, 100],
      [200, 50],
    ] as const)
      expect([width, refusal(pngOfSize(width, height))]).toEqual([width, "picture_too_large"]);
    expect(refusal(pngOfSize(15, 20))).toBe("picture_too_small");
    // A WebP of 48 bytes, whose canvas has 16 383 × 16 383 pixels.
    const bomb = Buffer.concat([
      Buffer.from("RIFF\x20\0\0\0WEBPVP8L\x14\0\0\0\x2f\xfe\xff\xff\x0f", "latin1"),
      Buffer.alloc(15),
    ]);
    expect(refusal(bomb)).toBe("picture_too_large");
    const gif = await frames("gif", [100, 100], 64);
    const image = gif.subarray(gif.lastIndexOf(0x2c), gif.length - 1);
    const many = Buffer.concat([gif.subarray(0, gif.length - 1), ...Array(300).fill(image), Buffer.from([0x3b])]);
    expect(refusal(many)).toBe("too_many_frames");
    const screen = Buffer.from(gif);
    screen.writeUInt16LE(65_535, 6);
    expect(refusal(screen)).toBe("picture_too_large");
  });

  test("what is cut off, anywhere behind its header", async () => {
    for (const file of [await frames("gif", [100, 100, 100]), await frames("webp", [100, 100, 100])])
      for (const part of [0.3, 0.6, 0.9, 0.999])
        expect(refusal(file.subarray(0, Math.floor(file.length * part)))).toBe("picture_broken");
    expect(refusal(Buffer.concat([(await frames("gif", [100, 100])).subarray(0, 13), Buffer.from([0x3b])]))).not.toBe(
      "taken",
    );
  });
});

test("damage inside is found by its decoder", async () => {
  const damaged = Buffer.from(png);
  damaged.fill(7, damaged.length - 40, damaged.length - 20);
  expect((await add("Damaged", damaged)).body.code).toBe("picture_broken");
  expect((await add("Half", png.subarray(0, png.length / 2))).body.code).toBe("picture_broken");
});

test("a code is there once, in the room and in the instance", async () => {
  await added("Twice", png);
  expect((await add("Twice", png)).body.code).toBe("code_taken");
  expect((await add("twice", png)).status).toBe(201);
  const staff = await edge.register();
  await edge.world.database.sql`UPDATE users SET role = 'staff' WHERE id = ${staff.userId}`;
  const { accessToken: token } = (
    await edge.ask("POST", "/api/v1/auth/login", { json: { login: staff.login, password: staff.password } })
  ).body as { accessToken: string };
  const instance = (code: string) => edge.ask("POST", `/api/v1/admin/emotes?code=${code}`, { token, body: body(png) });
  expect((await instance("Twice")).body.code).toBe("code_taken");
  const { body: everywhere } = await instance("Everywhere");
  expect((await sets()).instance.map(({ code }) => code)).toEqual(["Everywhere"]);
  expect((await add("Everywhere", png)).body.code).toBe("code_taken");
  expect((await edge.ask("DELETE", `/api/v1/admin/emotes/${everywhere.id}`, { token })).status).toBe(204);
  expect((await add("Everywhere", png)).status).toBe(201);
  for (const code of ["ab", "a b c", "a-bc", "", "x".repeat(33), "%3Aabc"])
    expect([code, (await add(code, png)).body.code]).toEqual([code, "validation_failed"]);
});

test("owner and editors add and remove; its pictures go a while later, unless another emote has them", async () => {
  const [editor, stranger] = [await edge.register(), await edge.register()];
  await edge.ask("PUT", `/api/v1/channels/${owner.login}/editors/${editor.login}`, { token: owner.token });
  const mine = await edge.register();
  const put = async (code: string) => (await add(code, png, mine.token, mine.login)).body as unknown as EmoteView;
  const [one, other] = [await put("One"), await put("Other")];
  expect((await add("Ours", png, editor.token)).status).toBe(201);
  expect((await add("Theirs", png, stranger.token)).status).toBe(403);
  const remove = (id: string, { token }: TestUser, of = mine.login) =>
    edge.ask("DELETE", `/api/v1/channels/${of}/emotes/${id}`, { token });
  expect([(await remove(one.id, stranger)).status, (await remove(one.id, owner, owner.login)).status]).toEqual([
    403, 404,
  ]);
  const sweep = () => sweepPictures({ sql: edge.world.database.sql, objects, objectsStayMs: 0 });
  const stored = () => [...objects.stored.keys()].filter((key) => other.url.includes(key.slice(0, 60))).length;
  expect((await remove(one.id, mine)).status).toBe(204);
  await sweep();
  expect(stored()).toBe(3);
  expect((await remove(other.id, mine)).status).toBe(204);
  await sweep();
  expect(stored()).toBe(0);
});

test("while the object store is away nothing is added, and nothing is left", async () => {
  objects.fault = (request) => (request === "put" ? "after" : undefined);
  expect((await add("Away", await animation("gif"))).body.code).toBe("unavailable");
  objects.fault = () => undefined;
  const before = objects.stored.size;
  await sweepPictures({ sql: edge.world.database.sql, objects, objectsStayMs: 0 });
  expect(objects.stored.size).toBe(before - 1);
  expect((await sets()).channel.some(({ code }) => code === "Away")).toBe(false);
});
