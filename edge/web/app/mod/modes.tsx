// The modes of the room as toggles. The menu beside each has its values, and when it ends by itself.

import type { RoomSettings } from "#schema/api/chat.ts";
import type { SettingsChange } from "#schema/wire/room.ts";
import { waitText } from "../chat/wait-text.ts";
import { ENDS_AFTER, endOf, endText } from "../people/mode-ends.ts";
import { changeModes } from "../people/moderation-acts.ts";
import { asItIs, MODES, type Mode } from "../people/room-modes.tsx";
import { ChevronIcon } from "../ui/icons.tsx";
import { MenuButton } from "../ui/menu-button.tsx";
import type { MenuGroup } from "../ui/menu-entries.ts";
import { words } from "../words/mod.ts";
import { words as modeWords } from "../words/modes.ts";
import type { Desk } from "./desk.ts";

export function Modes({ desk }: { desk: Desk }) {
  const settings = desk.room.settings.value;
  if (!settings) return null;
  return (
    <section class="mod-modes" aria-label={modeWords.modes}>
      <span class="mod-modes-word" aria-hidden="true">
        {modeWords.modes}
      </span>
      <ul>
        {MODES.map((mode) => (
          <ModeToggle key={mode.word} mode={mode} settings={settings} desk={desk} />
        ))}
      </ul>
    </section>
  );
}

function ModeToggle({ mode, settings, desk }: { mode: Mode; settings: RoomSettings; desk: Desk }) {
  const { word, Icon, value, field } = mode;
  const isOn = mode.isOn(settings);
  const change = (to: SettingsChange & { forMs?: number }) => desk.run(() => changeModes(desk.channel, to));
  const valueMs = value?.of(settings) ?? 0;
  const endMs = endOf(settings, field);
  return (
    <li class={isOn ? "mod-mode mod-mode-on" : "mod-mode"}>
      <button
        type="button"
        aria-pressed={isOn}
        disabled={!desk.canAct.value}
        onClick={() => change(isOn ? mode.off : mode.on)}
      >
        <Icon size="text" />
        {word} {isOn && valueMs > 0 ? <b>{waitText(valueMs)}</b> : null}
        {endMs === null ? null : <span class="mod-mode-end">{endText(endMs)}</span>}
      </button>
      {field ? (
        <MenuButton
          label={modeWords.optionsOf(word)}
          look="mod-mode-value"
          groups={groupsOf({ mode, settings, change, whyNot: desk.canAct.value ? undefined : words.awayShort })}
        >
          <ChevronIcon size="text" />
        </MenuButton>
      ) : null}
    </li>
  );
}

interface ModeMenu {
  mode: Mode;
  settings: RoomSettings;
  change(to: SettingsChange & { forMs?: number }): void;
  whyNot: string | undefined;
}

function groupsOf({ mode, settings, change, whyNot }: ModeMenu): MenuGroup[] {
  const { value, field } = mode;
  const isOn = mode.isOn(settings);
  const endMs = endOf(settings, field);
  const values = (value?.choices ?? []).map((ms) => ({
    ...{ kind: "choice" as const, word: ms === 0 ? modeWords.anyTime : waitText(ms), whyNot },
    isOn: isOn && value?.of(settings) === ms,
    act: () => change(value!.to(ms)),
  }));
  const ends = ENDS_AFTER.map((forMs) => ({
    ...{ kind: "choice" as const, word: forMs === null ? modeWords.neverEnds : modeWords.endsAfter(waitText(forMs)) },
    ...{ whyNot, isOn: forMs === null && isOn && endMs === null },
    act: () => change({ ...asItIs(mode, settings), ...(forMs !== null && { forMs }) }),
  }));
  return [
    { title: modeWords.value, entries: values },
    { title: modeWords.ends, entries: ends },
  ];
}
