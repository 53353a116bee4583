import { beforeAll, expect, test } from "bun:test";
import { type LiveHead, type LiveRecord, RECORD, RecordReader } from "#schema/wire/live-stream.ts";
import { originRoutes } from "./origin.ts";
import { type Bench, bench, feed, publish, pull, type Recording } from "./packager/testing.ts";
import { ladder } from "./testing-ffmpeg.ts";

let recording: Recording;
beforeAll(async () => {
  recording = await pull(await publish({ seconds: 8 }), ladder("none"));
});

function origin() {
  const b: Bench = bench();
  const app = originRoutes({ clock: b.clock, find: (id) => (id === "b1" ? b.packager : undefined) });
  const get = (path: string) => Promise.resolve(app.handle(new Request(`http://origin/media/${path}`)));
  const attempt = b.packager.begin({ session: "s", attempt: 1, baseMs: Date.UTC(2026, 10, 22) });
  return { ...b, get, attempt };
}

test("playlists, init segments, segments and parts are served at the paths in the playlists", async () => {
  const { get, attempt } = origin();
  await feed(attempt, recording, { to: 0.6 });
  const index = await get("b1/index.m3u8");
  expect([index.status, index.headers.get("content-type")]).toEqual([200, "application/vnd.apple.mpegurl"]);
  expect(await index.text()).toContain("source.m3u8");
  const playlist = await get("b1/source.m3u8");
  const headers = ["content-type", "x-epoch", "x-head-number", "x-first-held"].map((name) =>
    playlist.headers.get(name),
  );
  expect(headers).toEqual(["application/vnd.apple.mpegurl", "5", "2", "0"]);
  const text = await playlist.text();
  const hint = /PRELOAD-HINT:TYPE=PART,URI="([^"]+)"/.exec(text)![1];
  const uris = [...text.matchAll(/URI="([^"]+)"|^([^#\n]\S*)$/gm)].map(([, quoted, bare]) => (quoted ?? bare)!);
  expect(uris.length).toBeGreaterThan(8);
  for (const uri of uris) {
    if (uri === hint) continue;
    const found = await get(`b1/${uri}`);
    expect([uri, found.status, found.headers.get("content-type")]).toEqual([uri, 200, "video/mp4"]);
    expect((await found.arrayBuffer()).byteLength).toBeGreaterThan(500);
  }
});

test("a request for a hinted part waits; when the attempt ends, the answer is 404", async () => {
  const { get, attempt } = origin();
  await feed(attempt, recording, { to: 0.6 });
  const hint = /HINT:TYPE=PART,URI="([^"]+)"/.exec(await (await get("b1/source.m3u8")).text())![1];
  const waiting = get(`b1/${hint}`);
  await feed(attempt, recording, { from: 0.6, to: 0.75 });
  expect((await waiting).status).toBe(200);
  const next = /HINT:TYPE=PART,URI="([^"]+)"/.exec(await (await get("b1/source.m3u8")).text())![1];
  const lost = get(`b1/${next}`);
  attempt.close();
  expect((await lost).status).toBe(404);
});

test("a reload blocks until its part is there, a delta update skips, and a request too far ahead is refused", async () => {
  const { get, attempt } = origin();
  await feed(attempt, recording, { to: 0.6 });
  const open = await (await get("b1/source.m3u8")).text();
  const parts = open.slice(open.lastIndexOf("DATE-TIME")).match(/EXT-X-PART:/g)!.length;
  const blocked = get(`b1/source.m3u8?_HLS_msn=2&_HLS_part=${parts}&_HLS_skip=YES`);
  await feed(attempt, recording, { from: 0.6, to: 0.75 });
  expect(await (await blocked).text()).not.toBe(open);
  for (const query of ["_HLS_msn=9", "_HLS_part=1", "_HLS_msn=x", "_HLS_msn=1&_HLS_part=-1"])
    expect([query, (await get(`b1/source.m3u8?${query}`)).status]).toEqual([query, 400]);
});

test("missing media and unknown paths are answered with 404", async () => {
  const { get, attempt } = origin();
  expect((await get("b1/index.m3u8")).status).toBe(404);
  expect((await get("b1/source.m3u8")).status).toBe(404);
  await feed(attempt, recording, { to: 0.6 });
  const paths = [
    "b2/index.m3u8",
    "b1/other.m3u8",
    "b1/SOURCE.m3u8",
    "b1/source/i000000000000.mp4",
    "b1/b1/source/s99.m4s",
  ];
  paths.push("b1/b2/source/s0.m4s", "b1/source/p4-1-0.m4s", "b1/source/p5-1-99.m4s", "b1/source/../x", "b1/a/b/c/d");
  paths.push("b1/%2e%2e/source/s0.m4s", "b1/source/s0.m4s", "b1/source/p5-1-0.mp4", "b1/", "b1/b1/source/s1e3.m4s");
  for (const path of paths) expect([path, (await get(path)).status]).toEqual([path, 404]);
});

test("a thumbnail is served in each size once there is one, and no other size", async () => {
  const { get, packager } = origin();
  expect((await get("b1/thumbnail-320.jpg")).status).toBe(404);
  packager.thumbnails.keep(
    new Map([
      [320, Uint8Array.of(1)],
      [1_280, Uint8Array.of(2, 3)],
    ]),
  );
  const small = await get("b1/thumbnail-320.jpg");
  expect([small.headers.get("content-type"), await small.bytes()]).toEqual(["image/jpeg", Uint8Array.of(1)]);
  expect(await (await get("b1/thumbnail-1280.jpg")).bytes()).toEqual(Uint8Array.of(2, 3));
  for (const path of ["b1/thumbnail.jpg", "b1/thumbnail-640.jpg", "b2/thumbnail-320.jpg"])
    expect((await get(path)).status).toBe(404);
});

test("a rendition as it is made: its head, its init segment, the newest keyframe and all behind it, then each fragment at once", async () => {
  const { get, attempt, packager } = origin();
  await feed(attempt, recording, { to: 0.6 });
  const { body, headers } = await get("b1/source/live");
  expect(headers.get("content-type")).toBe("application/octet-stream");
  const stream = body!.getReader();
  const reader = new RecordReader();
  const read = async () => {
    const { done, value } = await stream.read();
    return done ? null : reader.push(value);
  };
  const first: LiveRecord[] = [];
  while (first.length < 3) first.push(...(await read())!);
  const head = JSON.parse(new TextDecoder().decode(first[0]!.bytes)) as LiveHead;
  expect(head).toMatchObject({ type: "head", broadcastId: "b1", epoch: 5, rendition: "source", width: 320 });
  expect(head.codecs).toMatch(/^avc1[.][0-9a-f]{6},mp4a/i);
  expect([first[1]!.kind, first[2]!.kind, first[2]!.key]).toEqual([RECORD.init, RECORD.fragment, true]);
  await feed(attempt, recording, { from: 0.6, to: 1 });
  packager.end();
  const all = [...first];
  for (let more = await read(); more; more = await read()) all.push(...more);
  const fragments = all.filter(({ kind }) => kind === RECORD.fragment);
  const media = Buffer.concat([first[1]!.bytes, ...fragments.map(({ bytes }) => bytes)]);
  expect(await complaintsOf(media)).toBe("");
  const places = fragments.map(({ number, part }) => number * 1_000 + part);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect((await get("b1/nothing/live")).status).toBe(404);
});

/** What FFmpeg says about a file that it decodes to its end. */
async function complaintsOf(file: Uint8Array): Promise<string> {
  const child = Bun.spawn(["ffmpeg", "-v", "error", "-i", "-", "-f", "null", "-"], { stdin: file, stderr: "pipe" });
  return new Response(child.stderr).text();
}
