// From an empty system to live playback: publish, list, play, and refuse wrong keys.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Events } from "hls.js";
import { patient } from "#schema/testing-slowness.ts";
import { splitJpegs } from "#transcoding/pictures/jpeg.ts";
import { type Account, getChannel, makeStreamKey, register } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { descendantsOf } from "../support/descendants.ts";
import { followPlaylists } from "../support/playlists.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { startViewing } from "../support/viewer.ts";

const PLAY_MS = 30_000;
const GOP_MS = 2_000;
/** What the early picture and the first answers of hls.js append. */
const TAKEN_OVER_PARTS = 12;

interface Noted {
  /** How often a video element was given another source. */
  emptied: number;
  /** Decode times of what was appended, in the order of the appends. */
  appended: string[];
  /** When a picture came: whether the page had been drawn, and the place of the player around the video. */
  pictures: { isDrawn: boolean; box: string }[];
}
declare global {
  interface Window {
    __noted?: Noted;
  }
}

/** Runs in the page. */
function noteFirstPicture() {
  const noted: Noted = { emptied: 0, appended: [], pictures: [] };
  window.__noted = noted;
  document.addEventListener(
    "playing",
    ({ target }) => {
      const box = (target as HTMLElement).closest(".player")?.getBoundingClientRect();
      noted.pictures.push({ isDrawn: document.querySelector("main") !== null, box: JSON.stringify(box) });
    },
    true,
  );
  document.addEventListener("emptied", () => noted.emptied++, true);
  const append = SourceBuffer.prototype.appendBuffer;
  SourceBuffer.prototype.appendBuffer = function (data) {
    const bytes = new Uint8Array(ArrayBuffer.isView(data) ? data.buffer : data);
    // mfhd's number and tfdt's time stand within the first bytes.
    noted.appended.push(bytes.subarray(0, 200).join());
    append.call(this, data);
  };
}

let system: TestSystem;
let browser: TestBrowser;
let streamer: Account;
let streamKey: string;
let publisher: Publisher;
const running: Publisher[] = [];

beforeAll(async () => {
  system = await bootSystem();
  browser = await openBrowser();
  streamer = await register(system.url);
  ({ streamKey } = await makeStreamKey(system.url, streamer));
});

afterAll(async () => {
  for (const each of running) await each.kill();
  await browser?.close();
  await system?.stop();
});

const playlistUrl = () => `${system.url}/live/${streamer.login}/index.m3u8`;
const textOf = async (rendition: string) =>
  (await fetch(`${system.url}/live/${streamer.login}/${rendition}.m3u8`)).text();

test("an offline channel answers null and 404 offline, and its page waits", async () => {
  expect((await getChannel(system.url, streamer.login)).live).toBeNull();
  const playlist = await fetch(playlistUrl());
  expect(playlist.status).toBe(404);
  expect(playlist.headers.get("content-type")).toContain("application/problem+json");
  expect(await playlist.json()).toMatchObject({ code: "offline" });
});

test("a stream is playable within one GOP and a second after the hook, and on the home page within 5 s", async () => {
  publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
  running.push(publisher);
  await until("a playable playlist", async () => (await fetch(playlistUrl())).ok, { withinMs: 15_000, everyMs: 20 });
  const playableMs = Date.now();
  const hookMs = Date.parse(logTime(system.logs("edge-1"), "publisher accepted"));
  console.log(`publish → playable: ${playableMs - hookMs} ms after the hook's answer`);
  expect(playableMs - hookMs).toBeLessThan(GOP_MS + 1_000 + patient(1_000)); // One second for a busy machine.

  const home = await browser.open(system.url);
  await home.getByText(streamer.login).first().waitFor({ timeout: 5_000 });
  expect(await getChannel(system.url, streamer.login)).toMatchObject({
    live: { phase: "live", hlsUrl: `/live/${streamer.login}/index.m3u8` },
  });
  await home.close();
});

test("the channel has a thumbnail within 15 s, which the home page and link previews show", async () => {
  const picture = (name: string) => fetch(`${system.url}/live/${streamer.login}/${name}`);
  await until("a thumbnail", async () => (await picture("thumbnail.jpg")).ok, { withinMs: 15_000 });
  for (const [name, width, height] of [
    ["thumbnail.jpg", 320, 180],
    ["thumbnail-1280.jpg", 1280, 720],
  ] as const) {
    const answer = await picture(name);
    expect([answer.headers.get("content-type"), answer.headers.get("cache-control")]).toEqual([
      "image/jpeg",
      "public, max-age=5",
    ]);
    expect(splitJpegs(await answer.bytes())).toEqual([expect.objectContaining({ width, height })]);
  }
  const home = await browser.open(system.url);
  const shown = home.locator(`a.card-picture[href="/${streamer.login}"] img`);
  await shown.waitFor({ timeout: patient(5_000) });
  await until("the picture", () => shown.evaluate((image) => (image as HTMLImageElement).naturalWidth === 1280));
  // It moves, without sound, once the pointer has rested on it.
  await shown.hover();
  await home.locator(".preview-video.moving").waitFor({ timeout: patient(10_000) });
  await home.close();
  // The page does not wait for a database that is slow.
  const tag = `<meta property="og:image" content="${system.url}/live/${streamer.login}/thumbnail-1280.jpg">`;
  await until("the link's picture", async () =>
    (await (await fetch(`${system.url}/${streamer.login}`)).text()).includes(tag),
  );
});

/** The first bytes of a fragment: a size, then `moof`. */
const MOOF = /^(?:\d+,){4}109,111,111,102,/;

test("the first picture plays before the page is drawn, where the player will be, and hls.js goes on with it", async () => {
  const page = await browser.context.newPage();
  await page.addInitScript(noteFirstPicture);
  const hasPicture = () => page.evaluate(() => window.__noted!.pictures.length > 0);
  await page.route("**/assets/start-*.js", async (route) => {
    await until("a picture", hasPicture, { withinMs: patient(10_000) }).finally(() => route.continue());
  });
  await page.goto(`${system.url}/${streamer.login}?latency=normal`);
  await page.locator("main .player video").waitFor({ timeout: patient(10_000) });
  // It plays already, although no event told the player so.
  expect(
    await page
      .locator("main .player")
      .getByRole("button", { name: /^(Play|Pause)\b/ })
      .allInnerTexts(),
  ).toHaveLength(1);
  expect(
    await page
      .locator("main .player")
      .getByRole("button", { name: /^Play\b/ })
      .count(),
  ).toBe(0);
  await until("media from hls.js", () => page.evaluate(() => window.__noted!.appended.length > 40), {
    withinMs: patient(20_000),
  });
  const { emptied, appended, pictures } = await page.evaluate(() => window.__noted!);
  const box = await page.locator("main .player").evaluate((player) => JSON.stringify(player.getBoundingClientRect()));
  expect(pictures[0]).toEqual({ isDrawn: false, box }); // At the same place: nothing shifts.
  expect(emptied).toBe(0);
  // No part twice where hls.js takes over. Later one may be, and an init segment too, where hls.js changes the quality and comes back.
  const parts = appended.filter((head) => MOOF.test(head)).slice(0, TAKEN_OVER_PARTS);
  expect(parts).toEqual([...new Set(parts)]);
  expect(await page.locator("#early").count()).toBe(0);
  await page.close();
});

test("the watch page plays for half a minute close to live without a stall, and every playlist is valid", async () => {
  const page = await browser.open(`${system.url}/${streamer.login}`);
  const viewer = await startViewing(page);
  const followed = followPlaylists(playlistUrl(), PLAY_MS);
  await Bun.sleep(3_000); // The player settles.
  const sinceMs = await viewer.now();
  const report = await followed;
  const [frames, still, latency] = [
    await viewer.frames(sinceMs),
    await viewer.longestStillMs(sinceMs),
    await viewer.latencySeconds(sinceMs),
  ];
  console.log(
    `frames ${frames}, longest still ${Math.round(still)} ms, latency p50 ${latency.toFixed(2)} s, playlists ${report.count}`,
  );
  expect(report.faults).toEqual([]);
  expect(report.count).toBeGreaterThan(50);
  expect(frames).toBeGreaterThan(300);
  expect(still).toBeLessThan(patient(2_500)); // A stall of the player lasts longer; a busy machine drops frames.
  expect(latency * 1_000).toBeLessThanOrEqual(patient(2_500));
  await page.close();
});

test("hls.js knows which parts it has, also when old media is removed while a part is on its way", async () => {
  const page = await browser.open(`${system.url}/${streamer.login}?latency=normal`);
  await startViewing(page);
  await until("hls.js", () => page.evaluate(() => window.__player?.hls != null), { withinMs: patient(10_000) });
  await page.evaluate(() => {
    const { hls, video } = window.__player!;
    const noted = { removed: 0, forgotten: [] as string[] };
    Object.assign(window, { __parts: noted });
    let removing = 0;
    const remove = () => {
      const endOffset = video.currentTime - 2;
      if (endOffset > 0)
        hls!.trigger("hlsBufferFlushing" as Events.BUFFER_FLUSHING, { startOffset: 0, endOffset, type: null });
    };
    // hls.js removes once per segment, at any time: here so that the fifth part arrives while a removal goes on.
    hls!.on("hlsFragLoading" as Events.FRAG_LOADING, (_, { part }) => {
      if (part?.index === 4) removing = window.setInterval(remove, 2);
    });
    hls!.on("hlsFragLoaded" as Events.FRAG_LOADED, () => clearInterval(removing));
    hls!.on("hlsBufferFlushed" as Events.BUFFER_FLUSHED, () => noted.removed++);
    hls!.on("hlsFragBuffered" as Events.FRAG_BUFFERED, (_, { part, frag }) => {
      const parts = hls!.levels[frag.level]?.details?.partList ?? [];
      for (const { fragment, index, loaded } of parts)
        if (part && fragment.sn === frag.sn && index < part.index && !loaded)
          noted.forgotten.push(`${frag.sn}.${index}`);
    });
  });
  await Bun.sleep(15_000);
  const { removed, forgotten } = await page.evaluate(
    () => (window as unknown as { __parts: { removed: number; forgotten: string[] } }).__parts,
  );
  expect(removed).toBeGreaterThan(0);
  expect(forgotten).toEqual([]);
  await page.close();
});

test("ffprobe reads two aligned renditions of H.264 and AAC", async () => {
  // A busy machine sheds the rung, and takes it up again after a calm minute.
  await until("parts of 480p", async () => (await textOf("480p")).includes("#EXT-X-PART:"), { withinMs: 100_000 });
  const words = "-v error -show_entries stream=codec_name,height -of json";
  const probe = Bun.spawn(["ffprobe", ...words.split(" "), playlistUrl()], { stdout: "pipe", stderr: "pipe" });
  const { streams } = (await new Response(probe.stdout).json()) as {
    streams: { codec_name: string; height?: number }[];
  };
  expect(new Set(streams.map(({ codec_name }) => codec_name))).toEqual(new Set(["h264", "aac"]));
  expect(new Set(streams.flatMap(({ height }) => height ?? []))).toEqual(new Set([720, 480]));
});

test("a restart of the encoder within the grace period continues the broadcast, and an open page plays on by itself", async () => {
  const page = await browser.open(`${system.url}/${streamer.login}`);
  const viewer = await startViewing(page);
  const before = await getChannel(system.url, streamer.login);
  await publisher.stop();
  await until(
    "the channel to be lost",
    async () => (await getChannel(system.url, streamer.login)).live?.phase === "lost",
  );
  await Bun.sleep(2_000);
  const backMs = await viewer.now();
  publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
  running.push(publisher);
  await until("the picture to move again", async () => (await viewer.frames(backMs + 1_000)) > 60, {
    withinMs: 25_000,
  });
  const after = await getChannel(system.url, streamer.login);
  expect(after.live?.broadcastId).toBe(before.live?.broadcastId ?? "");
  expect(await viewer.sameDocument()).toBe(true);
  await page.close();
});

test("fifty wrong keys give fifty refusals, and no process, no row and no key in any log", async () => {
  const actor = system.pidOf("actor-1");
  const ffmpegs = () => descendantsOf(actor).length;
  const before = ffmpegs();
  const keys = Array.from({ length: 50 }, (_, n) => `live_wrong${n}${crypto.randomUUID().replaceAll("-", "")}`);
  const tookMs: number[] = [];
  for (let i = 0; i < keys.length; i += 5)
    await Promise.all(
      keys.slice(i, i + 5).map(async (key) => {
        const words = `-hide_banner -nostdin -loglevel error -f lavfi -i color=size=64x64:rate=10 -c:v libx264 -preset ultrafast -f flv`;
        const startMs = performance.now();
        const refused = Bun.spawn(["ffmpeg", ...words.split(" "), `${system.rtmpUrl}/${key}`], { stderr: "ignore" });
        expect(await refused.exited).not.toBe(0);
        tookMs.push(performance.now() - startMs);
      }),
    );
  const median = tookMs.sort((a, b) => a - b)[25] ?? Number.NaN;
  console.log(
    `an encoder with a wrong key is gone ${Math.round(median)} ms after it was started (median, five at once)`,
  );
  expect(median).toBeLessThan(patient(5_000)); // Most of it is FFmpeg's own start, five times on two cores.
  // The ladder of the stream on air may have been shed by a busy machine meanwhile, and a thumbnail takes a process for a moment.
  await until("no more processes than before", async () => ffmpegs() <= before);
  const logs = system.logs();
  for (const key of [...keys, streamKey]) expect(logs.includes(key)).toBe(false);
  expect(logs).toContain("publisher accepted");
  const metrics = await (await fetch(`${system.internalUrl("edge-1")}/metrics`)).text();
  const refused = (outcome: string) =>
    Number(new RegExp(`rtmp_hooks_total\\{call="publish",outcome="${outcome}"\\} (\\d+)`).exec(metrics)?.[1] ?? 0);
  // The number of keys looked up per minute and address is limited.
  expect(refused("bad_stream_key")).toBeGreaterThanOrEqual(30);
  expect(refused("rate_limited")).toBeGreaterThan(0);
  expect(refused("bad_stream_key") + refused("rate_limited")).toBe(50);
});

function logTime(log: string, message: string): string {
  const line = log.split("\n").find((each) => each.includes(`"msg":"${message}"`));
  if (!line) throw new Error(`"${message}" was never logged`);
  return (JSON.parse(line) as { time: string }).time;
}
