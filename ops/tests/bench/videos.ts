// What was live, watched later: how soon a video and a clip play, and what a storyboard costs.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Account, call, getChannel, makeStreamKey, register } from "#ops/tests/support/api.ts";
import { openBrowser, type TestBrowser } from "#ops/tests/support/browser.ts";
import { firstPictureMs, watchGlass } from "#ops/tests/support/glass/glass-page.ts";
import { startPublisher } from "#ops/tests/support/publisher.ts";
import { quantile } from "#ops/tests/support/quantiles.ts";
import { bootSystem, type TestSystem } from "#ops/tests/support/system.ts";
import { until } from "#ops/tests/support/until.ts";
import { AAC, ffmpeg } from "#ops/tests/support/uploads/ingredients.ts";
import { systemClock } from "#runtime/base/clock.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import { systemProcesses } from "#runtime/process/process-bun.ts";
import { MEDIA_OBJECT, videoKey } from "#schema/wire/video-keys.ts";
import { cut } from "#transcoding/uploads/cut.ts";
import type { DrawnSegment } from "#transcoding/video-pictures/choice.ts";
import { Keyframes } from "#transcoding/video-pictures/keyframes.ts";
import { drawStoryboard } from "#transcoding/video-pictures/storyboard.ts";
import type { BenchResult } from "./result.ts";

const RECORDED_MS = 30_000;
const LOADS = 10;
const CLIPS = 10;
const WITHIN_MS = 30_000;
/** What the hour is made of, again and again. */
const FILM_SECONDS = 60;
const HOUR_SECONDS = 3_600;

export async function benchVideos(): Promise<BenchResult[]> {
  const system = await bootSystem({ env: { LADDER: "none" } });
  const browser = await openBrowser();
  try {
    await watchGlass(browser.context);
    const streamer = await register(system.url);
    const { streamKey } = await makeStreamKey(system.url, streamer);
    const publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
    const live = await until("a live channel", async () => (await getChannel(system.url, streamer.login)).live, {
      withinMs: WITHIN_MS,
    });
    await Bun.sleep(RECORDED_MS);
    const clips = await clipTimes(system, streamer);
    await publisher.stop();
    await call(`${system.url}/api/v1/channels/${streamer.login}/broadcast/stop`, {
      ...{ method: "POST", token: streamer.accessToken },
    });
    const videoUrl = `${system.url}/api/v1/videos/${live!.broadcastId}`;
    await until("a finished video", async () => (await call<{ status: string }>(videoUrl)).status === "ready", {
      withinMs: WITHIN_MS,
    });
    const video = await pageTimes(browser, `${system.url}/videos/${live!.broadcastId}`);
    const clip = await pageTimes(browser, `${system.url}/clips/${clips.newestId}`);
    return [
      {
        title: "First play of what was live",
        target: "first picture ≤ 800 ms after the page is loaded; a clip is ready ≤ 1 s after it is asked for",
        method: `a recording of ${RECORDED_MS / 1_000} s at 720p; ${LOADS} fresh pages of headless Chromium each, from the end of the page's load event to the first frame shown, and from the navigation; ${CLIPS} clips of 10 s from the running broadcast, from the request to a playlist that answers with media; all on one machine`,
        header: ["what", "p50 ms", "worst ms", "from the navigation, p50 / worst ms"],
        rows: [
          ["video page", ...shown(video.afterLoadMs), both(video.fromNavigationMs)],
          ["clip page", ...shown(clip.afterLoadMs), both(clip.fromNavigationMs)],
          ["clip asked for → playable", ...shown(clips.tookMs), "–"],
        ],
      },
      await storyboardOfAnHour(),
    ];
  } finally {
    await browser.close();
    await system.stop();
  }
}

const whole = (ms: number) => String(Math.round(ms));
const shown = (times: number[]) => [whole(quantile(times, 0.5)), whole(Math.max(...times))];
const both = (times: number[]) => shown(times).join(" / ");

async function clipTimes(system: TestSystem, { login, accessToken: token }: Account) {
  const tookMs: number[] = [];
  let newestId = "";
  for (let n = 0; n < CLIPS; n++) {
    const startMs = performance.now();
    const made = await call<{ id: string; hlsUrl: string }>(`${system.url}/api/v1/channels/${login}/clips`, {
      ...{ token, body: { durationMs: 10_000, title: `clip ${n}` } },
    });
    newestId = made.id;
    await until("the clip's playlist", () => hasMedia(new URL(made.hlsUrl, system.url).href), {
      ...{ withinMs: WITHIN_MS, everyMs: 10 },
    });
    tookMs.push(performance.now() - startMs);
    await Bun.sleep(1_000);
  }
  return { tookMs, newestId };
}

/** Follows a multivariant playlist to its first rendition. */
async function hasMedia(url: string): Promise<boolean> {
  const answer = await fetch(url);
  const text = await answer.text();
  if (!answer.ok || text.includes("#EXTINF")) return answer.ok;
  const rendition = text.split("\n").find((line) => line !== "" && !line.startsWith("#"));
  return rendition !== undefined && hasMedia(new URL(rendition, url).href);
}

async function pageTimes(browser: TestBrowser, url: string) {
  const fromNavigationMs: number[] = [];
  const afterLoadMs: number[] = [];
  for (let n = 0; n < LOADS; n++) {
    const page = await browser.open(url);
    const firstMs = (await firstPictureMs(page, { withinMs: WITHIN_MS })) ?? Number.POSITIVE_INFINITY;
    const loadedMs = await page.evaluate(
      () => (performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming).loadEventEnd,
    );
    fromNavigationMs.push(firstMs);
    afterLoadMs.push(Math.max(0, firstMs - loadedMs));
    await page.close();
  }
  return { fromNavigationMs, afterLoadMs };
}

async function storyboardOfAnHour(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), "storyboard-"));
  try {
    const { objects, segments, videoId } = await hourOfFilm(folder);
    const startMs = performance.now();
    const made = await drawStoryboard(segments, {
      ...{ processes: systemProcesses, clock: systemClock, ffmpegPath: "ffmpeg" },
      signal: new AbortController().signal,
      keyframes: new Keyframes({ objects, videoId }),
    });
    const tookMs = performance.now() - startMs;
    return {
      title: "Storyboard of an hour",
      target: "≤ 60 s of one core",
      method: `720p, segments of 2 s with a keyframe each, ${FILM_SECONDS} s of a test picture again and again, objects in memory; one FFmpeg with one thread at a time, so elapsed time is one core's at most`,
      header: ["pictures", "sheets", "s"],
      rows: [[String(made?.storyboard.count), String(made?.sheets.length), (tookMs / 1_000).toFixed(1)]],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function hourOfFilm(folder: string) {
  const name = "film.mp4";
  await ffmpeg(
    { folder },
    ...["-f", "lavfi", "-i", `testsrc2=s=1280x720:r=30:d=${FILM_SECONDS}`],
    ...["-f", "lavfi", "-i", `sine=440:d=${FILM_SECONDS}`, ...AAC],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "60", "-keyint_min", "60"],
    ...["-movflags", "+empty_moov+default_base_moof+frag_keyframe", "-use_editlist", "0", "-f", "mp4", name],
  );
  const objects = new MemoryObjects(systemClock);
  const videoId = Bun.randomUUIDv7();
  const film: { bytes: Uint8Array; durationMs: number }[] = [];
  let initHash = "";
  await cut(Bun.file(join(folder, name)).stream() as unknown as AsyncIterable<Uint8Array>, {
    async init(init) {
      initHash = init.hash;
      await objects.put(videoKey.init(videoId, "source", init.hash), init.bytes, MEDIA_OBJECT);
    },
    async segment({ bytes, durationMs }) {
      film.push({ bytes, durationMs });
    },
  });
  const segments: DrawnSegment[] = [];
  for (let positionMs = 0; positionMs < HOUR_SECONDS * 1_000; positionMs += segments.at(-1)!.durationMs) {
    const number = segments.length;
    const { bytes, durationMs } = film[number % film.length]!;
    const place = { rendition: "source", number, epoch: 1 };
    await objects.put(videoKey.segment(videoId, "source", place), bytes, MEDIA_OBJECT);
    segments.push({ ...place, positionMs, durationMs, initHash, keyed: true });
  }
  return { objects, segments, videoId };
}
