// The modes of a room, for those who switch them: what each is called, how it is put on and off, and the values it may have.

import type { RoomSettings } from "#schema/api/chat.ts";
import type { SettingsChange } from "#schema/wire/room.ts";
import type { TimedMode } from "#schema/wire/timed-modes.ts";
import { HeartIcon } from "../ui/icons.tsx";
import { AgeIcon, BusyIcon, ConfirmedMailIcon, NoLinksIcon, StarIcon, TimerIcon } from "../ui/moderation-icons.tsx";
import { CopyIcon, EmoteIcon } from "../ui/tool-icons.tsx";
import { words } from "../words/modes.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export interface Mode {
  /** The field by which it may be given an end; null: it is a setting, and has none. */
  field: TimedMode | null;
  word: string;
  /** What it does, as a sentence. */
  hint: string;
  Icon: typeof TimerIcon;
  isOn(settings: RoomSettings): boolean;
  /** On, as a press makes it; and off. */
  on: SettingsChange;
  off: SettingsChange;
  /** Default: it is on or off. */
  value?: { of(settings: RoomSettings): number; choices: readonly number[]; to(ms: number): SettingsChange };
}

const FollowersIcon = ({ size }: { size?: "text" | "control" }) => <HeartIcon full={false} size={size ?? "control"} />;

export const MODES: readonly Mode[] = [
  {
    field: "slowMs",
    word: words.slow,
    hint: words.slowHint,
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
    field: "followersOnly",
    word: words.followers,
    hint: words.followersHint,
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
    field: "subscribersOnly",
    word: words.subscribers,
    hint: words.subscribersHint,
    Icon: StarIcon,
    isOn: ({ subscribersOnly }) => subscribersOnly,
    on: { subscribersOnly: true },
    off: { subscribersOnly: false },
  },
  {
    field: "emoteOnly",
    word: words.emotesOnly,
    hint: words.emotesOnlyHint,
    Icon: EmoteIcon,
    isOn: ({ emoteOnly }) => emoteOnly,
    on: { emoteOnly: true },
    off: { emoteOnly: false },
  },
  {
    field: "linksOff",
    word: words.linksOff,
    hint: words.linksOffHint,
    Icon: NoLinksIcon,
    isOn: ({ linksOff }) => linksOff,
    on: { linksOff: true },
    off: { linksOff: false },
  },
  {
    field: "uniqueMs",
    word: words.unique,
    hint: words.uniqueHint,
    Icon: CopyIcon,
    isOn: ({ uniqueMs }) => uniqueMs > 0,
    on: { uniqueMs: 10 * MINUTE_MS },
    off: { uniqueMs: 0 },
  },
  {
    field: "verifiedOnly",
    word: words.confirmedMail,
    hint: words.confirmedMailHint,
    Icon: ConfirmedMailIcon,
    isOn: ({ verifiedOnly }) => verifiedOnly,
    on: { verifiedOnly: true },
    off: { verifiedOnly: false },
  },
  {
    field: "accountAgeMs",
    word: words.accountAge,
    hint: words.accountAgeHint,
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
  {
    field: null,
    word: words.autoSlow,
    hint: words.autoSlowHint,
    Icon: BusyIcon,
    isOn: ({ autoSlow }) => autoSlow,
    on: { autoSlow: true },
    off: { autoSlow: false },
  },
];

/** The mode as it is when it is on, or as a press puts it on. */
export const asItIs = ({ isOn, on, value }: Mode, settings: RoomSettings): SettingsChange =>
  isOn(settings) && value ? value.to(value.of(settings)) : on;
