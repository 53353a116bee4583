// The latency modes in the menu of a player: the one that plays is on, with what was measured; what cannot be chosen says why.

import type { MenuEntry } from "../ui/menu-entries.ts";
import { words } from "../words/player.ts";
import type { Engine } from "./engine.ts";
import { canPlayLow, type PlayedMode } from "./latency-choice.ts";

export function latencyEntries(engine: Pick<Engine, "now" | "latencySeconds" | "chooseLatency">): MenuEntry[] {
  const plays = engine.now.value.mode;
  const seconds = engine.latencySeconds.value;
  const choice = (mode: PlayedMode, whyNot: string | undefined): MenuEntry => ({
    kind: "choice",
    word: words.latencyModes[mode],
    note: mode === plays && seconds !== null ? words.secondsNow(words.seconds(seconds)) : undefined,
    isOn: mode === plays,
    whyNot,
    act: () => engine.chooseLatency(mode),
  });
  return [
    choice("normal", undefined),
    choice("low", canPlayLow() ? undefined : words.notInThisBrowser),
    { kind: "choice", word: words.latencyModes.realtime, isOn: false, whyNot: words.notBuilt, act() {} },
  ];
}
