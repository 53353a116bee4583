// Bans and the log of moderators, as the API shows them.

import type { BanView, ModerationLogView } from "#schema/api/moderation.ts";
import type { BanRow, ModerationLogRow } from "#schema/queries/chat/moderation.ts";

/** Null: the account was deleted. */
export const participant = (id: string | null, login: string | null, displayName: string | null) =>
  id === null ? null : { id, login: login!, displayName: displayName! };

/** Columns of a query that names somebody as `by`. */
interface ByRow {
  byId: string | null;
  byLogin: string | null;
  byDisplayName: string | null;
}

export const byView = ({ byId, byLogin, byDisplayName }: ByRow) => participant(byId, byLogin, byDisplayName);

export const banView = ({ id, login, displayName, ...row }: BanRow): BanView => ({
  user: { id, login, displayName },
  by: byView(row),
  reason: row.reason,
  createdAt: row.createdAt.toISOString(),
  until: row.until?.toISOString() ?? null,
});

export const logView = (row: ModerationLogRow): ModerationLogView => ({
  id: row.id,
  at: row.at.toISOString(),
  act: row.act as ModerationLogView["act"],
  by: byView(row),
  byRoom: row.detail?.byRoom === true,
  target: participant(row.targetId, row.targetLogin, row.targetDisplayName),
  lineId: row.lineId,
  durationMs: row.durationMs,
  reason: row.reason,
  settings: row.settings,
  terms: row.detail?.terms ?? null,
  autoMod: row.detail?.autoMod ?? null,
});
