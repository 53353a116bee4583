// The video of a page, kept up to date while it is made.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ShownVideo } from "#schema/api/videos.ts";
import { ApiError, errorText } from "../api.ts";
import { every } from "../clock.ts";
import { call, session, whenSessionKnown } from "../session.ts";
import { capitalized } from "../ui/capitalized.ts";

/** While it is uploaded, made or recorded. */
const AGAIN_MS = 10_000;

export type VideoState =
  | { phase: "loading"; trouble: string | null }
  | { phase: "missing" }
  | { phase: "known"; video: ShownVideo };

export function useVideo(id: string): { state: VideoState; reload(): Promise<void> } {
  const state = useSignal<VideoState>({ phase: "loading", trouble: null });
  const reload = useRef(async () => {});
  reload.current = async () => {
    try {
      state.value = { phase: "known", video: await call<ShownVideo>(`/videos/${id}`) };
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) state.value = { phase: "missing" };
      else if (state.peek().phase !== "known")
        state.value = { phase: "loading", trouble: capitalized(errorText(error)) };
    }
  };
  const now = session.value;
  const whoId = now.phase === "in" ? now.user.id : now.phase;
  // Who asks decides what is seen, and where they stopped.
  useEffect(() => {
    void whenSessionKnown().then(() => reload.current());
  }, [id, whoId]);
  const { value } = state;
  const isMade = value.phase === "known" && value.video.status !== "ready" && value.video.status !== "failed";
  const isAsked = isMade || (value.phase === "loading" && value.trouble !== null);
  useEffect(() => {
    if (!isAsked) return;
    return every(AGAIN_MS, () => {
      if (document.visibilityState === "visible") void reload.current();
    });
  }, [isAsked]);
  return { state: value, reload: () => reload.current() };
}
