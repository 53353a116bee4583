// Previews: what is published is seen by the channel owner alone until `start`.

import { expect, test } from "bun:test";
import { registrar } from "../children/registrar.ts";
import type { Message } from "./messages.ts";
import { pullOf } from "./state.ts";
import { originOf, statusOf } from "./status.ts";
import { given, lost, publish, published, ready, ref } from "./testing.ts";

const shown = (clientId: string): Message => ({ type: "ready", publicName: `public-${clientId}`, attempt: 1 });

test("a channel that does not start by itself is previewed, and becomes live by `start`", () => {
  const begun = given().after(publish("1", { autoStart: false }));
  expect(statusOf(begun.state)).toEqual({ phase: "preview", broadcastId: null, startedAt: null, ended: false });
  const preview = begun.after(shown("1"));
  expect(statusOf(preview.state)).toMatchObject({ phase: "preview", broadcastId: "broadcast-1", startedAt: null });
  expect(originOf(preview.state, "http://node")).toBe("http://node");
  expect(registrar.runs(preview.state, new Set())).toEqual([]);
  const live = preview.after({ type: "start" });
  expect(live.state).toMatchObject({ phase: "live", broadcast: { id: "broadcast-1", liveAtMs: 9_000 } });
  expect(live.when({ type: "start" })).toEqual({});
});

test("a preview without a full segment yet is live once it has one", () => {
  const started = given().after(publish("1", { autoStart: false }), { type: "start" });
  expect(started.state.phase).toBe("starting");
  expect(started.after(shown("1")).state.phase).toBe("live");
});

test("nothing to start is refused", () => {
  expect(() => given().when({ type: "start" })).toThrow("not_publishing");
  expect(() => given(published("1"), ready, lost).when({ type: "start" })).toThrow("not_publishing");
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
  const again = preview.after({ type: "start" }, shown("2"));
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
