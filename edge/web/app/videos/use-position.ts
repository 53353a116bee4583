// Where a person is in a video, told to the server, so that they can go on from there on any device.

import { useEffect } from "preact/hooks";
import { every } from "../clock.ts";
import { call, session } from "../session.ts";
import type { RecordedEngine } from "./recorded-engine.ts";

const EACH_MS = 10_000;
/** A position as near as this to the last one says nothing new. */
const NEAR_MS = 2_000;

/** Only of somebody who is signed in. What cannot be told is told the next time. */
export function usePosition(videoId: string, engine: RecordedEngine) {
  useEffect(() => {
    let toldMs: number | null = null;
    const tell = () => {
      const positionMs = Math.round(engine.positionMs.peek());
      if (session.peek().phase !== "in" || !engine.started.peek()) return;
      if (toldMs !== null && Math.abs(positionMs - toldMs) < NEAR_MS) return;
      toldMs = positionMs;
      void call(`/videos/${videoId}/position`, { method: "PUT", body: { positionMs } }).catch(() => {});
    };
    const stop = every(EACH_MS, tell);
    const hidden = () => {
      if (document.visibilityState === "hidden") tell();
    };
    engine.video.addEventListener("pause", tell);
    document.addEventListener("visibilitychange", hidden);
    return () => {
      stop();
      engine.video.removeEventListener("pause", tell);
      document.removeEventListener("visibilitychange", hidden);
      tell();
    };
  }, [videoId, engine]);
}
