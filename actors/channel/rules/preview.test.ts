// Previews: what is published is seen by the channel owner alone until `start`.

import { expect, test } from "bun:test";
import type { ClockState } from "#transcoding/intake/clock-state.ts";
import { registrar } from "../children/registrar.ts";
import { health } from "./health.ts";
import type { Message } from "./messages.ts";
import { pullOf } from "./state.ts";
import { originOf, statusOf } from "./status.ts";
import { from, given, lost, publish, published, ready, ref } from "./testing.ts";

const shown = (clientId: string, attempt = 1): Message => ({
  ...{ type: "ready", publicName: `public-${clientId}`, attempt },
});
const start: Message = {
  type: "start",
  fresh: { publicName: "unused", pullToken: "unused", broadcastId: "broadcast-public" },
};

test("a channel that does not start by itself is previewed, and becomes live by `start`", () => {
  const begun = given().after(publish("1", { autoStart: false }));
  expect(statusOf(begun.state)).toEqual({ phase: "preview", broadcastId: null, startedAt: null, ended: false });
  const preview = begun.after(shown("1"));
  expect(statusOf(preview.state)).toMatchObject({ phase: "preview", broadcastId: "broadcast-1", startedAt: null });
  expect(originOf(preview.state, "http://node")).toBe("http://node");
  expect(registrar.runs(preview.state, new Set())).toEqual([]);
  const started = preview.after(start);
  expect(statusOf(started.state)).toMatchObject({ phase: "starting", broadcastId: null });
  const live = started.after(shown("1", 2));
  expect(live.state).toMatchObject({ phase: "live", broadcast: { id: "broadcast-public", liveAtMs: 9_000 } });
  expect(live.when(start)).toEqual({});
});

test("a broadcast has nothing of its preview: another pull, other media, and numbers above", () => {
  const opened: Message = { type: "numberOpened", broadcastId: "broadcast-1", number: 7 };
  const clock: Message = { type: "clockMoved", publicName: "public-1", clock: {} as ClockState };
  const preview = given().after(publish("1", { autoStart: false }), clock, shown("1"), opened);
  const { state } = preview.after(start);
  expect(pullOf(state)).toMatchObject({ session: { publicName: "public-1" }, attempt: 2, ladder: null });
  expect(pullOf(state)?.broadcast).toEqual({
    ...{ id: "broadcast-public", liveAtMs: null, media: null, startNumber: 8, clock: {} as ClockState },
  });
  // Late messages of the preview say nothing about the broadcast.
  for (const late of [opened, shown("1")]) expect(from(state).when(late)).toEqual({});
});

test("the pull of a start is no restart, also after a reconnect; one that fails later is", () => {
  const live = given().after(publish("1", { autoStart: false }), { type: "pulled", publicName: "public-1" });
  const started = live.after(shown("1"), start, shown("1", 2));
  expect(health(started.state).restarts).toBe(0);
  const back = started.after({ type: "publishDone", session: ref("1") }, publish("2"));
  expect(health(back.state).restarts).toBe(0);
  const ended: Message = {
    type: "intakeEnded",
    publicName: "public-1",
    attempt: 2,
    problem: null,
    pulled: true,
  };
  expect(health(back.after(ended).state).restarts).toBe(1);
});

test("a preview without a full segment yet is live once it has one", () => {
  const started = given().after(publish("1", { autoStart: false }), start);
  expect(started.state.phase).toBe("starting");
  expect(started.after(shown("1", 2)).state.phase).toBe("live");
});

test("nothing to start is refused", () => {
  expect(() => given().when(start)).toThrow("not_publishing");
  expect(() => given(published("1"), ready, lost).when(start)).toThrow("not_publishing");
});

test("a preview's encoder that goes leaves nothing; a newer encoder continues the preview", () => {
  const preview = given().after(publish("1", { autoStart: false }), shown("1"));
  expect(preview.after({ type: "publishDone", session: ref("1") }).state).toMatchObject({
    phase: "offline",
    over: null,
  });
  const newer = preview.after(publish("2"));
  expect(newer.state).toMatchObject({ phase: "preview", broadcast: { id: "broadcast-1" } });
  expect(statusOf(newer.state).broadcastId).toBeNull();
});

test("what comes back after a stop by the staff is no preview", () => {
  const suspended = given(published("1"), ready).after({ type: "stop", preview: false });
  expect(suspended.after(publish("2")).state.phase).toBe("starting");
});

test("what comes back within ten minutes of a stop is a preview, until `start`", () => {
  const stopped = given(published("1"), ready).after({ type: "stop" });
  const back = (nowMs: number) => (stopped.when(publish("2"), nowMs).events ?? []).map((event) => event);
  expect(back(9_000 + 599_000)).toMatchObject([{ type: "published", preview: true }]);
  expect(back(9_000 + 601_000)).toMatchObject([{ type: "published", preview: false }]);
  const preview = stopped.after(publish("2"));
  expect(preview.state.phase).toBe("preview");
  const again = preview.after(start, shown("2", 2));
  expect(again.state.phase).toBe("live");
  expect(again.state.previewUntilMs).toBeUndefined();
  expect(again.after({ type: "publishDone", session: ref("2") }, publish("3")).state.phase).toBe("starting");
});

test("an encoder that is lost and comes back to a broadcast that viewers saw is no preview", () => {
  const back = given(published("1"), ready, lost).after(publish("2", { autoStart: false }));
  expect(back.state.phase).toBe("starting");
  expect(pullOf(back.state)?.broadcast.id).toBe("broadcast-1");
});

test("the record of a broadcast has its viewers and why it ended", () => {
  const counted = (viewers: number): Message => ({
    type: "segmentClosed",
    broadcastId: "broadcast-1",
    media: { headNumber: 0, discontinuitySequence: 0, targetDurationMs: 2_000, partTargetMs: 200, window: [] },
    viewers,
  });
  const live = given(published("1"), ready).after(counted(2), counted(7), counted(3));
  expect(live.after({ type: "stop" }).state.unrecorded).toEqual([
    { id: "broadcast-1", liveAtMs: 1_000, endedAtMs: 9_000, endReason: "stopped", viewersPeak: 7, viewersAverage: 4 },
  ]);
  const gone = live.after({ type: "publishDone", session: ref("1") }, { type: "graceOver" });
  expect(gone.state).toMatchObject({ unrecorded: [{ endReason: "encoder_gone" }], lastEnd: { why: "encoder_gone" } });
});
