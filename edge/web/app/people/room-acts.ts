// What moderators and the channel's owner do for the whole room: pins, announcements, polls, raids. Each says what was done.

import type { NoticeEntry } from "#schema/api/chat.ts";
import type { PollView } from "#schema/api/polls.ts";
import type { RaidView } from "#schema/api/raids.ts";
import { call } from "../session.ts";
import { isolated } from "../ui/isolated-name.ts";
import { showToast } from "../ui/toast.ts";
import { words } from "../words/room-acts.ts";

/** Throws ApiError, as all of these. */
export async function pinLine({ channel, lineId }: { channel: string; lineId: string }) {
  await call(`/channels/${channel}/chat/pin`, { method: "PUT", body: { lineId } });
  showToast(words.pinned, () => unpin(channel));
}

export async function unpin(channel: string) {
  await call(`/channels/${channel}/chat/pin`, { method: "DELETE", body: {} });
  showToast(words.unpinned);
}

interface Announcement {
  channel: string;
  body: string;
  color?: NonNullable<NoticeEntry["color"]>;
}

export async function announce({ channel, ...body }: Announcement) {
  await call(`/channels/${channel}/chat/announcements`, { method: "POST", body });
  showToast(words.announced);
}

interface NewPoll {
  channel: string;
  question: string;
  choices: string[];
  durationMs: number;
}

export async function openPoll({ channel, ...body }: NewPoll) {
  await call<PollView>(`/channels/${channel}/chat/polls`, { method: "POST", body });
  showToast(words.pollOpened);
}

export async function endPoll({ channel, pollId }: { channel: string; pollId: string }) {
  await call<PollView>(`/channels/${channel}/chat/polls/${pollId}`, { method: "DELETE", body: {} });
  showToast(words.pollEnded);
}

/** `choice`: its place, from 0. */
export const vote = ({ channel, pollId, choice }: { channel: string; pollId: string; choice: number }) =>
  call<PollView>(`/channels/${channel}/chat/polls/${pollId}/votes`, { method: "POST", body: { choice } });

/** Says nothing of it. `inMs`: default 10 s. */
export const sendRaid = ({ channel, ...body }: { channel: string; to: string; inMs?: number }) =>
  call<RaidView>(`/channels/${channel}/raid`, { method: "POST", body });

/** Says nothing of it. */
export const stopRaid = (channel: string) => call(`/channels/${channel}/raid`, { method: "DELETE", body: {} });

export async function startRaid({ channel, to }: { channel: string; to: string }) {
  await sendRaid({ channel, to });
  showToast(words.raidStarted(isolated(to)), () => cancelRaid(channel));
}

export async function cancelRaid(channel: string) {
  await stopRaid(channel);
  showToast(words.raidCancelled);
}

/** Of another channel. */
export async function declineRaid({ channel, raidId }: { channel: string; raidId: string }) {
  const raid = await call<RaidView>(`/channels/${channel}/raids/${raidId}/decline`, { method: "POST", body: {} });
  showToast(words.raidDeclined(isolated(raid.from.displayName)));
  return raid;
}
