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
  /** The server's time. */
  nowMs: number;
}

/** So long the end of a broadcast is what a streamer comes to read about. */
const JUST_ENDED_MS = 10 * 60_000;

export function verdict(health: BroadcastHealth | null, { notices, isNew, nowMs }: Seen): Verdict {
  if (health === null) return { mood: "idle", title: words.loading, text: "" };
  if (health.problem) return { mood: "bad", title: words.cannotBeShown, text: health.problem.detail };
  switch (health.phase) {
    case "offline":
      if (isNew) return { mood: "idle", title: words.notYet, text: words.notYetText };
      if (health.lastEnd && nowMs - Date.parse(health.lastEnd.endedAt) < JUST_ENDED_MS)
        return { mood: "idle", title: words.hasEnded, text: words.hasEndedText };
      return { mood: "idle", title: words.offAir, text: words.offAirText };
    case "starting":
      return { mood: "waiting", title: words.starting, text: words.startingText };
    case "preview":
      return { mood: "waiting", title: words.preview, text: words.previewText };
    case "live":
      return { mood: "good", title: words.live, text: words.thingsToRead(notices) };
    case "lost":
      return { mood: "bad", title: words.lost, text: words.lostText };
  }
}

/** What a limit of the server has ended; null: no limit has, or something is on air since. */
export function limitText(health: BroadcastHealth | null): string | null {
  const isOnAir = health?.phase === "live" || health?.phase === "lost";
  if (isOnAir || health?.lastEnd?.why !== "limit") return null;
  return words.limit(health.lastEnd.detail ?? "");
}

/** A dip of the source: what happened, and what to do about it. */
export function dipText({ kind, lowest, usual, fromMs, toMs }: SourceDip): { what: string; todo: string } {
  const length = lengthText(toMs - fromMs);
  if (kind === "frames")
    return { what: words.framesSank(tenths(lowest), tenths(usual), length), todo: words.framesSankAdvice };
  const kbps = whole(lowest);
  if (kind === "bitrate") return { what: words.bitrateSank(kbps, length), todo: words.bitrateSankAdvice };
  const toTry = whole(Math.max(500, Math.floor((usual * 0.75) / 500) * 500));
  return { what: words.uploadSank(kbps, length), todo: words.uploadSankAdvice(toTry) };
}

const lengthText = (ms: number) => (ms < 90_000 ? words.seconds(whole(ms / 1_000)) : durationText(ms));
const tenths = (value: number) => value.toLocaleString("en", { maximumFractionDigits: 1 });
const whole = (value: number) => Math.round(value).toLocaleString("en");

/** What arrives; an unknown value is a dash. */
export function facts(health: BroadcastHealth): { label: string; value: string }[] {
  const { encoder, width, height, fps, bitrateKbps, keyframeIntervalMs, audio, rungs = [] } = health;
  const { sourceOffered = true } = health;
  return [
    { label: words.picture, value: width && height ? `${width}×${height}` : words.unknown },
    { label: words.frames, value: fps ? words.perSecond(tenths(fps)) : words.unknown },
    { label: words.bitrate, value: bitrateKbps ? words.kbps(whole(bitrateKbps)) : words.unknown },
    {
      label: words.keyframes,
      value: keyframeIntervalMs ? words.every(tenths(keyframeIntervalMs / 1_000)) : words.unknown,
    },
    { label: words.sound, value: audio?.startsWith("mp4a.40") ? "AAC" : (audio ?? words.unknown) },
    { label: words.encoder, value: encoder ?? words.unknown },
    { label: words.qualities, value: [...(sourceOffered ? ["source"] : []), ...rungs].join(", ") },
  ];
}

/** What players report, as a sentence. Null: none has reported lately. */
export function playersText(players: NonNullable<BroadcastHealth["players"]> | null): string {
  if (!players) return words.noPlayer;
  const { players: count, latencyMs, stalls } = players;
  const stops = words.stops(stalls);
  if (!latencyMs) return words.playersUntold(count, stops);
  const seconds = (ms: number) => words.seconds((ms / 1_000).toFixed(1));
  return count === 1
    ? words.onePlayer(seconds(latencyMs.p50), stops)
    : words.players(count, seconds(latencyMs.p50), seconds(latencyMs.p95), stops);
}
