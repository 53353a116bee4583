// The modes of the room as switches. Each takes effect at once, and may end by itself.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { RoomSettings } from "#schema/api/chat.ts";
import type { SettingsChange } from "#schema/wire/room.ts";
import { nextEndMs } from "#schema/wire/timed-modes.ts";
import { errorText } from "../../api.ts";
import { waitText } from "../../chat/wait-text.ts";
import { after, wallMs } from "../../clock.ts";
import { ENDS_AFTER, endOf, endText } from "../../people/mode-ends.ts";
import { asItIs, MODES, type Mode } from "../../people/room-modes.tsx";
import { serverMs } from "../../server-clock.ts";
import { Alert } from "../../ui/alert.tsx";
import { capitalized } from "../../ui/capitalized.ts";
import { Panel } from "../../ui/panel.tsx";
import { Switch } from "../../ui/switch.tsx";
import { words as modeWords } from "../../words/modes.ts";
import { words } from "../../words/studio-chat.ts";
import { words as uiWords } from "../../words/ui.ts";
import { useSettings } from "./use-settings.ts";

/** The room ends a mode within this time. */
const ENDED_MS = 2_000;
const LOOK_MS = 3_600_000;

export function RoomModes({ login }: { login: string }) {
  const { now, trouble, change, reload } = useSettings<RoomSettings>(`/channels/${login}/chat/settings`);
  const settings = now.value;
  const endMs = settings && nextEndMs(settings);
  // Settings that were read again are waited for anew.
  useEffect(() => {
    if (endMs === null) return;
    return after(Math.min(LOOK_MS, Math.max(0, endMs - serverMs(wallMs())) + ENDED_MS), () => void reload());
  }, [settings, endMs]);
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
  change(to: ModesChange): Promise<unknown>;
}

type ModesChange = SettingsChange & { forMs?: number };

function ModeRow({ mode, settings, change }: ModeRowProps) {
  const { word, hint, value, field, on, off } = mode;
  const busy = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const isOn = mode.isOn(settings);
  const turn = async (to: ModesChange) => {
    busy.value = true;
    trouble.value = null;
    try {
      await change(to);
    } catch (error) {
      trouble.value = capitalized(errorText(error));
    }
    busy.value = false;
  };
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
      {isOn ? (
        <div class="studio-mode-how">
          {value ? <ValueSelect mode={mode} settings={settings} busy={busy.value} turn={turn} /> : null}
          {field ? <EndSelect mode={mode} settings={settings} busy={busy.value} turn={turn} /> : null}
        </div>
      ) : null}
      <Alert text={trouble.value} />
    </li>
  );
}

interface SelectProps {
  mode: Mode;
  settings: RoomSettings;
  busy: boolean;
  turn(to: ModesChange): Promise<void>;
}

function ValueSelect({ mode: { word, value }, settings, busy, turn }: SelectProps) {
  const ms = value!.of(settings);
  const choices = value!.choices.includes(ms) ? value!.choices : [...value!.choices, ms].sort((a, b) => a - b);
  return (
    <select
      aria-label={modeWords.valueOf(word)}
      value={`${ms}`}
      disabled={busy}
      onChange={(event) => void turn(value!.to(Number(event.currentTarget.value)))}
    >
      {choices.map((one) => (
        <option key={one} value={`${one}`}>
          {one === 0 ? modeWords.anyTime : waitText(one)}
        </option>
      ))}
    </select>
  );
}

/** What it has is one of the choices, so that a person sees it. */
const AS_IT_IS = "as it is";

function EndSelect({ mode, settings, busy, turn }: SelectProps) {
  const endMs = endOf(settings, mode.field);
  const choose = (chosen: string) => {
    if (chosen === AS_IT_IS) return;
    void turn({ ...asItIs(mode, settings), ...(chosen && { forMs: Number(chosen) }) });
  };
  return (
    <select
      aria-label={modeWords.endOf(mode.word)}
      value={endMs === null ? "" : AS_IT_IS}
      disabled={busy}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      {endMs === null ? null : <option value={AS_IT_IS}>{endText(endMs)}</option>}
      {ENDS_AFTER.map((ms) => (
        <option key={ms} value={ms === null ? "" : `${ms}`}>
          {ms === null ? modeWords.untilTurnedOff : modeWords.endsIn(waitText(ms))}
        </option>
      ))}
    </select>
  );
}
