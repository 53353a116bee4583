import { expect, test } from "bun:test";
import {
  CONNECT_WITHIN_MS,
  DISCONNECTED_MS,
  PICTURE_WITHIN_MS,
  type SessionSample,
  SessionWatch,
  STILL_MS,
  UNHEARD_MS,
} from "./session-watch.ts";

/** What is found at the end of these samples, each of which holds for so long. */
function watched(...steps: (Partial<SessionSample> & { forMs: number; fps?: number; isHeard?: boolean })[]) {
  const watch = new SessionWatch(1_000);
  let atMs = 1_000;
  let frames = 0;
  let packets = 0;
  const found: string[] = [];
  for (const { forMs, fps = 0, state = "connecting", isQuiet = false, isHeard = state === "connected" } of steps)
    for (const endMs = atMs + forMs; atMs < endMs; atMs += 50) {
      frames += (fps * 50) / 1_000;
      if (isHeard) packets += 2;
      const one = watch.look({ atMs, state, frames: Math.floor(frames), packets, isQuiet });
      if (found.at(-1) !== one) found.push(one);
    }
  return found;
}

test("a connection that does not come within 3 s, or fails, is none", () => {
  expect(watched({ forMs: CONNECT_WITHIN_MS })).toEqual(["connecting"]);
  expect(watched({ forMs: CONNECT_WITHIN_MS + 50 })).toEqual(["connecting", "no-connection"]);
  expect(watched({ forMs: 100 }, { forMs: 50, state: "failed" })).toEqual(["connecting", "no-connection"]);
});

test("a connection without a picture is of no use after 3 s more", () => {
  const late = { forMs: 2_900 };
  expect(watched(late, { forMs: PICTURE_WITHIN_MS, state: "connected" })).toEqual(["connecting"]);
  expect(watched(late, { forMs: PICTURE_WITHIN_MS + 100, state: "connected" })).toEqual(["connecting", "no-picture"]);
});

test("a picture that stands under a connection that is well is lost, unless it is known why", () => {
  const plays = { forMs: 2_000, state: "connected" as const, fps: 30 };
  const stands = { forMs: STILL_MS + 100, state: "connected" as const };
  expect(watched(plays, stands)).toEqual(["shows", "lost"]);
  expect(watched(plays, { ...stands, forMs: 10_000, isQuiet: true })).toEqual(["shows"]);
  // One picture a second is enough.
  expect(watched(plays, { ...stands, forMs: 10_000, fps: 1 })).toEqual(["shows"]);
});

test("without any packet it is lost soon, unless it is known why", () => {
  const plays = { forMs: 2_000, state: "connected" as const, fps: 30 };
  const dead = { ...plays, fps: 0, isHeard: false };
  expect(watched(plays, { ...dead, forMs: UNHEARD_MS - 50 }, plays)).toEqual(["shows"]);
  expect(watched(plays, { ...dead, forMs: UNHEARD_MS + 50 })).toEqual(["shows", "lost"]);
  expect(watched(plays, { ...dead, isQuiet: true })).toEqual(["shows"]);
});

test("a connection that is disconnected for a moment goes on; for 2 s, failed or closed, it is lost", () => {
  const plays = { forMs: 1_000, state: "connected" as const, fps: 30 };
  const away = { state: "disconnected" as const, fps: 30, isHeard: true };
  expect(watched(plays, { ...away, forMs: DISCONNECTED_MS - 100 }, plays)).toEqual(["shows"]);
  expect(watched(plays, { ...away, forMs: DISCONNECTED_MS + 100 })).toEqual(["shows", "lost"]);
  expect(watched(plays, { state: "closed", forMs: 50, fps: 30 })).toEqual(["shows", "lost"]);
});
