// Describes the state of a broadcast in words for the streamer.

import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import { durationText } from "../ui/dates.ts";
import { words } from "../words/studio.ts";
import type { SourceDip } from "./dips.ts";

type Mood = "idle" | "waiting" | "good" | "bad";

export interface Verdict {
  mood: Mood;
  title: string;
  text: string;
}

interface Seen {
  /** What is explained elsewhere on the page. */
  notices: number;
  /** Nothing was ever streamed to the channel. */
  isNew: boolean;
}

export function verdict(health: BroadcastHealth | null, { notices, isNew }: Seen): Verdict {
  if (health === null) return { mood: "idle", title: "Loading…", text: "" };
  if (health.problem) return { mood: "bad", title: "Your stream cannot be shown", text: health.problem.detail };
  switch (health.phase) {
    case "offline":
      if (isNew)
        return {
          mood: "idle",
          title: "You have not streamed yet",
          text: "Three steps, and you are live. This page updates by itself.",
        };
      return {
        mood: "idle",
        title: "Waiting for your encoder…",
        text: "Press Start Streaming in OBS. This page updates by itself.",
      };
    case "starting":
      return {
        mood: "waiting",
        title: "Your encoder is connected",
        text: "The first seconds are being prepared for viewers.",
      };
    case "preview":
      return {
        mood: "waiting",
        title: "Only you see this preview",
        text: "Press Go live when you are ready. Viewers see the channel off air until then.",
      };
    case "live":
      return { mood: "good", title: "You are live", text: words.thingsToRead(notices) };
    case "lost":
      return {
        mood: "bad",
        title: "Your encoder is disconnected",
        text: "Viewers are asked to wait. Start it again in time, and the same broadcast goes on.",
      };
  }
}

/** What a limit of the server has ended; null: no limit has, or something is on air since. */
export function limitText(health: BroadcastHealth | null): string | null {
  const isOnAir = health?.phase === "live" || health?.phase === "lost";
  if (isOnAir || health?.lastEnd?.why !== "limit") return null;
  return `A limit of this server ended your last broadcast. ${health.lastEnd.detail ?? ""}`.trim();
}

/** A dip of the source: what happened, and what to do about it. */
export function dipText({ kind, lowest, usual, fromMs, toMs }: SourceDip): { what: string; todo: string } {
  const length = lengthText(toMs - fromMs);
  if (kind === "frames")
    return { what: words.framesSank(tenths(lowest), tenths(usual), length), todo: words.framesSankAdvice };
  const kbps = Math.round(lowest).toLocaleString("en");
  if (kind === "bitrate") return { what: words.bitrateSank(kbps, length), todo: words.bitrateSankAdvice };
  const toTry = Math.max(500, Math.floor((usual * 0.75) / 500) * 500).toLocaleString("en");
  return { what: words.uploadSank(kbps, length), todo: words.uploadSankAdvice(toTry) };
}

const lengthText = (ms: number) => (ms < 90_000 ? `${Math.round(ms / 1_000)} s` : durationText(ms));
const tenths = (value: number) => value.toLocaleString("en", { maximumFractionDigits: 1 });

/** What arrives; an unknown value is a dash. */
export function facts(health: BroadcastHealth): { label: string; value: string }[] {
  const {
    encoder,
    width,
    height,
    fps,
    bitrateKbps,
    keyframeIntervalMs,
    audio,
    rungs = [],
    sourceOffered = true,
  } = health;
  return [
    { label: "Picture", value: width && height ? `${width}×${height}` : "–" },
    { label: "Frames", value: fps ? `${Math.round(fps * 10) / 10} per second` : "–" },
    { label: "Bitrate", value: bitrateKbps ? `${Math.round(bitrateKbps).toLocaleString("en")} kbit/s` : "–" },
    { label: "Keyframes", value: keyframeIntervalMs ? `every ${Math.round(keyframeIntervalMs / 100) / 10} s` : "–" },
    { label: "Sound", value: audio?.startsWith("mp4a.40") ? "AAC" : (audio ?? "–") },
    { label: "Encoder", value: encoder ?? "–" },
    { label: "Qualities", value: [...(sourceOffered ? ["source"] : []), ...rungs].join(", ") },
  ];
}

/** What players report, as a sentence. Null: none has reported lately. */
export function playersText(players: NonNullable<BroadcastHealth["players"]> | null): string {
  if (!players) return "Players report each 10 s. None has reported in the last half minute.";
  const { players: count, latencyMs, stalls } = players;
  const stops = stalls === 0 ? "No picture stopped" : `${stalls} ${stalls === 1 ? "picture" : "pictures"} stopped`;
  const who = count === 1 ? "1 player reports" : `${count.toLocaleString("en")} players report`;
  return `${who}: ${behindText(count, latencyMs)}. ${stops} in the last 10 s.`;
}

function behindText(count: number, latencyMs: { p50: number; p95: number } | null): string {
  if (!latencyMs) return "how far they are behind is not told";
  const [half, most] = [latencyMs.p50, latencyMs.p95].map((ms) => `${(ms / 1_000).toFixed(1)} s`);
  return count === 1
    ? `it is ${half} behind the newest part`
    : `half of them are at most ${half} behind the newest part, 95 % at most ${most}`;
}
