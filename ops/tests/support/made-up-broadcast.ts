// A made-up broadcast with real media, for pages over a made-up channel: its live edge, and its recording from the first picture on. The
// brightness of each picture says when it was live.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { dyingWithUs } from "#ops/up/processes.ts";
import { NIGHT_DIVE, onAir } from "./made-up-channel.ts";

const SEGMENT_MS = 2_000;
const LENGTH_SECONDS = 200;
/** When it is opened, so much of it is over. */
const OVER_MS = 100_000;
/** The list of live media ends so far ahead, since without parts a player needs some. */
const AHEAD_MS = 4_000;
const LISTED = 8;
/** Segments that the recording lacks. */
const GAP = { from: 12, to: 15 };
/** Of the first second. */
const DARKEST = 20;

export interface MadeUpBroadcast {
  channel: typeof NIGHT_DIVE;
  /** For the made-up channel's `answer`. */
  answer(request: Request): Response | null;
  /** Paths that were asked for. */
  asked: string[];
  /** The recording's media do not come. */
  isStoreAway: boolean;
  /** Seconds of the broadcast, now. */
  nowSeconds(): number;
  end(): void;
  stop(): Promise<void>;
}

export async function madeUpBroadcast(): Promise<MadeUpBroadcast> {
  const folder = await mkdtemp(join(tmpdir(), "broadcast-"));
  await makeMedia(folder);
  const media = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const name of ["init.mp4", ...Array.from({ length: LENGTH_SECONDS / 2 }, (_, n) => `s${n}.m4s`)])
    media.set(name, Uint8Array.from(await readFile(join(folder, name))));
  const startMs = Date.now() - OVER_MS;
  const { live } = onAir();
  const id = live!.broadcastId;
  let endedMs: number | null = null;
  /** Segments that are over `laterMs` from now. */
  const countAt = (laterMs: number) => Math.floor(((endedMs ?? Date.now()) + laterMs - startMs) / SEGMENT_MS);

  function playlist(numbers: number[], head: string[], foot: string[]): Response {
    const segments = numbers.flatMap((n) => [
      `#EXT-X-PROGRAM-DATE-TIME:${new Date(startMs + n * SEGMENT_MS).toISOString()}`,
      ...(head.includes("#EXT-X-PLAYLIST-TYPE:EVENT") && n >= GAP.from && n < GAP.to ? ["#EXT-X-GAP"] : []),
      ...["#EXTINF:2.00000,", `s${n}.m4s`],
    ]);
    const lines = ["#EXTM3U", "#EXT-X-VERSION:8", "#EXT-X-TARGETDURATION:2", ...head];
    return answerText(
      [...lines, `#EXT-X-MEDIA-SEQUENCE:${numbers[0]}`, '#EXT-X-MAP:URI="init.mp4"', ...segments, ...foot].join("\n"),
    );
  }
  const end = () => (endedMs === null ? [] : ["#EXT-X-ENDLIST"]);
  const numbersTo = (count: number) => Array.from({ length: count }, (_, n) => n);

  const made: MadeUpBroadcast = {
    channel: {
      ...NIGHT_DIVE,
      live: { ...live!, startedAt: new Date(startMs).toISOString(), dvrUrl: "/live/tidewalker/index.m3u8?dvr=1" },
    },
    asked: [],
    isStoreAway: false,
    nowSeconds: () => (Date.now() - startMs) / 1_000,
    end() {
      endedMs = startMs + countAt(0) * SEGMENT_MS;
    },
    answer(request) {
      const { pathname, searchParams } = new URL(request.url);
      const [, where, name] = /^\/(live\/tidewalker|videos\/[^/]+)\/([^/]+)$/.exec(pathname) ?? [];
      if (pathname === `/api/v1/videos/${id}`) return Response.json({ chapters: CHAPTERS });
      if (where === undefined || name === undefined || name === "live.ws") return null;
      made.asked.push(pathname);
      const isRecording = where !== "live/tidewalker";
      if (name === "index.m3u8" && searchParams.get("dvr") === "1")
        return endedMs === null
          ? new Response(null, { status: 302, headers: { location: `/videos/${id}/index.m3u8` } })
          : new Response(null, { status: 404 });
      if (name === "index.m3u8")
        return answerText(`#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=90000,CODECS="avc1.42c00a"\nsource.m3u8\n`);
      if (name === "source.m3u8")
        return isRecording
          ? playlist(numbersTo(countAt(-1_000)), ["#EXT-X-PLAYLIST-TYPE:EVENT"], end())
          : playlist(numbersTo(countAt(AHEAD_MS)).slice(-LISTED), [], end());
      if (isRecording && made.isStoreAway && name.endsWith(".m4s")) return new Response(null, { status: 503 });
      return new Response(media.get(name) ?? null, { status: media.has(name) ? 200 : 404 });
    },
    stop: () => rm(folder, { recursive: true, force: true }),
  };
  return made;
}

const CHAPTERS = [
  { startMs: 0, title: "Down", category: null },
  { startMs: 60_000, title: "The reef", category: null },
];

const answerText = (text: string) =>
  new Response(`${text}\n`, {
    headers: { "content-type": "application/vnd.apple.mpegurl", "cache-control": "no-store" },
  });

/** One grey a second, brighter by one each. */
async function makeMedia(folder: string) {
  const source = `color=black:size=64x36:rate=10:duration=${LENGTH_SECONDS}`;
  const words = [
    ...["-v", "error", "-f", "lavfi", "-i", source, "-vf", `geq=lum='${DARKEST}+floor(T)':cb=128:cr=128`],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "baseline", "-pix_fmt", "yuv420p", "-g", "20"],
    ...["-sc_threshold", "0", "-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"],
    ...["-hls_segment_filename", join(folder, "s%d.m4s"), join(folder, "index.m3u8")],
  ];
  const child = Bun.spawn(dyingWithUs(["ffmpeg", "-nostdin", ...words]), { stdin: "ignore", stderr: "pipe" });
  if ((await child.exited) !== 0) throw new Error(`no media: ${await new Response(child.stderr).text()}`);
}

/** Second of the broadcast whose picture the page shows; null: it shows none. */
export const shownSecond = (page: Page): Promise<number | null> =>
  page.evaluate((darkest) => {
    const video = document.querySelector("video");
    if (!video || video.readyState < 2 || video.videoWidth === 0) return null;
    const context = new OffscreenCanvas(1, 1).getContext("2d")!;
    context.drawImage(video, 0, 0, 1, 1);
    // Limited range (ITU-R BT.709): 16 is black, 235 is white.
    return Math.round((context.getImageData(0, 0, 1, 1).data[1]! * 219) / 255 + 16) - darkest;
  }, DARKEST);
