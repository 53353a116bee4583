// What is fetched before the player asks, from a real server.

import { afterAll, expect, test } from "bun:test";
import { EarlyMedia } from "./media.ts";

const PLAYLIST = `#EXTM3U
#EXT-X-PART-INF:PART-TARGET=0.2
#EXT-X-MAP:URI="source/i0.mp4"
#EXT-X-PART:DURATION=0.2,URI="source/p1.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.2,URI="source/p2.m4s"
#EXT-X-PART:DURATION=0.2,URI="source/p3.m4s"
#EXT-X-PART:DURATION=0.2,URI="source/p4.m4s"
#EXT-X-PART:DURATION=0.2,URI="source/p5.m4s"
`;
const FILES: Record<string, string> = {
  "/live/ada/index.m3u8": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=3000000\nsource.m3u8\n",
  "/live/ada/source.m3u8": PLAYLIST,
  "/live/ada/source/i0.mp4": "init",
  "/live/ada/source/p1.m4s": "one",
  "/live/ada/source/p2.m4s": "two",
  "/live/ada/source/p3.m4s": "three",
  "/live/ada/source/p4.m4s": "four",
  "/live/ada/source/p5.m4s": "five",
};

const asked: string[] = [];
const server = Bun.serve({
  port: 0,
  fetch(request) {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    const file = FILES[pathname];
    return file === undefined ? new Response("no", { status: 404 }) : new Response(file);
  },
});
const base = `http://localhost:${server.port}/`;
afterAll(() => server.stop(true));

const textOf = async (early: EarlyMedia, url: string) => {
  const answer = await early.take(url);
  return answer && new TextDecoder().decode(answer.bytes);
};

/** Parts are asked for once the media playlist has been read. */
const read = async (early: EarlyMedia) => {
  while (early.take(new URL("/live/ada/source/p5.m4s", base).href) === null) await Bun.sleep(5);
};

test("playlists, init segment and parts are there before the player asks, each once", async () => {
  asked.length = 0;
  const early = new EarlyMedia("/live/ada/index.m3u8", base);
  expect(await early.isOnAir).toBe(true);
  await read(early);
  expect(early.variantUrl).toBe(`${base}live/ada/source.m3u8`);
  expect(await textOf(early, "/live/ada/index.m3u8")).toBe(FILES["/live/ada/index.m3u8"]!);
  expect(await textOf(early, `${base}live/ada/source.m3u8`)).toBe(PLAYLIST);
  expect(await textOf(early, "/live/ada/source/i0.mp4")).toBe("init");
  expect(await textOf(early, "/live/ada/source/p1.m4s")).toBe("one");
  expect(await textOf(early, "/live/ada/source/p2.m4s")).toBe("two");
  expect(await textOf(early, "/live/ada/source/p2.m4s")).toBeNull(); // Asked again: the server answers.
  expect(asked.toSorted()).toEqual(Object.keys(FILES).toSorted());
});

test("a channel that is not on air is asked for once", async () => {
  asked.length = 0;
  const early = new EarlyMedia("/live/bob/index.m3u8", base);
  expect(await early.isOnAir).toBe(false);
  expect(await early.take(`${base}live/bob/index.m3u8`)).toBeNull();
  expect(asked).toEqual(["/live/bob/index.m3u8"]);
});

test("what was fetched for a page that has gone is not given", async () => {
  const early = new EarlyMedia("/live/ada/index.m3u8", base);
  early.stop();
  expect(await early.isOnAir).toBe(false);
  expect(early.take(`${base}live/ada/source.m3u8`)).toBeNull();
});
