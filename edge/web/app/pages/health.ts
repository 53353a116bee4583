// What the health of a broadcast means, in words for the streamer.

import type { BroadcastHealth } from "#schema/api/broadcasts.ts";

type Mood = "idle" | "waiting" | "good" | "bad";

export interface Verdict {
  mood: Mood;
  title: string;
  text: string;
}

export function verdict(health: BroadcastHealth | null): Verdict {
  if (health === null) return { mood: "idle", title: "Asking…", text: "" };
  if (health.problem) return { mood: "bad", title: "Your stream cannot be shown", text: health.problem.detail };
  switch (health.phase) {
    case "offline":
      return {
        mood: "idle",
        title: "Waiting for your encoder…",
        text: "Press Start Streaming in OBS. This page notices by itself.",
      };
    case "starting":
      return {
        mood: "waiting",
        title: "Your encoder is here",
        text: "The first seconds are being made ready for viewers.",
      };
    case "live":
      return { mood: "good", title: "You are live", text: "Viewers see you about two seconds after you do." };
    case "lost":
      return {
        mood: "bad",
        title: "Your encoder is gone",
        text: "Viewers are told to wait. Start it again soon and the same broadcast goes on.",
      };
  }
}

/** Facts for the grid; what is not known is a dash. */
export function facts(health: BroadcastHealth): { label: string; value: string }[] {
  const { encoder, width, height, fps, bitrateKbps, keyframeIntervalMs, audio, restarts } = health;
  return [
    { label: "Picture", value: width && height ? `${width}×${height}` : "–" },
    { label: "Frames", value: fps ? `${Math.round(fps * 10) / 10} per second` : "–" },
    { label: "Bitrate", value: bitrateKbps ? `${Math.round(bitrateKbps).toLocaleString("en")} kbit/s` : "–" },
    { label: "Keyframes", value: keyframeIntervalMs ? `every ${Math.round(keyframeIntervalMs / 100) / 10} s` : "–" },
    { label: "Sound", value: audio?.startsWith("mp4a.40") ? "AAC" : (audio ?? "–") },
    { label: "Encoder", value: encoder ?? "–" },
    ...(restarts > 0 ? [{ label: "Transcoder restarts", value: String(restarts) }] : []),
  ];
}
