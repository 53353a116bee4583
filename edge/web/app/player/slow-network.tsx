// Over a picture that stops again and again: why, and what a viewer can do about it.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { after } from "../clock.ts";
import { words } from "../words/player-notes.ts";
import type { Engine } from "./engine.ts";

/** What nobody can do anything about is said no longer than this. */
const SAID_MS = 8_000;

export interface SlowNetworkProps {
  /** Its picture stops often. */
  engine: Engine;
}

export function SlowNetwork({ engine }: SlowNetworkProps) {
  const { chosen, qualities } = engine.now.value;
  const quality = qualities.value.find(({ index }) => index === chosen.value);
  if (!quality) return <Slow />;
  return (
    <p class="player-note">
      <span>{words.tooSlowFor(quality.label)}</span>
      <button type="button" class="button" onClick={() => engine.now.peek().choose(null)}>
        {words.switchToAuto}
      </button>
    </p>
  );
}

/** Auto has chosen the smallest picture already. */
function Slow() {
  const isSaid = useSignal(true);
  useEffect(
    () =>
      after(SAID_MS, () => {
        isSaid.value = false;
      }),
    [isSaid],
  );
  return isSaid.value ? <p class="player-note">{words.slow}</p> : null;
}
