// The latency modes in the menu of a player: the one that plays is on, with what was measured; what cannot be chosen says why.

import type { MenuEntry } from "../ui/menu-entries.ts";
import { words } from "../words/controls.ts";
import { words as pictureWords } from "../words/player.ts";
import type { Engine } from "./engine.ts";
import { canPlayLow, canPlayRealtime } from "./latency-choice.ts";
import type { LatencyMode } from "./latency-mode.ts";

type Latencies = Pick<Engine, "now" | "latencySeconds" | "chooseLatency" | "offersRealtime">;

export function latencyEntries(engine: Latencies): MenuEntry[] {
  const plays = engine.now.value.mode;
  const seconds = engine.latencySeconds.value;
  const choice = (mode: LatencyMode, whyNot: string | undefined): MenuEntry => ({
    kind: "choice",
    word: pictureWords.latencyModes[mode],
    note: mode === plays && seconds !== null ? words.secondsNow(words.seconds(seconds)) : undefined,
    isOn: mode === plays,
    whyNot,
    act: () => engine.chooseLatency(mode),
  });
  return [
    choice("normal", undefined),
    choice("low", canPlayLow() ? undefined : words.notInThisBrowser),
    choice("realtime", realtimeWhyNot(engine)),
  ];
}

function realtimeWhyNot({ offersRealtime }: Latencies): string | undefined {
  if (!canPlayRealtime()) return words.notInThisBrowser;
  return offersRealtime.value ? undefined : words.notOffered;
}
