// What moderators do, from the menu of a message, the card of its author, and the commands of the composer. Each says what was done.

import type { BanView } from "#schema/api/moderation.ts";
import type { SettingsChange } from "#schema/wire/room.ts";
import { waitText } from "../chat/wait-text.ts";
import { call } from "../session.ts";
import { isolated } from "../ui/isolated-name.ts";
import { showToast } from "../ui/toast.ts";
import { words } from "../words/moderation.ts";

/** Logins. */
interface Concerned {
  channel: string;
  person: string;
}

export const TIMEOUT_MS = 10 * 60_000;

/** `durationMs` null: until it is lifted. Throws ApiError, as all of these. */
export async function ban({
  channel,
  person,
  durationMs,
  reason = "",
}: Concerned & { durationMs: number | null; reason?: string }) {
  const body = { ...(durationMs === null ? {} : { durationMs }), ...(reason && { reason }) };
  await call<BanView>(`/channels/${channel}/chat/bans/${person}`, { method: "PUT", body });
  const name = isolated(person);
  const said = durationMs === null ? words.banned(name) : words.timedOut(name, waitText(durationMs));
  showToast(said, () => unban({ channel, person }));
}

export async function unban({ channel, person }: Concerned) {
  await call(`/channels/${channel}/chat/bans/${person}`, { method: "DELETE", body: {} });
  showToast(words.unbanned(isolated(person)));
}

/** They cannot write until they have acknowledged it. */
export async function warn({ channel, person, reason }: Concerned & { reason: string }) {
  await call(`/channels/${channel}/chat/people/${person}/warnings`, { method: "POST", body: { reason } });
  showToast(words.warned(isolated(person)));
}

export async function deleteLine(channel: string, lineId: string) {
  await call(`/channels/${channel}/chat/messages/${lineId}`, { method: "DELETE", body: {} });
  showToast(words.deleted);
}

export async function clearChat(channel: string) {
  await call(`/channels/${channel}/chat/messages`, { method: "DELETE", body: {} });
  showToast(words.cleared);
}

/** `forMs`: what it puts on ends by itself after this time. */
export async function changeModes(channel: string, change: SettingsChange & { forMs?: number }) {
  await call(`/channels/${channel}/chat/settings`, { method: "PATCH", body: change });
  showToast(words.modesChanged);
}
