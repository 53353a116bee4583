// The modes of the room as toggles. Those with a value have a menu of values beside them.

import type { RoomSettings } from "#schema/api/chat.ts";
import type { SettingsChange } from "#schema/wire/room.ts";
import { waitText } from "../chat/wait-text.ts";
import { changeModes } from "../people/moderation-acts.ts";
import { ChevronIcon, CopyIcon, EmoteIcon, HeartIcon } from "../ui/icons.tsx";
import { MenuButton } from "../ui/menu-button.tsx";
import { AgeIcon, ConfirmedMailIcon, NoLinksIcon, StarIcon, TimerIcon } from "../ui/moderation-icons.tsx";
import { words } from "../words/mod.ts";
import type { Desk } from "./desk.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

interface Mode {
  word: string;
  Icon: typeof TimerIcon;
  isOn(settings: RoomSettings): boolean;
  /** On, as a press makes it; and off. */
  on: SettingsChange;
  off: SettingsChange;
  /** Default: it is on or off. */
  value?: { of(settings: RoomSettings): number; choices: readonly number[]; to(ms: number): SettingsChange };
}

const FollowersIcon = ({ size }: { size?: "text" | "control" }) => <HeartIcon full={false} size={size ?? "control"} />;

const MODES: readonly Mode[] = [
  {
    word: words.slow,
    Icon: TimerIcon,
    isOn: ({ slowMs }) => slowMs > 0,
    on: { slowMs: 30 * SECOND_MS },
    off: { slowMs: 0 },
    value: {
      of: ({ slowMs }) => slowMs,
      choices: [5, 10, 30, 60, 120, 300].map((seconds) => seconds * SECOND_MS),
      to: (slowMs) => ({ slowMs }),
    },
  },
  {
    word: words.followers,
    Icon: FollowersIcon,
    isOn: ({ followersOnly }) => followersOnly,
    on: { followersOnly: true },
    off: { followersOnly: false },
    value: {
      of: ({ followersOnlyMs }) => followersOnlyMs,
      choices: [0, 10 * MINUTE_MS, HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS],
      to: (followersOnlyMs) => ({ followersOnly: true, followersOnlyMs }),
    },
  },
  {
    word: words.subscribers,
    Icon: StarIcon,
    isOn: ({ subscribersOnly }) => subscribersOnly,
    on: { subscribersOnly: true },
    off: { subscribersOnly: false },
  },
  {
    word: words.emotesOnly,
    Icon: EmoteIcon,
    isOn: ({ emoteOnly }) => emoteOnly,
    on: { emoteOnly: true },
    off: { emoteOnly: false },
  },
  {
    word: words.linksOff,
    Icon: NoLinksIcon,
    isOn: ({ linksOff }) => linksOff,
    on: { linksOff: true },
    off: { linksOff: false },
  },
  {
    word: words.unique,
    Icon: CopyIcon,
    isOn: ({ uniqueMs }) => uniqueMs > 0,
    on: { uniqueMs: 10 * MINUTE_MS },
    off: { uniqueMs: 0 },
  },
  {
    word: words.confirmedMail,
    Icon: ConfirmedMailIcon,
    isOn: ({ verifiedOnly }) => verifiedOnly,
    on: { verifiedOnly: true },
    off: { verifiedOnly: false },
  },
  {
    word: words.accountAge,
    Icon: AgeIcon,
    isOn: ({ accountAgeMs }) => accountAgeMs > 0,
    on: { accountAgeMs: DAY_MS },
    off: { accountAgeMs: 0 },
    value: {
      of: ({ accountAgeMs }) => accountAgeMs,
      choices: [HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS],
      to: (accountAgeMs) => ({ accountAgeMs }),
    },
  },
];

export function Modes({ desk }: { desk: Desk }) {
  const settings = desk.room.settings.value;
  if (!settings) return null;
  return (
    <section class="mod-modes" aria-label={words.modes}>
      <span class="mod-modes-word" aria-hidden="true">
        {words.modes}
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
        {word}
        {isOn && nowMs > 0 ? <b>{waitText(nowMs)}</b> : null}
      </button>
      {value ? (
        <MenuButton
          label={words.valueOf(word)}
          look="mod-mode-value"
          groups={[
            {
              title: null,
              entries: value.choices.map((ms) => ({
                kind: "choice",
                word: ms === 0 ? words.anyTime : waitText(ms),
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
