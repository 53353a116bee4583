// Keeps the home page's arrangement: made when everything is known, and made anew after the page was not looked at for a while.

import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { steadyMs } from "../clock.ts";
import { followedLive } from "../people/followed.ts";
import { session } from "../session.ts";
import { type Arrangement, arrange } from "./arrangement.ts";
import { liveChannels } from "./live-channels.ts";

/** A page that was hidden this long may look different when it is seen again. */
const UNSEEN_MS = 60_000;

interface Kept {
  arrangement: Arrangement | null;
  rearrange(): void;
}

export function useArrangement(): Kept {
  const kept = useSignal<{ arrangement: Arrangement; userId: string | null; pages: number } | null>(null);
  useSignalEffect(() => {
    const [live, followed, now] = [liveChannels.value, followedLive.value, session.value];
    if (!live?.pages || followed === null) return; // The first few of many, as the rail knows them, are no arrangement.
    const userId = now.phase === "in" ? now.user.id : null;
    const old = kept.value;
    const isFilled = old?.arrangement.stage === null && live.channels.length + followed.length > 0;
    if (old?.userId === userId && old.pages >= live.pages && !isFilled) return;
    kept.value = { arrangement: arrange(live.channels, followed), userId, pages: live.pages };
  });
  useUnseen(kept);
  return {
    arrangement: kept.value?.arrangement ?? null,
    rearrange: () => {
      kept.value = null;
    },
  };
}

function useUnseen(kept: Signal<unknown>) {
  useEffect(() => {
    let hiddenMs = document.visibilityState === "hidden" ? steadyMs() : null;
    const changed = () => {
      if (document.visibilityState === "hidden") hiddenMs = steadyMs();
      else {
        if (hiddenMs !== null && steadyMs() - hiddenMs >= UNSEEN_MS) kept.value = null;
        hiddenMs = null;
      }
    };
    document.addEventListener("visibilitychange", changed);
    return () => document.removeEventListener("visibilitychange", changed);
  }, [kept]);
}
