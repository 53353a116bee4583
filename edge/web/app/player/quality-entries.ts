// The qualities in the menu of a player: Auto, and each rendition with what it takes.

import type { MenuEntry } from "../ui/menu-entries.ts";
import { words } from "../words/controls.ts";
import type { Qualities } from "./delivery.ts";
import { gigabytesAnHour } from "./qualities.ts";

export function qualityEntries(source: Qualities): MenuEntry[] {
  const qualities = source.qualities.value;
  const chosen = source.chosen.value;
  const playing = qualities.find(({ index }) => index === source.current.value);
  const choice = (index: number | null, word: string, note: string | undefined): MenuEntry => ({
    kind: "choice",
    word,
    note,
    isOn: chosen === index,
    act: () => source.choose(index),
  });
  return [
    choice(null, words.auto, chosen === null ? playing?.label : undefined),
    ...qualities.map(({ index, label, source: isSource, bitsPerSecond }) => {
      const gigabytes = gigabytesAnHour(bitsPerSecond);
      return choice(index, label, isSource ? words.sourcePerHour(gigabytes) : words.perHour(gigabytes));
    }),
  ];
}
