// What captures and what sends, for the life of the page; leaving asks while something is sent.

import { useEffect, useMemo } from "preact/hooks";
import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import { guardLeaving } from "../../router.ts";
import { call } from "../../session.ts";
import { preloadLeaveQuestion } from "../../ui/leave-place.tsx";
import { words } from "../../words/go-live.ts";
import { Broadcaster, type Ticket } from "./broadcaster.ts";
import { Capture } from "./capture.ts";

/** Of this site: the page may be open under another name than the server knows. */
const WHIP = "/ingest/whip";

export interface Live {
  capture: Capture;
  broadcaster: Broadcaster;
}

export function useBroadcaster(login: string): Live {
  const live = useMemo(() => {
    const capture = new Capture();
    const broadcaster = new Broadcaster({
      capture,
      url: WHIP,
      ticket: () => call<Ticket>(`/channels/${login}/publish-tickets`, { method: "POST" }),
      health: () => call<BroadcastHealth>(`/channels/${login}/broadcast`),
    });
    return { capture, broadcaster };
  }, [login]);
  useEffect(
    () => () => {
      live.broadcaster.stop();
      live.capture.stop();
    },
    [live],
  );
  useGuard(live.broadcaster.isOn);
  return live;
}

/** By a link in our words, by closing the tab or loading it again in the browser's own. */
function useGuard(isOn: boolean) {
  useEffect(() => {
    if (!isOn) return;
    preloadLeaveQuestion();
    const closing = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", closing);
    const release = guardLeaving({ save: null, question: words.leaving });
    return () => {
      window.removeEventListener("beforeunload", closing);
      release();
    };
  }, [isOn]);
}
