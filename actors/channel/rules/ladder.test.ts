// The ladder lives and dies by itself: whatever happens to it, the source goes on.

import { expect, test } from "bun:test";
import { offer } from "../children/offer.ts";
import { fakeChannel } from "../testing.ts";
import { Channel } from "./channel.ts";
import { health } from "./health.ts";
import { NO_LIMITS } from "./limits.ts";
import type { Message } from "./messages.ts";
import { isOnAir, pullOf, type Unplayable } from "./state.ts";
import { given, publish, published, ready, ref } from "./testing.ts";

const channel = new Channel({ children: [], graceMs: 90_000, limits: NO_LIMITS }, fakeChannel());
const pull = { publicName: "public-1", attempt: 1 };
const chosen = (rungs: string[], short = false, unplayable: Unplayable | null = null): Message => ({
  ...{ type: "ladderChosen", ...pull, rungs, short, unplayable },
});
const ended = (run: number): Message => ({ type: "ladderEnded", ...pull, run });
const keptUp = (run: number): Message => ({ type: "ladderKeptUp", ...pull, run });
/** After four runs that ended early, in the pause before the fifth. */
const failing = (held: typeof live) => held.after(...[1, 2, 3, 4].map(ended));
const warningsIn = ({ state }: typeof live) => (isOnAir(state) ? state.warnings.map(({ detail }) => detail) : []);
const live = given(published("1"), { type: "pullAttached" }, ready).after(chosen(["480p", "audio"]));

test("an FFmpeg that ends is started again after a growing pause, and leaves no mark on the source", () => {
  expect(pullOf(live.state)?.ladder).toMatchObject({ rungs: ["480p", "audio"], run: 1, pause: null });
  const pauses: unknown[] = [];
  let held = live;
  for (let run = 1; run <= 4; run++) {
    held = held.after(ended(run));
    pauses.push(pullOf(held.state)?.ladder?.pause?.untilMs);
    expect(held.state).toMatchObject({ phase: "live", attempt: 1, failures: 0, problem: null });
    expect(channel.runs(held.state, new Set()).timers?.ladder?.dueMs).toBe(pauses.at(-1) as number);
    held = held.after({ type: "ladderDue" });
    expect(pullOf(held.state)?.ladder).toMatchObject({ run: run + 1, pause: null });
  }
  expect(pauses).toEqual([9_500, 10_000, 11_000, 13_000]);
  expect(held.state).toMatchObject({ warnings: [{ code: "ladder_short" }] });
});

test("a late end of an old run is ignored", () => {
  expect(live.after(ended(1), { type: "ladderDue" }).when(ended(1))).toEqual({});
  expect(live.when({ type: "ladderEnded", ...pull, attempt: 2, run: 1 })).toEqual({});
});

test("other rungs are another run; too few are told, and taken back once there is room", () => {
  const short = live.after(chosen(["480p"], true));
  expect(pullOf(short.state)?.ladder).toMatchObject({ rungs: ["480p"], run: 2 });
  expect(short.state).toMatchObject({ warnings: [{ code: "ladder_short", detail: expect.stringContaining("480p") }] });
  const all = short.after(chosen(["480p", "audio"]));
  expect(isOnAir(all.state) && all.state.warnings).toEqual([]);
});

test("the ladder waits with the pull of a lost encoder, and goes on with it", () => {
  const gone = live.after({ type: "publishDone", session: ref("1") });
  expect(pullOf(gone.state)?.ladder).toMatchObject({ run: 1 });
  expect(pullOf(gone.after(publish("2")).state)?.ladder).toMatchObject({ rungs: ["480p", "audio"], run: 1 });
  expect(pullOf(gone.after(ended(1)).state)?.ladder).toMatchObject({ run: 2 });
});

test("a new attempt chooses its rungs anew", () => {
  const again = live.after({ type: "intakeEnded", ...pull, problem: null, pulled: true });
  expect(pullOf(again.state)).toMatchObject({ attempt: 2, ladder: null });
});

test("a ladder that keeps up again takes its warning back, and its next pause is short again", () => {
  const failed = failing(live);
  expect(warningsIn(failed)).toMatchObject([expect.stringContaining("cannot make the smaller qualities")]);
  const again = failed.after({ type: "ladderDue" });
  expect(again.when(keptUp(4))).toEqual({}); // Of a run before.
  const well = again.after(keptUp(5));
  expect(warningsIn(well)).toEqual([]);
  expect(pullOf(well.after(ended(5)).state)?.ladder?.pause).toEqual({ untilMs: 9_500 });
  expect(live.when(keptUp(1))).toEqual({});
  const short = live.after(chosen(["480p"], true), ...[2, 3, 4, 5].map(ended), keptUp(6));
  expect(warningsIn(short)).toMatchObject([expect.stringContaining("server is busy")]);
});

const FORMAT: Unplayable = { why: "format", chroma: 3, bitDepth: 8 };
const offered = ({ state }: typeof live) => offer.runs(state, new Set());

test("a source that browsers cannot play is not offered while the ladder makes a copy", () => {
  expect(offered(given(published("1")))).toEqual([]);
  expect(offered(live)).toEqual([{ broadcastId: "broadcast-1", sourceOffered: true }]);
  const odd = live.after(chosen(["720p", "480p"], false, FORMAT));
  expect(offered(odd)).toEqual([{ broadcastId: "broadcast-1", sourceOffered: false }]);
  expect(health(odd.state)).toMatchObject({ sourceOffered: false, rungs: ["720p", "480p"] });
  expect(warningsIn(odd)).toEqual([
    "Your picture is encoded as 4:4:4 with 8 bits, which browsers do not play, so viewers get a copy that we encode. In OBS set Color Format to NV12 under Settings, Advanced.",
  ]);
  const refreshing = odd.after(chosen(["720p"], false, { why: "intra refresh" }));
  expect(warningsIn(refreshing)).toEqual([expect.stringMatching(/no keyframes.*get a copy.*remove intra-refresh/)]);
  const fine = refreshing.after(chosen(["480p"]));
  expect([offered(fine)[0]?.sourceOffered, health(fine.state).sourceOffered, warningsIn(fine)]).toEqual([
    true,
    true,
    [],
  ]);
});

test("without a copy the source stays offered, and the streamer reads it", () => {
  const off = live.after(chosen([], false, FORMAT));
  expect(offered(off)[0]?.sourceOffered).toBe(true);
  expect(warningsIn(off)).toEqual([expect.stringMatching(/makes no copy now: most viewers see no picture/)]);
  const odd = live.after(chosen(["720p"], false, FORMAT));
  const broken = odd.after(...[2, 3, 4, 5].map(ended));
  expect(offered(broken)[0]?.sourceOffered).toBe(true);
  expect(warningsIn(broken)).toEqual(warningsIn(off));
  const again = broken.after({ type: "ladderDue" }, keptUp(6));
  expect(offered(again)[0]?.sourceOffered).toBe(false);
  expect(warningsIn(again)).toEqual(warningsIn(odd));
});

test("the offer stays as it was until the pull of an encoder that came back is known", () => {
  const odd = live.after(chosen(["720p"], false, FORMAT));
  const gone = odd.after({ type: "publishDone", session: ref("1") });
  expect(offered(gone)[0]?.sourceOffered).toBe(false);
  const elsewhere = given(published("1"), ready, { type: "encoderLost", atMs: 5_000, drop: true }).after(publish("2"));
  expect(offered(elsewhere)).toEqual([]);
});
