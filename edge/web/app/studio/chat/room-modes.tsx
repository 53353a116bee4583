// The modes of the room as switches. Each takes effect at once.

import { useSignal } from "@preact/signals";
import type { RoomSettings } from "#schema/api/chat.ts";
import type { SettingsChange } from "#schema/wire/room.ts";
import { errorText } from "../../api.ts";
import { waitText } from "../../chat/wait-text.ts";
import { MODES, type Mode } from "../../people/room-modes.tsx";
import { Alert } from "../../ui/alert.tsx";
import { capitalized } from "../../ui/capitalized.ts";
import { Panel } from "../../ui/panel.tsx";
import { Switch } from "../../ui/switch.tsx";
import { words as modeWords } from "../../words/modes.ts";
import { words } from "../../words/studio-chat.ts";
import { words as uiWords } from "../../words/ui.ts";
import { useSettings } from "./use-settings.ts";

export function RoomModes({ login }: { login: string }) {
  const { now, trouble, change } = useSettings<RoomSettings>(`/channels/${login}/chat/settings`);
  const settings = now.value;
  return (
    <Panel id="modes" title={words.modes} about={words.modesAbout}>
      <Alert text={trouble} />
      {settings || trouble ? null : <p class="muted late">{uiWords.oneMoment}</p>}
      {settings ? (
        <ul class="studio-modes">
          {MODES.map((mode) => (
            <ModeRow key={mode.word} mode={mode} settings={settings} change={change} />
          ))}
        </ul>
      ) : null}
    </Panel>
  );
}

interface ModeRowProps {
  mode: Mode;
  settings: RoomSettings;
  change(to: SettingsChange): Promise<void>;
}

function ModeRow({ mode: { word, hint, value, isOn: isOnIn, on, off }, settings, change }: ModeRowProps) {
  const busy = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const isOn = isOnIn(settings);
  const turn = async (to: SettingsChange) => {
    busy.value = true;
    trouble.value = null;
    try {
      await change(to);
    } catch (error) {
      trouble.value = capitalized(errorText(error));
    }
    busy.value = false;
  };
  const nowMs = value?.of(settings) ?? 0;
  const choices =
    value && !value.choices.includes(nowMs) ? [...value.choices, nowMs].sort((a, b) => a - b) : value?.choices;
  return (
    <li>
      <Switch
        name={`mode-${word.toLowerCase().replaceAll(" ", "-")}`}
        label={word}
        hint={hint}
        on={isOn}
        disabled={busy.value}
        onChange={(to) => void turn(to ? on : off)}
      />
      {value && isOn ? (
        <select
          aria-label={modeWords.valueOf(word)}
          value={`${nowMs}`}
          disabled={busy.value}
          onChange={(event) => void turn(value.to(Number(event.currentTarget.value)))}
        >
          {choices?.map((ms) => (
            <option key={ms} value={`${ms}`}>
              {ms === 0 ? modeWords.anyTime : waitText(ms)}
            </option>
          ))}
        </select>
      ) : null}
      <Alert text={trouble.value} />
    </li>
  );
}
