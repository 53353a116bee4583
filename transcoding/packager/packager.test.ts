import { beforeAll, expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { Splitter } from "../fmp4/splitter.ts";
import { ladder } from "../testing-ffmpeg.ts";
import { Packager } from "./packager.ts";
import { bench as benchOf, feed, publish, pull, type Recording } from "./testing.ts";
import { Watcher } from "./testing-playlist-watcher.ts";

/** Long parts keep the texts below short. */
const bench = (options: Parameters<typeof benchOf>[0] = {}) => benchOf({ partMs: 500, ...options });
const BASE_MS = Date.UTC(2026, 10, 22, 10, 0, 0);
const both = ladder("480p");
const names = both.map(({ name }) => name);
const alone = ladder("none");

/** 16 s at 30/s, keyframe every 2 s; the same stream pulled later; the stream of another encoder. */
let whole: Recording;
let later: Recording;
let other: Recording;
let wholeBoth: Recording;
let laterBoth: Recording;

beforeAll(async () => {
  const flv = await publish({ seconds: 16 });
  [whole, later, other, wholeBoth, laterBoth] = await Promise.all([
    pull(flv, alone),
    pull(flv, alone, { fromSeconds: 10.5 }),
    pull(await publish({ seconds: 8, size: "256x144", audioRate: 44_100 }), alone),
    pull(flv, both),
    pull(flv, both, { fromSeconds: 10.5 }),
  ]);
});

const begin = (packager: Packager, session = "s1", baseMs = BASE_MS) => packager.begin({ session, attempt: 1, baseMs });
/** This second as a share of a recording of 16 s. */
const at = (seconds: number) => seconds / 16;

test("the first segment is held back until it is whole, then cut evenly", async () => {
  const b = bench();
  const attempt = begin(b.packager);
  await feed(attempt, whole, { to: at(1.8) });
  expect(b.packager.serving.multivariant()).toBeNull();
  expect(await b.packager.serving.playlist("source", {})).toBeNull();
  expect(b.events).toEqual([{ type: "opened", number: 0 }]);
  await feed(attempt, whole, { from: at(1.8), to: at(3.2) });
  expect(b.events.map(({ type }) => type)).toEqual(["opened", "opened", "closed", "listed", "ready", "source"]);
  expect(await b.text("source")).toBe(`#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:2
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.51500,CAN-SKIP-UNTIL=12.00000
#EXT-X-PART-INF:PART-TARGET=0.50500
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-DISCONTINUITY-SEQUENCE:0
#EXT-X-MAP:URI="source/iHASH.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:00.067Z
#EXT-X-PART:DURATION=0.50000,URI="source/p5-1-0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.50000,URI="source/p5-1-1.m4s"
#EXT-X-PART:DURATION=0.50000,URI="source/p5-1-2.m4s"
#EXT-X-PART:DURATION=0.50000,URI="source/p5-1-3.m4s"
#EXTINF:2.00000,
b1/source/s0.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:02.067Z
#EXT-X-PART:DURATION=0.50000,URI="source/p5-1-4.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.50000,URI="source/p5-1-5.m4s"
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="source/p5-1-6.m4s"
`);
  expect(b.packager.serving.multivariant()).toMatch(
    /^#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-STREAM-INF:BANDWIDTH=\d+,AVERAGE-BANDWIDTH=\d+,CODECS="avc1\.4d400d,mp4a\.40\.2",RESOLUTION=320x180,FRAME-RATE=(29\.9\d|30\.0\d)0\nsource\.m3u8\n$/,
  );
  expect(b.events.at(-1)).toMatchObject({
    type: "source",
    info: { width: 320, height: 180, keyframeIntervalMs: 2000 },
  });
});

test("every playlist of a broadcast with two renditions passes hls-parser's strict mode", async () => {
  const b = bench({ renditions: names });
  const watcher = new Watcher();
  const attempt = begin(b.packager);
  await feed(attempt, wholeBoth, { onStep: () => watcher.look(b.packager, names) });
  attempt.close();
  await watcher.look(b.packager, names);
  b.packager.end();
  await watcher.look(b.packager, names);
  expect(watcher.looked).toBeGreaterThan(60);
  expect(await b.text("480p")).toEndWith("#EXT-X-ENDLIST\n");
  // A keyframe has the same number in both renditions, so the dates agree.
  const dates = async (name: string) =>
    [...(await b.text(name)).matchAll(/DATE-TIME:(.+)/g)].map(([, date]) => date).join();
  expect(await dates("480p")).toBe(await dates("source"));
});

test("the bytes of parts add up to their segment, and segments to the stream", async () => {
  const b = bench();
  const attempt = begin(b.packager);
  await feed(attempt, whole);
  const text = await b.text("source");
  const number = Number(/MEDIA-SEQUENCE:(\d+)/.exec(text)![1]) + 5;
  const lines = text.split("\n");
  const end = lines.indexOf(`b1/source/s${number}.m4s`);
  const uris = lines.slice(0, end).findLastIndex((line) => line.includes("DATE-TIME"));
  const parts = lines.slice(uris, end).flatMap((line) => /URI="source\/p5-1-(\d+)/.exec(line)?.[1] ?? []);
  expect(parts.length).toBe(4);
  const ofParts = [];
  for (const n of parts)
    ofParts.push(...(await b.packager.serving.part("source", { epoch: 5, take: 1, n: Number(n) }))!);
  const segment = Buffer.concat(b.packager.serving.segment("source", number)!);
  expect(segment.equals(Buffer.concat(ofParts))).toBe(true);
  const init = b.packager.serving.init("source", b.saved()!.window[0]!.inits.source!)!;
  let samples = 0;
  const splitter = new Splitter({ init: () => {}, fragment: ({ tracks }) => (samples += tracks[0]!.samples) });
  splitter.push(Buffer.concat([init, segment]));
  expect(samples).toBe(60);
});

test("an FFmpeg restarted in the same session continues at the very end, without a discontinuity", async () => {
  const b = bench({ renditions: names });
  const watcher = new Watcher();
  const look = () => watcher.look(b.packager, names);
  const attempt = begin(b.packager);
  await feed(attempt, wholeBoth, { to: at(7.2), onStep: look });
  attempt.close();
  await look();
  expect(await b.text("source")).toContain('PRELOAD-HINT:TYPE=PART,URI="source/p5-2-0.m4s"');
  const again = begin(b.packager);
  await feed(again, laterBoth, { to: 0.9, onStep: look });
  for (const name of names) {
    const text = await b.text(name);
    expect(text).not.toContain("DISCONTINUITY\n");
    expect(text).not.toContain("GAP");
    expect(text.match(/EXT-X-MAP/g)).toHaveLength(1);
    expect(text).toContain(`#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:06.067Z
#EXTINF:1.00000,
b1/${name}/s3.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:10.067Z
#EXT`);
    expect(await endsMeet(b.packager, name, [3, 4])).toBeLessThan(1);
  }
  expect(b.events.filter(({ type }) => type === "ready")).toHaveLength(2);
});

/** Milliseconds between the end of one segment's pictures and the beginning of the next one's. */
async function endsMeet(packager: Packager, rendition: string, [a, z]: [number, number]): Promise<number> {
  const segments = [a, z].map((number) => packager.serving.segment(rendition, number)!);
  const init = packager.serving.init(rendition, hashIn(await playlistOf(packager, rendition)))!;
  const times: { start: number; end: number }[] = [];
  for (const chunks of segments) {
    let start = Number.POSITIVE_INFINITY;
    let end = 0;
    const splitter = new Splitter({
      init: () => {},
      fragment({ tracks }) {
        const video = tracks.find(({ track }) => track.kind === "video");
        if (!video) return;
        start = Math.min(start, video.decodeTime / 90);
        end = Math.max(end, (video.decodeTime + video.duration) / 90);
      },
    });
    splitter.push(Buffer.concat([init, ...chunks]));
    times.push({ start, end });
  }
  return Math.abs(times[1]!.start - times[0]!.end);
}
const playlistOf = async (packager: Packager, rendition: string) => {
  const answer = await packager.serving.playlist(rendition, {});
  return answer?.type === "playlist" ? answer.text : "";
};
const hashIn = (text: string) => /i([0-9a-f]{12})\.mp4/.exec(text)![1]!;

test("a segment without parts at the end of its attempt is removed, and its number is used again", async () => {
  const b = bench();
  const attempt = begin(b.packager);
  await feed(attempt, whole, { to: at(8.25) });
  expect(b.packager.headNumber).toBe(4);
  attempt.close();
  expect(await b.text("source")).toContain("s3.m4s\n#EXT-X-PRELOAD-HINT");
  const again = begin(b.packager);
  await feed(again, later, { to: 0.5 });
  expect(await b.text("source")).toContain("2026-11-22T10:00:10.067Z");
  expect(b.packager.serving.segment("source", 4)).not.toBeNull();
});

test("an attempt that ends before its first whole segment gives its numbers back, at a new owner too", async () => {
  const opened = { headNumber: 0, discontinuitySequence: 0, targetDurationMs: null, partTargetMs: null, window: [] };
  const b = bench({ resume: opened, startNumber: 4 });
  const attempt = begin(b.packager);
  await feed(attempt, whole, { to: at(1) });
  expect(b.packager.headNumber).toBe(4);
  attempt.close();
  await feed(begin(b.packager), whole, { to: at(5) });
  expect(await b.text("source")).toContain("#EXT-X-MEDIA-SEQUENCE:4\n");
});

test("a clock that jumps by a month makes no more gaps than a playlist lists", async () => {
  const b = bench();
  const attempt = begin(b.packager);
  await feed(attempt, whole, { to: at(7) });
  attempt.close();
  const monthMs = 30 * 24 * 3_600_000;
  await feed(begin(b.packager, "s2", BASE_MS + monthMs), whole, { to: at(5) });
  const text = await b.text("source");
  expect(text.match(/#EXT-X-GAP/g)!.length).toBeLessThanOrEqual(100);
  expect(text).toContain("#EXTINF:2.00000,\n");
  expect(text).not.toContain("2026-11-22T");
  expect(b.packager.headNumber).toBeLessThan(110);
});

test("the media of an attempt is dropped up to the first keyframe after the end of the listed media", async () => {
  const b = bench();
  const watcher = new Watcher();
  const attempt = begin(b.packager);
  await feed(attempt, whole, { to: at(12.7) });
  attempt.close();
  const again = begin(b.packager); // Begins at 10.067, two seconds before the end of the listed media.
  await feed(again, later, { onStep: () => watcher.look(b.packager, ["source"]) });
  again.close();
  const text = await b.text("source");
  expect(text).not.toContain("GAP");
  expect(text).toContain("10:00:14.067Z");
  expect(text.match(/10:00:10\.067Z/g)).toHaveLength(1);
});

test("a new owner lists the old window, spans the hole with gaps and continues with the same map", async () => {
  const first = bench();
  const watcher = new Watcher();
  const look = (packager: Packager) => watcher.look(packager, ["source"]);
  const attempt = begin(first.packager);
  await feed(attempt, whole, { to: at(5.2), onStep: () => look(first.packager) });
  const resume = JSON.parse(JSON.stringify(first.saved()!));
  expect(resume).toMatchObject({ headNumber: 2, targetDurationMs: 2000, partTargetMs: 505, session: "s1" });
  const second = bench({ resume, startNumber: 5, epoch: 6 });
  expect(second.packager.serving.multivariant()).toBe(first.packager.serving.multivariant());
  await look(second.packager);
  expect(await second.text("source")).toEndWith('s1.m4s\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI="source/p6-1-0.m4s"\n');
  await feed(begin(second.packager), later, { to: 0.55, onStep: () => look(second.packager) });
  expect(await second.text("source")).toBe(`#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:2
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.51500,CAN-SKIP-UNTIL=12.00000
#EXT-X-PART-INF:PART-TARGET=0.50500
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-DISCONTINUITY-SEQUENCE:0
#EXT-X-MAP:URI="source/iHASH.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:00.067Z
#EXTINF:2.00000,
b1/source/s0.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:02.067Z
#EXTINF:2.00000,
b1/source/s1.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:04.067Z
#EXT-X-GAP
#EXTINF:2.00000,
b1/source/s2.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:06.067Z
#EXT-X-GAP
#EXTINF:2.00000,
b1/source/s3.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:08.067Z
#EXT-X-GAP
#EXT-X-PART:DURATION=0.50500,URI="source/g4-0.m4s",GAP=YES
#EXT-X-PART:DURATION=0.50500,URI="source/g4-1.m4s",GAP=YES
#EXT-X-PART:DURATION=0.50500,URI="source/g4-2.m4s",GAP=YES
#EXT-X-PART:DURATION=0.48500,URI="source/g4-3.m4s",GAP=YES
#EXTINF:2.00000,
b1/source/s4.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:10.067Z
#EXT-X-PART:DURATION=0.50000,URI="source/p6-1-0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.50000,URI="source/p6-1-1.m4s"
#EXT-X-PART:DURATION=0.50000,URI="source/p6-1-2.m4s"
#EXT-X-PART:DURATION=0.50000,URI="source/p6-1-3.m4s"
#EXTINF:2.00000,
b1/source/s5.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:12.067Z
#EXT-X-PART:DURATION=0.50000,URI="source/p6-1-4.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.50000,URI="source/p6-1-5.m4s"
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="source/p6-1-6.m4s"
`);
  expect(second.packager.serving.segment("source", 1)).toBeNull();
  const answer = await second.packager.serving.playlist("source", {});
  expect(answer).toMatchObject({ headNumber: 6, firstHeldNumber: 5 });
});

test("a new owner that has all that came goes on without a hole, under numbers that nobody has listed", async () => {
  const first = bench();
  const watcher = new Watcher();
  const look = (packager: Packager) => watcher.look(packager, ["source"]);
  await feed(begin(first.packager), whole, { to: at(7.9), onStep: () => look(first.packager) });
  const resume = JSON.parse(JSON.stringify(first.saved()!));
  expect(resume.window.at(-1)).toMatchObject({ number: 2 });
  const second = bench({ resume, startNumber: 7, epoch: 6 });
  await feed(begin(second.packager), whole, { to: at(12.7), onStep: () => look(second.packager) });
  const text = await second.text("source");
  expect(text.match(/#EXT-X-GAP\n/g)).toHaveLength(4);
  expect(text).not.toContain("DISCONTINUITY\n");
  expect(text.match(/10:00:06\.067Z\n#EXTINF:2\.00000,\nb1\/source\/s7\.m4s/g)).toHaveLength(1);
  const durations = [...text.matchAll(/#EXTINF:([\d.]+),/g)].map(([, seconds]) => Number(seconds));
  expect(durations).toEqual([2, 2, 2, 0.001, 0.001, 0.001, 0.001, 2, 2, 2]);
});

test("a new publish has a new clock: gaps over the hole, then a discontinuity and a new map", async () => {
  const b = bench();
  const watcher = new Watcher();
  const onStep = () => watcher.look(b.packager, ["source"]);
  const attempt = begin(b.packager);
  await feed(attempt, whole, { to: at(4.7), onStep });
  attempt.close();
  const published = begin(b.packager, "s2", BASE_MS + 9_000);
  await feed(published, other, { onStep });
  published.close();
  await onStep();
  b.packager.end();
  await onStep();
  expect(await b.text("source")).toBe(`#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:2
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.51500,CAN-SKIP-UNTIL=12.00000
#EXT-X-PART-INF:PART-TARGET=0.50500
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-DISCONTINUITY-SEQUENCE:0
#EXT-X-MAP:URI="source/iHASH.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:00.067Z
#EXTINF:2.00000,
b1/source/s0.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:02.067Z
#EXTINF:2.00000,
b1/source/s1.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:04.067Z
#EXTINF:0.50000,
b1/source/s2.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:04.567Z
#EXT-X-GAP
#EXTINF:1.50000,
b1/source/s3.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:06.067Z
#EXT-X-GAP
#EXTINF:1.50000,
b1/source/s4.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:07.567Z
#EXT-X-GAP
#EXTINF:1.50000,
b1/source/s5.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="source/iHASH.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:09.067Z
#EXTINF:2.00000,
b1/source/s6.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:11.067Z
#EXT-X-PART:DURATION=0.50000,URI="source/p5-2-4.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.50000,URI="source/p5-2-5.m4s"
#EXT-X-PART:DURATION=0.50000,URI="source/p5-2-6.m4s"
#EXT-X-PART:DURATION=0.50000,URI="source/p5-2-7.m4s"
#EXTINF:2.00000,
b1/source/s7.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:13.067Z
#EXT-X-PART:DURATION=0.50000,URI="source/p5-2-8.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.50000,URI="source/p5-2-9.m4s"
#EXT-X-PART:DURATION=0.50000,URI="source/p5-2-10.m4s"
#EXT-X-PART:DURATION=0.50000,URI="source/p5-2-11.m4s"
#EXTINF:2.00000,
b1/source/s8.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:15.067Z
#EXT-X-PART:DURATION=0.50000,URI="source/p5-2-12.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.50000,URI="source/p5-2-13.m4s"
#EXT-X-PART:DURATION=0.50000,URI="source/p5-2-14.m4s"
#EXT-X-PART:DURATION=0.50000,URI="source/p5-2-15.m4s"
#EXTINF:2.00000,
b1/source/s9.m4s
#EXT-X-ENDLIST
`);
});

test("a discontinuity that leaves the window raises the discontinuity sequence, in the saved window too", async () => {
  const b = bench();
  const first = begin(b.packager);
  await feed(first, whole, { to: at(4.7) });
  first.close();
  await feed(begin(b.packager, "s2", BASE_MS + 6_000), other, { to: 0.7 });
  await feed(begin(b.packager, "s3", BASE_MS + 20_000), whole);
  const text = await b.text("source");
  expect(text).toContain("#EXT-X-DISCONTINUITY-SEQUENCE:1\n");
  expect(b.saved()!.discontinuitySequence).toBe(1);
  const resumed = bench({ resume: b.saved(), startNumber: 40 });
  expect(await resumed.text("source")).toContain("#EXT-X-DISCONTINUITY-SEQUENCE:1\n");
});

test("numbers that a restore raised by 1 000 do not keep media back, and the playlist stays short", async () => {
  const b = bench();
  const first = begin(b.packager);
  await feed(first, whole, { to: at(4.7) });
  first.close();
  const resumed = bench({ resume: b.saved(), startNumber: 1_003, epoch: 1_005 });
  await feed(begin(resumed.packager, "s2", BASE_MS + 8_000), other);
  const text = await resumed.text("source");
  const began = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)![1]);
  expect(began).toBeGreaterThan(b.saved()!.headNumber);
  expect(text).toContain("b1/source/s1003.m4s");
  expect(text.match(/#EXT-X-GAP/g)!.length).toBeLessThan(100);
  expect(text).not.toMatch(/#EXTINF:0(\.0+)?,/);
});

test("a delta update skips segments older than the skip boundary", async () => {
  const b = bench();
  const attempt = begin(b.packager);
  await feed(attempt, whole);
  const full = await b.text("source");
  const delta = await b.text("source", { skip: true });
  const skipped = Number(/SKIPPED-SEGMENTS=(\d+)/.exec(delta)![1]);
  expect(skipped).toBe(2);
  const media = (text: string) => text.slice(text.indexOf("#EXT-X-PROGRAM-DATE-TIME"));
  expect(media(delta)).toBe(
    media(full)
      .split("#EXT-X-PROGRAM")
      .slice(1 + skipped)
      .map((s) => `#EXT-X-PROGRAM${s}`)
      .join(""),
  );
  expect(delta).not.toContain("EXT-X-MAP");
});

test("a blocked reload is answered by its part, by the first part of the next segment if there is none, or after three target durations", async () => {
  const b = bench();
  const attempt = begin(b.packager);
  await feed(attempt, whole, { to: at(3.2) }); // Segment 1 has parts 0 and 1.
  const answers: string[] = [];
  const ask = (name: string, query: { msn: number; part?: number }) =>
    void b.packager.serving.playlist("source", query).then((answer) => answers.push(`${name} ${answer?.type}`));
  ask("there", { msn: 1, part: 1 });
  ask("next part", { msn: 1, part: 2 });
  ask("past the end", { msn: 1, part: 9 });
  ask("whole segment", { msn: 1 });
  ask("far ahead", { msn: 4, part: 0 });
  await b.clock.settle();
  expect(answers.sort()).toEqual(["far ahead refused", "there playlist"]);
  await feed(attempt, whole, { from: at(3.2), to: at(3.7) });
  await b.clock.settle();
  expect(answers.slice(2)).toEqual(["next part playlist"]);
  await feed(attempt, whole, { from: at(3.7), to: at(4.3) });
  await b.clock.settle();
  expect(answers.slice(3)).toEqual(["whole segment playlist"]);
  await b.clock.settle(5_900, 100);
  expect(answers.slice(4)).toEqual([]);
  await b.clock.settle(200, 100);
  expect(answers.slice(4)).toEqual(["past the end playlist"]);
});

test("ten thousand requests for one part wait on one promise and one timer", async () => {
  const b = bench();
  const attempt = begin(b.packager);
  await feed(attempt, whole, { to: at(3.2) });
  const timers = b.clock.waiting;
  const parts = Array.from({ length: 10_000 }, () => b.packager.serving.part("source", { epoch: 5, take: 1, n: 6 }));
  const texts = Array.from({ length: 10_000 }, () => b.packager.serving.playlist("source", { msn: 1, part: 2 }));
  expect(b.packager.serving.waiting).toBe(2);
  expect(b.clock.waiting - timers).toBe(2);
  await feed(attempt, whole, { from: at(3.2), to: at(3.7) });
  const [first] = await Promise.all(texts);
  expect(
    (await Promise.all(texts)).every(
      (answer) => answer?.type === "playlist" && first?.type === "playlist" && answer.text === first.text,
    ),
  ).toBe(true);
  expect((await Promise.all(parts)).every((chunks) => chunks !== null)).toBe(true);
  expect(b.clock.waiting).toBe(timers);
});

test("the hinted part of an ended attempt is not found, and the hint for the next attempt is answered with its first part", async () => {
  const b = bench();
  const attempt = begin(b.packager);
  await feed(attempt, whole, { to: at(7.2) });
  const old = b.packager.serving.part("source", { epoch: 5, take: 1, n: 14 });
  expect(b.packager.serving.waiting).toBe(1);
  attempt.close();
  expect(await old).toBeNull();
  const next = b.packager.serving.part("source", { epoch: 5, take: 2, n: 0 });
  await feed(begin(b.packager), later, { to: 0.4 });
  expect(await next).not.toBeNull();
  expect(await b.packager.serving.part("source", { epoch: 4, take: 2, n: 0 })).toBeNull();
  expect(await b.packager.serving.part("source", { epoch: 5, take: 2, n: 999 })).toBeNull();
});

test("no number above saved + 1 + elapsed seconds is listed before a save covers it", async () => {
  const b = bench({ saves: false });
  const attempt = begin(b.packager);
  await feed(attempt, whole, { to: at(6.7) });
  const text = await b.text("source");
  expect(text).toContain("s0.m4s\n#EXT-X-PRELOAD-HINT");
  expect(text).toContain('HINT:TYPE=PART,URI="source/p5-1-4.m4s"');
  expect(b.packager.serving.segment("source", 1)).toBeNull();
  await b.clock.settle(1_000);
  expect(await b.text("source")).toContain("s1.m4s\n#EXT-X-PRELOAD-HINT");
  b.packager.covered(2, b.clock.monoMs());
  expect(await b.text("source")).toContain('HINT:TYPE=PART,URI="source/p5-1-13.m4s"');
  b.packager.covered(0, b.clock.monoMs()); // A later save with a lower number takes no listed segment back.
  expect(await b.text("source")).toContain("s2.m4s\n");
});

test("an owner that may have been replaced lists nothing beyond the saved numbers", async () => {
  let soleUntilMs = Number.POSITIVE_INFINITY;
  const b = bench({ saves: false, soleUntilMs: () => soleUntilMs });
  soleUntilMs = b.clock.monoMs() + 900;
  const attempt = begin(b.packager);
  await feed(attempt, whole, { to: at(6.7) });
  await b.clock.settle(5_000);
  expect(await b.text("source")).toContain("s0.m4s\n#EXT-X-PRELOAD-HINT");
  soleUntilMs += 200; // The link is alive and was never down: a second since the save counts.
  await b.clock.settle(1_000);
  expect(await b.text("source")).toContain("s1.m4s\n#EXT-X-PRELOAD-HINT");
  await b.clock.settle(5_000);
  expect(await b.text("source")).toContain("s1.m4s\n#EXT-X-PRELOAD-HINT");
  b.packager.covered(2, b.clock.monoMs());
  expect(await b.text("source")).toContain("s2.m4s\n");
});

test("a source is not blamed for a segment that may not be listed yet", async () => {
  let soleUntilMs = 0;
  const b = bench({ saves: false, soleUntilMs: () => soleUntilMs, resume: bench().saved(), startNumber: 5 });
  const attempt = begin(b.packager);
  b.packager.covered(3, b.clock.monoMs()); // A new owner may list its own numbers after its own save.
  await feed(attempt, whole, { to: at(6.7) });
  await b.clock.settle(15_000, 100);
  expect(b.events.filter((event) => "problem" in event)).toEqual([]);
  expect(b.packager.serving.multivariant()).toBeNull();
  soleUntilMs = Number.POSITIVE_INFINITY;
  b.packager.covered(6, b.clock.monoMs());
  expect(b.events.some(({ type }) => type === "ready")).toBe(true);
});

test("keyframes that are rare or missing are reported once, with what to change, and the source plays", async () => {
  const cases: [Parameters<typeof publish>[0], string][] = [
    [{ seconds: 14, keyframes: "expr:eq(t,0)" }, "long_keyframe_interval"],
    [{ seconds: 14, keyframes: "expr:gte(t,n_forced*6)" }, "long_keyframe_interval"],
  ];
  for (const [source, code] of cases) {
    const b = bench();
    const attempt = begin(b.packager);
    await feed(attempt, await pull(await publish(source), alone), { onStep: () => b.clock.advance(20) });
    await b.clock.settle(11_000, 100);
    const told = b.events.flatMap((event) => ("problem" in event ? [event] : []));
    expect(told).toMatchObject([{ type: "warned", session: "s1", problem: { code } }]);
    expect(told[0]!.problem.detail).toContain("Keyframe Interval");
    expect(b.packager.serving.multivariant()).not.toBeNull();
  }
});

test("a source without sound is fine", async () => {
  const b = bench();
  const watcher = new Watcher();
  const attempt = begin(b.packager);
  const silent = await pull(await publish({ seconds: 7, audio: false }), alone);
  await feed(attempt, silent, { onStep: () => watcher.look(b.packager, ["source"]) });
  expect(b.packager.serving.multivariant()).toContain('CODECS="avc1.4d400d"');
  expect(watcher.looked).toBeGreaterThan(5);
});

test("rates of 24, 25, 50 and 60 pictures, short and uneven GOPs all pass the strict parser", async () => {
  const sources: Parameters<typeof publish>[0][] = [
    { seconds: 9, fps: 24 },
    { seconds: 9, fps: 25 },
    { seconds: 9, fps: 50 },
    { seconds: 9, fps: 60, bframes: 0 },
    { seconds: 9, fps: 10 },
    { seconds: 9, fps: 25, keyframes: "expr:gte(t,n_forced*0.5)" },
    { seconds: 9, fps: 25, keyframes: "expr:gte(t,n_forced*1.5)" },
    { seconds: 15, fps: 30, keyframes: "expr:gte(t,n_forced*3.2)" },
    { seconds: 20, fps: 30, keyframes: "expr:gte(t,if(lt(n_forced,3),n_forced*2,6+(n_forced-3)*5.3))" },
    { seconds: 16, fps: 30, keyframes: "expr:gte(t,n_forced*2+sin(n_forced*7)*0.7)" },
    { seconds: 16, stall: { from: 6.5, to: 6.9, audioToo: true } },
    { seconds: 16, stall: { from: 6.5, to: 9.7, audioToo: false } },
    { seconds: 16, stall: { from: 6.5, to: 11.2, audioToo: true } },
    { seconds: 16, stall: { from: 6.5, to: 11.2, audioToo: true }, audio: false },
  ];
  for (const source of sources) {
    const b = bench();
    const watcher = new Watcher();
    const attempt = begin(b.packager);
    const recording = await pull(await publish(source), alone);
    await feed(attempt, recording, { onStep: () => watcher.look(b.packager, ["source"]) });
    attempt.close();
    await watcher.look(b.packager, ["source"]);
    expect(watcher.looked).toBeGreaterThan(8);
  }
});

test("stop frees everything and answers all waiting requests", async () => {
  const b = bench();
  const attempt = begin(b.packager);
  await feed(attempt, whole, { to: at(5) });
  const waiting = b.packager.serving.playlist("source", { msn: 2, part: 3 });
  const part = b.packager.serving.part("source", { epoch: 5, take: 1, n: attempt ? 10 : 0 });
  b.packager.stop();
  expect(await waiting).toBeNull();
  expect(await part).toBeNull();
  expect(b.packager.bytes).toBe(0);
  expect(b.clock.waiting).toBe(0);
  attempt.sink("source").push(new Uint8Array(10));
  expect(new ManualClock().waiting).toBe(0);
});

test("garbage from FFmpeg fails the attempt and nothing else", async () => {
  const b = bench();
  const attempt = begin(b.packager);
  attempt.sink("source").push(new TextEncoder().encode("this is not what it should be"));
  expect(await attempt.failed).toEqual({ error: expect.stringContaining("not a fragmented MP4"), problem: null });
  await feed(begin(b.packager), whole, { to: at(5) });
  expect(await b.text("source")).toContain("s0.m4s");
});

test("a bug that a source triggers fails its attempt, and nothing is thrown at the socket", async () => {
  const { clock } = bench();
  const packager = new Packager({
    ...{ broadcastId: "b1", epoch: 5, renditions: ["source"], clock, resume: null, startNumber: 0 },
    onEvent: () => {
      throw new Error("nobody thought of this");
    },
  });
  const attempt = begin(packager);
  await feed(attempt, whole, { to: at(3) });
  expect((await attempt.failed).error).toContain("nobody thought of this");
  packager.stop();
});
