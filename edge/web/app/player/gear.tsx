// The gear in the bar of controls: latency, quality, statistics.

import type { Signal } from "@preact/signals";
import { MenuButton } from "../ui/menu-button.tsx";
import type { MenuGroup } from "../ui/menu-entries.ts";
import { GearIcon } from "../ui/player-icons.tsx";
import { words } from "../words/controls.ts";
import type { Engine } from "./engine.ts";
import { latencyEntries } from "./latency-entries.ts";
import { qualityEntries } from "./quality-entries.ts";

interface GearProps {
  engine: Engine;
  /** Whether the statistics are shown. */
  statistics: Signal<boolean>;
}

export function Gear({ engine, statistics }: GearProps) {
  const { qualities, current } = engine.now.value;
  const playing = qualities.value.find(({ index }) => index === current.value)?.label ?? words.auto;
  if (qualities.value.length === 0 && engine.now.value.mode !== "realtime") return null;
  return (
    <MenuButton
      label={words.gear(playing)}
      menuLabel={words.gearMenu}
      tooltip={words.gearMenu}
      look="control control-wide"
      side="above"
      groups={groupsOf(engine, statistics)}
    >
      <GearIcon />
      <span class="control-text">{playing}</span>
    </MenuButton>
  );
}

const groupsOf = (engine: Engine, statistics: Signal<boolean>): MenuGroup[] => [
  { title: words.latencyGroup, entries: latencyEntries(engine) },
  // In real time the server chooses.
  ...(engine.now.value.qualities.value.length === 0
    ? []
    : [{ title: words.qualityGroup, entries: qualityEntries(engine.now.value) }]),
  {
    title: null,
    entries: [
      {
        kind: "check",
        word: words.statistics,
        isOn: statistics.value,
        act() {
          statistics.value = !statistics.value;
        },
      },
    ],
  },
];
