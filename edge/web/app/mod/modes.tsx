// The modes of the room as toggles. Those with a value have a menu of values beside them.

import type { RoomSettings } from "#schema/api/chat.ts";
import type { SettingsChange } from "#schema/wire/room.ts";
import { waitText } from "../chat/wait-text.ts";
import { changeModes } from "../people/moderation-acts.ts";
import { MODES, type Mode } from "../people/room-modes.tsx";
import { ChevronIcon } from "../ui/icons.tsx";
import { MenuButton } from "../ui/menu-button.tsx";
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
  const { word, Icon, value } = mode;
  const isOn = mode.isOn(settings);
  const change = (to: SettingsChange) => desk.run(() => changeModes(desk.channel, to));
  const nowMs = value?.of(settings) ?? 0;
  return (
    <li class={isOn ? "mod-mode mod-mode-on" : "mod-mode"}>
      <button
        type="button"
        aria-pressed={isOn}
        disabled={!desk.canAct.value}
        onClick={() => change(isOn ? mode.off : mode.on)}
      >
        <Icon size="text" />
        {word} {isOn && nowMs > 0 ? <b>{waitText(nowMs)}</b> : null}
      </button>
      {value ? (
        <MenuButton
          label={modeWords.valueOf(word)}
          look="mod-mode-value"
          groups={[
            {
              title: null,
              entries: value.choices.map((ms) => ({
                kind: "choice",
                word: ms === 0 ? modeWords.anyTime : waitText(ms),
                isOn: isOn && nowMs === ms,
                whyNot: desk.canAct.value ? undefined : words.awayShort,
                act: () => change(value.to(ms)),
              })),
            },
          ]}
        >
          <ChevronIcon size="text" />
        </MenuButton>
      ) : null}
    </li>
  );
}
