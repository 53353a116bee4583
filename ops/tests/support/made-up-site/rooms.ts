// What the made-up site's rooms have beside their lines, and who moderates them.

import type { RoomSettings } from "#schema/api/chat.ts";
import type { PollView } from "#schema/api/polls.ts";
import type { UserView } from "#schema/api/user.ts";
import { DEFAULT_ROOM_SETTINGS } from "#schema/wire/room.ts";
import type { Greeting } from "../made-up-channel.ts";
import { ago, lineOf } from "./answers.ts";
import { MODERATED, PEOPLE, POLLSTER, RAIDER, STREAMER } from "./people.ts";
import { raidOf } from "./raids.ts";

const MOSSFIELD = { id: "mossfield", login: "mossfield", displayName: "mossfield" };

export function greetingOf(login: string, user: UserView | null, nowMs: number): Greeting {
  const isModerator = user?.id === PEOPLE.moderator.id && MODERATED.includes(login);
  const roles = user?.login === login ? ["broadcaster"] : isModerator ? ["moderator"] : [];
  if (login === POLLSTER) return { roles, pinned: pinned(nowMs), poll: poll(nowMs) };
  if (login === RAIDER) return { roles, raid: raidOf(nowMs) };
  if (login !== STREAMER || roles.length === 0) return { roles };
  return { roles, room: roomOf(nowMs), told: [{ type: "raid_coming", raid: raidOf(nowMs) }] };
}

/** The streamer's. Links are off until eight minutes from now. */
export const roomOf = (nowMs: number): RoomSettings => ({
  ...{ ...DEFAULT_ROOM_SETTINGS, slowMs: 5_000, linksOff: true, untilMs: { linksOff: nowMs + 480_000 } },
});

const pinned = (nowMs: number) => ({
  ...{ line: { ...lineOf(5, ago(nowMs, 600_000)) }, at: ago(nowMs, 500_000), until: null, by: MOSSFIELD },
});

const poll = (nowMs: number): PollView => ({
  ...{ id: "00000000-0000-7000-8018-000000000001", question: "Where to next?", votes: 318, by: MOSSFIELD },
  choices: [
    { text: "The wreck", votes: 185 },
    { text: "Kelp edge", votes: 92 },
    { text: "Back to the boat", votes: 41 },
  ],
  ...{ startedAt: ago(nowMs, 78_000), endsAt: ago(nowMs, -42_000), endedAt: null },
});
