// Pictures by the API, with a real database, an object store in memory, and real processes that draw them.

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import sharp from "sharp";
import { systemClock } from "#runtime/base/clock.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import type { PictureView } from "#schema/api/pictures.ts";
import type { VideoView } from "#schema/api/videos.ts";
import { deleteUser } from "#schema/queries/accounts/account.ts";
import { madeVideo } from "#schema/queries/videos/testing.ts";
import { patient } from "#schema/testing-slowness.ts";
import { pictureOfWidth } from "#schema/wire/picture-widths.ts";
import { PICTURE_BYTES_MAX, PICTURES_PREFIX } from "#schema/wire/pictures.ts";
import { videoPrefix } from "#schema/wire/video-keys.ts";
import { type TestEdge, type TestUser, testEdge } from "../testing.ts";
import { sweepPictures } from "./sweep.ts";
import { halves, pngOfSize } from "./testing.ts";

setDefaultTimeout(patient(60_000));

const objects = new MemoryObjects(systemClock);
let edge: TestEdge;
let files: { first: Buffer<ArrayBuffer>; second: Buffer<ArrayBuffer> };
beforeAll(async () => {
  edge = await testEdge({ objects });
  const first = Buffer.from(await halves(200, 200).png().toBuffer());
  files = { first, second: Buffer.from(await sharp(first).flop().png().toBuffer()) };
});
afterAll(() => edge.close());

const send = (method: string, path: string, user: TestUser | null, body?: BodyInit, headers = {}) =>
  edge.ask(method, path.startsWith("/pictures") || path.startsWith("/videos") ? path : `/api/v1${path}`, {
    ...(user && { token: user.token }),
    ...(body !== undefined && { body }),
    headers,
  });
const put = async (path: string, user: TestUser, file: Buffer<ArrayBuffer> = files.first) => {
  const { status, body } = await send("PUT", path, user, file);
  expect([path, status]).toEqual([path, 200]);
  return body as unknown as PictureView & { video: VideoView };
};
const sweep = () => sweepPictures({ sql: edge.world.database.sql, objects, objectsStayMs: 0 });
const keysOf = (part: string) => [...objects.stored.keys()].filter((key) => key.includes(part));
const channelIdOf = async ({ login }: TestUser) => (await send("GET", `/channels/${login}`, null)).body.id as string;

test("a picture of a person is in every answer that shows the person, and its address in all widths", async () => {
  const [ada, bob] = [await edge.register(), await edge.register()];
  expect((await send("GET", "/me", ada)).body.pictureUrl).toBeNull();
  const { url } = await put("/me/picture", ada);
  expect(url).toMatch(new RegExp(`^/pictures/${ada.userId}/[0-9a-f]{32}-64[.]webp$`));
  await send("PUT", `/me/follows/${bob.login}`, ada);
  await send("PUT", `/me/follows/${ada.login}`, bob);
  const shown = {
    me: (await send("GET", "/me", ada)).body,
    channel: (await send("GET", `/channels/${ada.login}`, null)).body,
    found: (await send("GET", `/search?q=${ada.login}`, null)).body.channels,
    followed: (await send("GET", "/me/follows", bob)).body,
    followers: (await send("GET", `/channels/${bob.login}/followers`, bob)).body,
  };
  for (const [name, answer] of Object.entries(shown))
    expect([name, JSON.stringify(answer).includes(`"pictureUrl":"${url}"`)]).toEqual([name, true]);
  for (const width of [64, 128, 256]) {
    const { status, headers } = await send("GET", pictureOfWidth(url, width), null);
    expect([
      status,
      headers.get("content-type"),
      headers.get("cache-control"),
      headers.get("x-content-type-options"),
    ]).toEqual([200, "image/webp", "public, max-age=31536000, immutable", "nosniff"]);
  }
});

test("a picture that is replaced or taken away is no longer shown, and its objects go", async () => {
  const ada = await edge.register();
  const first = await put("/me/picture", ada);
  expect(await put("/me/picture", ada)).toEqual(first);
  await sweep();
  expect(keysOf(ada.userId)).toHaveLength(3);
  const second = await put("/me/picture", ada, files.second);
  expect(second.url).not.toBe(first.url);
  await sweep();
  expect(keysOf(ada.userId).sort()).toEqual([64, 128, 256].map((w) => pictureOfWidth(second.url, w).slice(1)).sort());
  expect((await send("GET", "/me", ada)).body.pictureUrl).toBe(second.url);
  expect((await send("DELETE", "/me/picture", ada)).status).toBe(204);
  expect((await send("GET", "/me", ada)).body.pictureUrl).toBeNull();
  await sweep();
  expect(keysOf(ada.userId)).toEqual([]);
  expect((await send("DELETE", "/me/picture", ada)).status).toBe(204);
});

test("what an edge stored before it died goes, a picture that came back meanwhile stays", async () => {
  const ada = await edge.register();
  const first = await put("/me/picture", ada);
  objects.fault = (name) => (name === "put" ? "after" : undefined);
  expect((await send("PUT", "/me/picture", ada, files.second)).body.code).toBe("unavailable");
  objects.fault = () => undefined;
  expect(keysOf(ada.userId)).toHaveLength(4);
  expect((await send("GET", "/me", ada)).body.pictureUrl).toBe(first.url);
  await sweep();
  expect(keysOf(ada.userId)).toHaveLength(3);
  await put("/me/picture", ada, files.second);
  await put("/me/picture", ada, files.first);
  await sweep();
  expect(keysOf(ada.userId).sort()).toEqual([64, 128, 256].map((w) => pictureOfWidth(first.url, w).slice(1)).sort());
});

test("the objects of a deleted account go with it, and a later sweep finishes what the store refused", async () => {
  const ada = await edge.register();
  const channelId = await channelIdOf(ada);
  await put("/me/picture", ada);
  await put(`/channels/${ada.login}/banner`, ada);
  expect([keysOf(ada.userId).length, keysOf(channelId).length]).toEqual([3, 2]);
  const { sql } = edge.world.database;
  expect(await deleteUser(sql, { userId: ada.userId, holdMs: 1_000 })).toBeArray();
  objects.fault = (name) => (name === "remove" ? "before" : undefined);
  await expect(sweep()).rejects.toThrow();
  objects.fault = () => undefined;
  await sweep();
  expect([...keysOf(ada.userId), ...keysOf(channelId)]).toEqual([]);
  expect(await sql`SELECT prefix FROM picture_removals`).toHaveLength(0);
});

test("a banner is its editors' to change, and the channel's page shows it", async () => {
  const [ada, bob] = [await edge.register(), await edge.register()];
  expect((await send("PUT", `/channels/${ada.login}/banner`, bob, files.first)).body.code).toBe("forbidden");
  await send("PUT", `/channels/${ada.login}/editors/${bob.login}`, ada);
  const { url } = await put(`/channels/${ada.login}/banner`, bob);
  expect((await send("GET", `/channels/${ada.login}`, null)).body.bannerUrl).toBe(url);
  for (const width of [960, 1_920]) expect((await send("GET", pictureOfWidth(url, width), null)).status).toBe(200);
  expect((await send("DELETE", `/channels/${ada.login}/banner`, ada)).status).toBe(204);
  expect((await send("GET", `/channels/${ada.login}`, null)).body.bannerUrl).toBeNull();
});

test("a video's poster is its owner's to choose, as private as the video, and goes back to one of its own pictures", async () => {
  const [ada, bob] = [await edge.register(), await edge.register()];
  const { sql } = edge.world.database;
  const id = await madeVideo(sql, await channelIdOf(ada));
  await sql`UPDATE videos SET pictures = '{poster,thumbnail}' WHERE id = ${id}`;
  const api = `/api/v1/videos/${id}`;
  const others = await edge.ask("PUT", `${api}/poster`, { token: bob.token, body: files.first });
  expect(others.body.code).toBe("forbidden");
  const own = async () => (await edge.ask("GET", api, { token: ada.token })).body as unknown as VideoView;
  expect((await own()).posterUrl).toBe(`/videos/${id}/poster.jpg`);
  const answer = await edge.ask("PUT", `${api}/poster`, { token: ada.token, body: files.first });
  const { video } = answer.body as unknown as { video: VideoView };
  expect(video).toMatchObject({ hasOwnPoster: true, posterUrl: (await own()).posterUrl });
  expect(video.posterUrl).toMatch(/\/poster-[0-9a-f]{32}-1280[.]webp$/);
  for (const url of [video.posterUrl!, video.thumbnailUrl!]) expect((await send("GET", url, null)).status).toBe(200);
  expect(keysOf(videoPrefix(id))).toHaveLength(2);
  await edge.ask("PATCH", api, { token: ada.token, json: { visibility: "private" } });
  const removed = await edge.ask("DELETE", `${api}/poster`, { token: ada.token });
  expect(removed.body.video).toMatchObject({ hasOwnPoster: false });
  await sweep();
  expect(keysOf(videoPrefix(id))).toEqual([]);
});

test("each refusal has its code, and nothing is stored", async () => {
  const before = objects.stored.size;
  const refused = async (body: BodyInit, headers = {}) => {
    const user = await edge.register();
    const { status, body: problem } = await send("PUT", "/me/picture", user, body, headers);
    return `${status} ${problem.code}`;
  };
  expect(await refused("<svg/>", { "content-type": "image/png" })).toBe("422 not_a_picture");
  expect(await refused("")).toBe("422 not_a_picture");
  expect(await refused(files.first.subarray(0, 200))).toBe("422 picture_broken");
  expect(await refused(Buffer.from(pngOfSize(20_000, 20_000)))).toBe("422 picture_too_large");
  expect(await refused(Buffer.alloc(PICTURE_BYTES_MAX + 1))).toBe("413 too_large");
  // Without a declared length.
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)) });
  expect(await refused(endless)).toBe("413 too_large");
  expect((await send("PUT", "/me/picture", null, files.first)).status).toBe(401);
  expect(objects.stored.size).toBe(before);
});

test("two pictures of one person at once: the second one is told to wait", async () => {
  const ada = await edge.register();
  let go = () => {};
  const slow = new ReadableStream({
    async start(controller) {
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      controller.enqueue(new Uint8Array(files.first));
      controller.close();
    },
  });
  const first = send("PUT", "/me/picture", ada, slow);
  await Bun.sleep(200);
  expect((await send("PUT", "/me/picture", ada, files.first)).body.code).toBe("busy");
  go();
  expect((await first).status).toBe(200);
});

test("addresses that no picture can have are refused without a look at the store", async () => {
  let looks = 0;
  objects.fault = () => {
    looks++;
    return undefined;
  };
  const { userId } = await edge.register();
  const hash = "0".repeat(32);
  for (const path of [
    "",
    userId,
    `${userId}/${hash}-65.webp`,
    `${userId}/${hash}-64.png`,
    `${userId}/../x-64.webp`,
    "..%2f",
  ])
    expect((await send("GET", `/${PICTURES_PREFIX}${path}`, null)).status).toBe(404);
  expect(looks).toBe(0);
  expect((await send("GET", `/${PICTURES_PREFIX}${userId}/${hash}-64.webp`, null)).status).toBe(404);
  expect(looks).toBe(1);
  objects.fault = () => undefined;
});

test("staff takes pictures of others down; each act is in the audit log; others may not", async () => {
  const [ada, guard] = [await edge.register(), await edge.register()];
  const { sql } = edge.world.database;
  await sql`UPDATE users SET role = 'staff' WHERE id = ${guard.userId}`;
  const channelId = await channelIdOf(ada);
  const videoId = await madeVideo(sql, channelId);
  await put("/me/picture", ada);
  await put(`/channels/${ada.login}/banner`, ada);
  await edge.ask("PUT", `/api/v1/videos/${videoId}/poster`, { token: ada.token, body: files.first });
  const paths = [
    `/admin/users/${ada.login}/picture`,
    `/admin/channels/${ada.login}/banner`,
    `/admin/videos/${videoId}/poster`,
  ];
  for (const path of paths) {
    expect([path, (await send("DELETE", path, ada)).status]).toEqual([path, 403]);
    expect([path, (await send("DELETE", `${path}?reason=not%20yours`, guard)).status]).toEqual([path, 204]);
  }
  const person = (await send("GET", `/admin/users/${ada.login}`, guard)).body as {
    pictureUrl: string | null;
    channel: { bannerUrl: string | null };
  };
  expect([person.pictureUrl, person.channel.bannerUrl]).toEqual([null, null]);
  expect(await sql`SELECT poster_hash AS hash FROM videos WHERE id = ${videoId}`).toEqual([{ hash: null }] as never);
  const log =
    await sql`SELECT target, detail FROM audit_log WHERE act = 'picture.removed' AND actor_id = ${guard.userId} ORDER BY id`;
  expect(log.map(({ target, detail }) => [target, detail.picture, detail.reason])).toEqual([
    [ada.userId, "portrait", "not yours"],
    [channelId, "banner", "not yours"],
    [videoId, "poster", "not yours"],
  ]);
  expect((await send("DELETE", "/admin/users/nobody_here/picture", guard)).status).toBe(404);
});

test("staff gives a category a picture, which lists show, and takes it away", async () => {
  const [ada, guard] = [await edge.register(), await edge.register()];
  const { sql } = edge.world.database;
  await sql`UPDATE users SET role = 'staff' WHERE id = ${guard.userId}`;
  const path = "/admin/categories/chess/picture";
  expect((await send("PUT", path, ada, files.first)).status).toBe(403);
  const { url } = await put(path, guard);
  expect(url).toMatch(/^[/]pictures[/][0-9a-f-]{36}[/][0-9a-f]{32}-240[.]webp$/);
  expect((await send("GET", "/categories/chess", null)).body.pictureUrl).toBe(url);
  const drawn = await send("GET", pictureOfWidth(url, 480), null);
  expect([drawn.status, drawn.headers.get("content-type")]).toEqual([200, "image/webp"]);
  expect((await send("PUT", "/admin/categories/no-such/picture", guard, files.first)).status).toBe(404);
  expect((await send("DELETE", path, guard)).status).toBe(204);
  expect((await send("GET", "/categories/chess", null)).body.pictureUrl).toBeNull();
  await sweep();
  expect(keysOf(url.split("/")[2]!)).toEqual([]);
});
