// Says for a while why another latency plays than the wanted one.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { after } from "../clock.ts";
import { words as playerWords } from "../words/player.ts";
import { words } from "../words/player-notes.ts";
import type { FallBack as LatencyFallBack } from "./latency-choice.ts";

const SHOWN_MS = 6_000;

export interface FallBackProps {
  fallBack: LatencyFallBack;
}

export function FallBack({ fallBack }: FallBackProps) {
  const isSaid = useSignal(true);
  useEffect(
    () =>
      after(SHOWN_MS, () => {
        isSaid.value = false;
      }),
    [isSaid],
  );
  return isSaid.value ? (
    <p class="player-note" role="status">
      {fallBackText(fallBack)}
    </p>
  ) : null;
}

export function fallBackText({ wanted, plays, reason }: LatencyFallBack): string {
  const { latencyModes } = playerWords;
  return words.fallBack[reason](latencyModes[wanted], latencyModes[plays]);
}
