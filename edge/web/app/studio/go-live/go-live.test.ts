// Going live from the browser: what is said of what goes wrong, when it is tried again, and the numbers that are shown.

import { beforeEach, expect, test } from "bun:test";
import { ApiError } from "../../api.ts";
import { storageWith } from "../../testing-storage.ts";
import { words } from "../../words/go-live.ts";
import { browserTrouble, deviceTrouble } from "./device-trouble.ts";
import { decibels, LEVEL_LEAST_DB, levelShare, levelWord } from "./level.ts";
import { afterServerClose, LiveAttempts, type SendingEnd } from "./live-attempts.ts";
import { loadLiveChoice, QUALITIES, saveLiveChoice } from "./quality.ts";
import { ticketEnd } from "./refusal-of.ts";
import { SendingFigures } from "./sending-figures.ts";

beforeEach(() => void storageWith("localStorage"));

const refused = (status: number, retryAfterMs: number | null = null): SendingEnd => ({
  why: "refused",
  refusal: { status, code: null, retryAfterMs },
});

test("what a browser says of its devices has plain words", () => {
  const of = (name: string, wanted: "camera" | "screen" = "camera") =>
    deviceTrouble(new DOMException("", name), wanted);
  expect(["NotAllowedError", "NotFoundError", "NotReadableError"].map((name) => of(name))).toEqual([
    "denied",
    "no-device",
    "busy",
  ]);
  expect(of("NotAllowedError", "screen")).toBe("denied-screen");
  expect([of("OverconstrainedError"), deviceTrouble(new TypeError("x"), "camera")]).toEqual(["no-device", "unknown"]);
  for (const { title, text } of Object.values(words.troubles))
    expect([title.length > 5, text.length > 5]).toEqual([true, true]);
});

test("a page without https, and a browser without WebRTC, are told before anything is asked for", () => {
  const all = { isSecureContext: true, mediaDevices: {}, RTCPeerConnection: {} };
  expect(browserTrouble(all)).toBeNull();
  expect(browserTrouble({ ...all, isSecureContext: false, mediaDevices: undefined })).toBe("insecure");
  expect(browserTrouble({ ...all, RTCPeerConnection: undefined })).toBe("unsupported");
  expect(browserTrouble({ ...all, mediaDevices: undefined })).toBe("unsupported");
});

test("a server that does not take it says so at once, one that is away is asked once more", () => {
  const first = (end: SendingEnd) => new LiveAttempts().ended(end, 0, 1);
  expect([501, 404, 503, 429, 406, 403].map((status) => first(refused(status)))).toEqual(
    (["no-relay", "no-relay", "full", "full", "unsupported", "refused"] as const).map((trouble) => ({
      ...{ phase: "over" as const },
      trouble,
    })),
  );
  expect(first({ why: "unsupported" })).toEqual({ phase: "over", trouble: "unsupported" });
  const attempts = new LiveAttempts();
  expect(attempts.ended({ why: "no-connection" }, 0, 1)).toEqual({ phase: "again", afterMs: 500 });
  expect(attempts.ended({ why: "no-connection" }, 8_000, 1)).toEqual({ phase: "over", trouble: "network" });
});

test("what was live is tried again for as long as the channel waits, more and more slowly", () => {
  const attempts = new LiveAttempts();
  attempts.live(0);
  const waits: number[] = [];
  let nowMs = 20_000;
  for (;;) {
    const next = attempts.ended(waits.length === 0 ? { why: "lost" } : { why: "unreachable" }, nowMs, 1);
    if (next.phase === "over") {
      expect(next.trouble).toBe("gave-up");
      break;
    }
    waits.push(next.afterMs);
    nowMs += next.afterMs;
  }
  expect(waits.slice(0, 6)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000]);
  expect(nowMs).toBeWithin(140_000, 150_000);
  // A relay without room is no end then.
  const other = new LiveAttempts();
  other.live(0);
  expect(other.ended(refused(503, 5_000), 20_000, 1)).toEqual({ phase: "again", afterMs: 5_500 });
});

test("a connection that held for a while makes good for failures before it, one that did not does not", () => {
  const attempts = new LiveAttempts();
  const lost = (atMs: number) => attempts.ended({ why: "lost" }, atMs, 1);
  attempts.live(0);
  expect(lost(1_000)).toEqual({ phase: "again", afterMs: 500 });
  attempts.live(1_500);
  expect(lost(2_000)).toEqual({ phase: "again", afterMs: 1_000 });
  attempts.live(3_000);
  expect(lost(13_000)).toEqual({ phase: "again", afterMs: 500 });
});

test("a session that the server ended is over with the broadcast, leaves its place to another encoder, or is tried again", () => {
  expect(afterServerClose({ phase: "offline" })).toEqual({ phase: "over", trouble: null });
  expect(afterServerClose({ phase: "live" })).toEqual({ phase: "over", trouble: "other-encoder" });
  expect(afterServerClose({ phase: "lost" })).toBeNull();
});

test("a ticket that was not given is an end as any other", () => {
  const error = (status: number, code: string, retryAfterMs: number | null = null) =>
    ticketEnd(new ApiError(status, code, "", [], retryAfterMs));
  expect(error(409, "whip_off")).toMatchObject({ refusal: { status: 501 } });
  expect(error(429, "rate_limited", 3_000)).toEqual({
    ...{ why: "refused" },
    refusal: { status: 429, code: "rate_limited", retryAfterMs: 3_000 },
  });
  expect([error(0, "network"), ticketEnd(new TypeError("x"))]).toEqual([
    { why: "unreachable" },
    { why: "unreachable" },
  ]);
});

test("the level of a microphone in numbers, a bar and a word", () => {
  const wave = (size: number) => Float32Array.from({ length: 2_048 }, (_, n) => size * Math.sin(n / 5));
  expect(decibels(new Float32Array(100))).toBe(LEVEL_LEAST_DB);
  expect(decibels(new Float32Array(0))).toBe(LEVEL_LEAST_DB);
  expect(decibels(wave(1))).toBeCloseTo(-3, 0);
  expect(decibels(wave(0.1))).toBeCloseTo(-23, 0);
  expect([-60, -50, -40, -20, -3].map(levelWord)).toEqual(["silent", "silent", "quiet", "good", "loud"]);
  expect([levelShare(-60), levelShare(-30), levelShare(0), levelShare(5)]).toEqual([0, 0.5, 1, 1]);
});

test("the bitrate is that of sound and picture together, and the browser's own limit is told", () => {
  const figures = new SendingFigures();
  const stats = (bytes: number, reason = "none") =>
    new Map<string, object>([
      [
        "v",
        {
          type: "outbound-rtp",
          kind: "video",
          bytesSent: bytes,
          framesPerSecond: 29.9,
          frameWidth: 1280,
          frameHeight: 720,
          qualityLimitationReason: reason,
        },
      ],
      ["a", { type: "outbound-rtp", kind: "audio", bytesSent: 0 }],
      ["x", { type: "inbound-rtp", bytesSent: 9_999_999 }],
    ]) as unknown as RTCStatsReport;
  expect(figures.take(stats(0), 0)).toMatchObject({ kbps: 0, limit: null });
  expect(figures.take(stats(312_500), 1_000)).toEqual({
    ...{ kbps: 2_500, fps: 30, width: 1280, height: 720, limit: null },
    unheardMs: 0,
  });
  expect(figures.take(stats(400_000, "cpu"), 2_000).limit).toBe("cpu");
  expect(figures.take(stats(500_000, "other"), 3_000).limit).toBeNull();
});

test("how long the server has said nothing is counted from its last report, of any stream", () => {
  const figures = new SendingFigures();
  const at = (ms: number, ...timestamps: number[]) => {
    const reports = timestamps.map((timestamp, n) => [`r${n}`, { type: "remote-inbound-rtp", timestamp }] as const);
    return figures.take(new Map<string, object>(reports) as unknown as RTCStatsReport, ms).unheardMs;
  };
  expect([at(0), at(1_000, 500, 400), at(2_000, 500, 1_500), at(3_000, 500, 1_500), at(9_000)]).toEqual([
    0, 0, 0, 1_000, 7_000,
  ]);
});

test("quality and devices are kept on this device, and nonsense is none", () => {
  expect(loadLiveChoice()).toEqual({ quality: "usual", cameraId: null, microphoneId: null });
  saveLiveChoice({ quality: "high" });
  saveLiveChoice({ cameraId: "c1" });
  expect(loadLiveChoice()).toEqual({ quality: "high", cameraId: "c1", microphoneId: null });
  storageWith("localStorage", { "go-live": JSON.stringify({ quality: "toString", cameraId: 7 }) });
  expect(loadLiveChoice()).toEqual({ quality: "usual", cameraId: null, microphoneId: null });
  expect(Object.keys(QUALITIES)).toEqual(Object.keys(words.qualities));
});
