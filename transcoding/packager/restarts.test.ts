import { beforeAll, expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import { patient } from "#schema/testing-slowness.ts";
import { ladder } from "../testing-ffmpeg.ts";
import type { Packager } from "./packager.ts";
import { type Bench, bench, feed, publish, pull, type Recording } from "./testing.ts";
import { Watcher } from "./testing-playlist-watcher.ts";

const both = ladder("480p");
const names = both.map(({ name }) => name);
const START_MS = Date.UTC(2026, 10, 22);
/** Set SEEDS=… in the environment for more. */
const SEEDS = Number(process.env.SEEDS ?? 10);

/** The session of one encoder, pulled from each of these seconds on; then those of another encoder. */
const PULLED_FROM = [0, 4.5, 8.5, 12.5, 18.5];
let sources: Recording[][];

beforeAll(async () => {
  const flvs = [await publish({ seconds: 24 }), await publish({ seconds: 24, size: "256x144", fps: 25 })];
  sources = await Promise.all(
    flvs.map((flv) => Promise.all(PULLED_FROM.map((fromSeconds) => pull(flv, both, { fromSeconds })))),
  );
});

/** One broadcast with random faults: FFmpeg dies, owners die, encoders reconnect with the same or other settings. */
async function live(seed: number): Promise<{ watcher: Watcher; takeovers: number; packager: Packager }> {
  const random = new SeededRandom(seed);
  const clock = new ManualClock(START_MS);
  const watcher = new Watcher();
  const below = (n: number) => Math.floor(random.next() * n);
  let epoch = 1;
  let takes = 0;
  let session = 0;
  let source = below(sources.length);
  let baseMs = clock.wallMs();
  let pulled = 0;
  let saved: { media: ReturnType<Bench["saved"]>; atMs: number } = { media: null, atMs: clock.wallMs() };
  let takeovers = 0;
  let now: Bench = owner();

  function owner(): Bench {
    const { media, atMs } = saved;
    const startNumber = media ? media.headNumber + 2 + Math.ceil((clock.wallMs() - atMs) / 1000) : 0;
    // Some saves are lost: the packager hears only of those that succeeded.
    const options = { clock, epoch: epoch++, renditions: names, resume: media, startNumber, saves: false };
    const made: Bench = bench({ ...options, nextTake: () => ++takes });
    return made;
  }

  const onStep = async () => {
    clock.advance(15);
    if (random.next() < 0.8) {
      const media = now.saved();
      const headNumber = now.packager.headNumber;
      if (media && headNumber >= 0) {
        saved = { media: { ...media, headNumber }, atMs: clock.wallMs() };
        now.packager.covered(headNumber, clock.monoMs());
      }
    }
    await watcher.look(now.packager, names);
  };

  for (let turn = 0; turn < 7; turn++) {
    const attempt = now.packager.begin({ session: `s${session}`, attempt: turn, baseMs });
    const share = 0.2 + random.next() * 0.6;
    await feed(attempt, sources[source]![pulled]!, { to: share, onStep });
    const fate = random.next();
    if (fate < 0.4) {
      attempt.close(); // FFmpeg died; the next pull begins at or near the current time of the session.
      pulled = Math.min(PULLED_FROM.length - 1, pulled + below(3));
    } else if (fate < 0.7) {
      now.packager.stop(); // The owner died.
      takeovers++;
      clock.advance(500 + below(6_000));
      now = owner();
      await watcher.look(now.packager, names);
      pulled = Math.min(PULLED_FROM.length - 1, pulled + 1 + below(2));
    } else {
      attempt.close(); // The encoder reconnected.
      clock.advance(200 + below(20_000));
      session++;
      if (random.next() < 0.5) source = below(sources.length);
      baseMs = clock.wallMs();
      pulled = 0;
    }
    await watcher.look(now.packager, names);
  }
  now.packager.end();
  await watcher.look(now.packager, names);
  return { watcher, takeovers, packager: now.packager };
}

test(
  "over any restarts numbers never go back or change their meaning, and every playlist is valid",
  async () => {
    let looked = 0;
    let takeovers = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const lived = await live(seed).catch((error) => {
        throw new Error(`seed ${seed}: ${error.message}`);
      });
      looked += lived.watcher.looked;
      takeovers += lived.takeovers;
      lived.packager.stop();
    }
    expect(looked).toBeGreaterThan(SEEDS * 50);
    expect(takeovers).toBeGreaterThan(SEEDS);
  },
  patient(180_000),
);

test("the playlist watcher of these tests detects faults", async () => {
  const clock = new ManualClock(START_MS);
  const b = bench({ clock, renditions: names });
  await feed(b.packager.begin({ session: "s", attempt: 1, baseMs: START_MS }), sources[0]![0]!, { to: 0.5 });
  const text = await b.text("source");
  const faults: [string, (text: string) => string][] = [
    ["PART-TARGET is the maximum", (t) => t.replace("DURATION=0.20000", "DURATION=0.90000")],
    ["85%", (t) => t.replace("DURATION=0.20000", "DURATION=0.10000")],
    ["PRELOAD-HINT", (t) => t.replace(/#EXT-X-PRELOAD-HINT.*\n/, "")],
    ["media sequence went back", (t) => t.replace(/MEDIA-SEQUENCE:(\d+)/, (_, n) => `MEDIA-SEQUENCE:${n - 1}`)],
    ["EXTINF duration", (t) => t.replaceAll("#EXTINF:2.00000", "#EXTINF:2.60000")],
    ["was ", (t) => t.replaceAll("/s4.m4s", "/s4b.m4s")],
    ["became", (t) => t.replace("#EXT-X-TARGETDURATION", "#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-TARGETDURATION")],
  ];
  for (const [complaint, spoil] of faults) {
    const watcher = new Watcher();
    const answering = (said: string) =>
      ({
        serving: { playlist: async () => ({ type: "playlist", text: said, headNumber: 9, firstHeldNumber: 0 }) },
      }) as never;
    const packager = answering(text);
    await watcher.look(packager, ["source"]);
    const spoilt = spoil(text);
    expect(spoilt).not.toBe(text);
    expect(watcher.look(answering(spoilt), ["source"])).rejects.toThrow(complaint);
  }
});
