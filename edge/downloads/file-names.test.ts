// What a file is called on its uploader's machine, from the beginning of its upload to the name under which its video is downloaded: a text
// in between, and nothing else.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { systemClock } from "#runtime/base/clock.ts";
import { readMemoryAddress } from "#runtime/objects/memory-address.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import type { UploadView } from "#schema/api/uploads.ts";
import type { ShownVideo, VideoView } from "#schema/api/videos.ts";
import { finishUpload } from "#schema/queries/videos/upload-media.ts";
import { acceptUpload } from "#schema/queries/videos/uploads.ts";
import { patient } from "#schema/testing-slowness.ts";
import { uploadKey, videoKey, videoPrefix } from "#schema/wire/video-keys.ts";
import { type TestEdge, type TestUser, testEdge } from "../testing.ts";
import { hashOf, makeSession } from "./testing-media.ts";

const objects = new MemoryObjects(systemClock);
let edge: TestEdge;
let owner: TestUser;
let film: Awaited<ReturnType<typeof makeSession>>;
beforeAll(async () => {
  edge = await testEdge({ objects });
  edge.world.config.uploads.countPerUser = 0;
  owner = await edge.register();
  film = await makeSession({ seconds: 2 });
}, patient(60_000));
afterAll(() => edge.close());

const MP4 = { contentType: "video/mp4" };
const EPOCH = 0;

/** As the job does it that has encoded the file. */
async function processed(videoId: string) {
  const owned = { videoId, epoch: EPOCH };
  const { sql } = edge.world.database;
  const hash = hashOf(film.init);
  await objects.put(videoKey.init(videoId, "90p", hash), film.init, MP4);
  const segments = await Promise.all(
    film.segments.map(async (bytes, number) => {
      await objects.put(videoKey.segment(videoId, "90p", { number, epoch: EPOCH }), bytes, MP4);
      const sha256 = new Uint8Array(new Bun.CryptoHasher("sha256").update(bytes).digest());
      const at = { number, atMs: number * 2_000, durationMs: 2_000, keyed: true };
      return { ...at, bytes: bytes.length, sha256, initHash: hash };
    }),
  );
  expect(await acceptUpload(sql, owned, null)).toBe(true);
  const shape = { codecs: ["avc1.42c00b", "mp4a.40.2"], width: 160, height: 90, fps: 25 };
  const rendition = { name: "90p", ...shape, bandwidth: 1_000, averageBandwidth: 1_000 };
  expect(await finishUpload(sql, owned, [{ ...rendition, init: { hash, bytes: film.init.length }, segments }])).toBe(
    true,
  );
}

/** Uploads a file of this name; answers its video's title, and the name under which it is downloaded, plain and escaped. */
async function sent(fileName: string) {
  const { token } = owner;
  const began = await edge.ask("POST", "/api/v1/videos", { token, json: { fileName, sizeBytes: 5 } });
  if (began.status !== 201) throw new Error(`${began.status} ${began.text}`);
  const { video, upload } = began.body as unknown as { video: VideoView; upload: UploadView };
  const { key } = readMemoryAddress(upload.parts[0]!.url, { method: "PUT", nowMs: Date.now() });
  expect(key).toBe(uploadKey(video.id));
  await processed(video.id);
  const shown = (await edge.ask("GET", `/api/v1/videos/${video.id}`, { token })).body as unknown as ShownVideo;
  expect(shown.title).toBe(video.title);
  const download = await edge.ask("GET", `/api/v1/videos/${video.id}/download`, { token });
  const [file] = (download.body as { files: { url: string }[] }).files;
  const answer = await edge.videos.fetch(new Request(`http://edge.test${file!.url}`))!;
  expect([answer.status, (await answer.bytes()).length > 0]).toEqual([200, true]);
  const header = answer.headers.get("content-disposition")!;
  const [, plain, escaped] =
    /^attachment; filename="([ !#-[\]-~]+)"; filename\*=UTF-8''((?:[\w!#$&+.^`|~-]|%[0-9A-F]{2})+)$/.exec(header) ?? [];
  return { id: video.id, title: video.title, plain, saved: decodeURIComponent(escaped ?? "") };
}

const NAMES: readonly [fileName: string, title: string][] = [
  ["Grüße & Küsse – 東京 🎥.mov", "Grüße & Küsse – 東京 🎥"],
  ["Cafe\u0301 del Mar.mkv", "Café del Mar"],
  ['12" x 10" (cut), it\'s 50% *new*; v3.mp4', '12" x 10" (cut), it\'s 50% *new*; v3'],
  ["one\r\nSet-Cookie: a=b\r\n\r\n<html>.mp4", "one Set-Cookie: a=b <html>"],
  ["one\u2028two\u0085three.mp4", "one two three"],
  ["../../../root/.ssh/id_rsa", "id_rsa"],
  ["C:\\Users\\me\\clip.avi", "clip"],
  ["/etc/nginx/nginx.conf", "nginx.conf"],
  ["-i.mp4", "-i"],
  ["-y -f null.webm", "-y -f null"],
  ["http://127.0.0.1:6379/x.mp4", "x"],
  ["pipe:0", "pipe:0"],
  ["subfile,,start,0,end,9,,:a.mp4", "subfile,,start,0,end,9,,:a"],
  ["frame%05d.jpg", "frame%05d"],
  ["concat:a.ts|b.ts", "concat:a.ts|b.ts"],
  ["$(reboot) `id` ;&& x.mp4", "$(reboot) `id` ;&& x"],
  ["exe.\u202e4pm.mp4", "exe.4pm"],
  ["\u2066isolated\u2069.mp4", "isolated"],
  ["nul\u0000byte.mp4", "nulbyte"],
  ["bell\u0007 and delete\u007f.mp4", "bell and delete"],
  ["\udc00first.mp4", "\ufffdfirst"],
  ["last\ud83d.mp4", "last\ufffd"],
  [".mov", "Untitled"],
  ["", "Untitled"],
  ["\t \n.mp4", "Untitled"],
  ["\u200b\u200d.mp4", "Untitled"],
  ["<script>alert('x')</script>.mp4", "script>"],
  ["<svg onload=alert(1)>.webm", "<svg onload=alert(1)>"],
  ["'; DROP TABLE videos; --.mp4", "'; DROP TABLE videos; --"],
  ["{{7*7}} %0d%0aX: y.mp4", "{{7*7}} %0d%0aX: y"],
  ["AUX.mp4", "AUX"],
  ["movie.mp4.", "movie.mp4."],
  ["film.tar.gz", "film.tar.gz"],
  ["UTF-8''a.mp4", "UTF-8''a"],
  ['a"; filename="evil.exe', 'a"; filename="evil.exe'],
  ["שלום.mp4", "שלום"],
  [`${"ö".repeat(400)}.mp4`, "ö".repeat(140)],
  [`${"🏳️‍🌈".repeat(60)}.mp4`, "🏳️‍🌈".repeat(35)],
  ["x".repeat(1_024), "x".repeat(140)],
];

test(
  "every name is taken, is the title as people see it, and comes back with the download",
  async () => {
    const wrong: unknown[] = [];
    for (const [fileName, title] of NAMES) {
      const seen = await sent(fileName);
      if (seen.title !== title || seen.saved !== `${title}.mp4` || !seen.plain?.endsWith(".mp4"))
        wrong.push({ fileName, ...seen });
    }
    expect(wrong).toEqual([]);
    const own = /^(?:uploads|videos)\/[0-9a-f-]{36}(?:\/|$)/;
    const keys = [...objects.stored.keys(), ...[...objects.uploads.begun.values()].map(({ key }) => key)];
    expect(keys.filter((key) => !own.test(key))).toEqual([]);
  },
  patient(60_000),
);

test("nothing of a name is in the keys of its objects, which lie below the video's own", async () => {
  const { id } = await sent("kept-secret.mp4");
  const keys = [...objects.stored.keys()].filter((key) => key.includes(id));
  expect(keys.length).toBeGreaterThan(1);
  expect(keys.filter((key) => !key.startsWith(videoPrefix(id)))).toEqual([]);
  expect([...objects.stored.keys()].filter((key) => key.includes("secret"))).toEqual([]);
});

test("a name of more than 1 024 characters is refused before anything is begun", async () => {
  const before = objects.uploads.begun.size;
  const json = { fileName: "x".repeat(1_025), sizeBytes: 5 };
  const { body } = await edge.ask("POST", "/api/v1/videos", { token: owner.token, json });
  expect([body.code, objects.uploads.begun.size]).toEqual(["validation_failed", before]);
});
