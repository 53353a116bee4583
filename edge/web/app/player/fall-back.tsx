// Says for a while that the latency that the page asks for does not play.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { after } from "../clock.ts";
import { words as playerWords } from "../words/player.ts";
import { words } from "../words/player-notes.ts";
import { type LatencyMode, PLAYED } from "./latency-mode.ts";

const SHOWN_MS = 6_000;

export interface FallBackProps {
  latency: LatencyMode;
}

export function FallBack({ latency }: FallBackProps) {
  const text = useSignal(fallBackText(latency));
  useEffect(
    () =>
      after(SHOWN_MS, () => {
        text.value = null;
      }),
    [text],
  );
  return text.value === null ? null : (
    <p class="player-note" role="status">
      {text.value}
    </p>
  );
}

/** What a viewer is told whose page asks for a mode that does not play. Null: nothing. */
export function fallBackText(wanted: LatencyMode | null): string | null {
  const { latencyModes } = playerWords;
  return wanted === null || wanted === PLAYED ? null : words.notAvailable(latencyModes[wanted], latencyModes[PLAYED]);
}
