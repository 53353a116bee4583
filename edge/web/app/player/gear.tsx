// The gear in the bar of controls: latency, quality, statistics.

import type { Signal } from "@preact/signals";
import { GearIcon } from "../ui/icons.tsx";
import { MenuButton } from "../ui/menu-button.tsx";
import type { MenuEntry, MenuGroup } from "../ui/menu-entries.ts";
import { words } from "../words/player.ts";
import type { Engine } from "./engine.ts";
import { PLAYED } from "./latency-mode.ts";
import { qualityEntries } from "./quality-entries.ts";

interface GearProps {
  engine: Engine;
  /** Whether the statistics are shown. */
  statistics: Signal<boolean>;
}

export function Gear({ engine, statistics }: GearProps) {
  const { qualities, current } = engine.source;
  const playing = qualities.value.find(({ index }) => index === current.value)?.label ?? words.auto;
  if (qualities.value.length === 0) return null;
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
  { title: words.latencyGroup, entries: latencies(engine) },
  { title: words.qualityGroup, entries: qualityEntries(engine.source) },
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

/** Those that this release plays. */
function latencies(engine: Engine): MenuEntry[] {
  const seconds = engine.latencySeconds.value;
  return [
    {
      kind: "choice",
      word: words.latencyModes[PLAYED],
      note: seconds === null ? undefined : words.secondsNow(words.seconds(seconds)),
      isOn: true,
      act() {},
    },
  ];
}
