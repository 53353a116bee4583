// Serves schema/api/audit.ts: the audit log for admins, newest first.

import { type AuditView, listAuditEntries } from "#schema/api/audit.ts";
import { pageLimit } from "#schema/api/fields.ts";
import { type AuditRow, auditEntries, idsOfLogin } from "#schema/queries/operator/audit.ts";
import { isUuid } from "#schema/wire/ids.ts";
import { FieldRefusal } from "../gateway/problems/problem-details.ts";
import { idCursor } from "../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { EdgeWorld } from "../world.ts";

export function auditRoutes({ database }: EdgeWorld): Served[] {
  const { sql } = database;

  return [
    serve(listAuditEntries, async ({ query }) => {
      const limit = pageLimit(query);
      const actorId = query.actor ? await actorIdOf(query.actor.toLowerCase()) : null;
      if (query.actor && actorId === null) return { items: [], nextCursor: null };
      const rows = await auditEntries(sql, {
        actorId,
        act: query.act || null,
        targets: query.target ? await targetsOf(query.target) : null,
        before: momentOf("before", query.before),
        since: momentOf("since", query.since),
        beforeId: idCursor.read(query.cursor)?.id ?? null,
        limit: limit + 1,
      });
      const items = rows.slice(0, limit).map(auditView);
      return { items, nextCursor: rows.length > limit ? idCursor.write(items.at(-1)!) : null };
    }),
  ];

  /** Null: an unknown login. An id is taken as it is, since its account may be deleted. */
  async function actorIdOf(name: string): Promise<string | null> {
    return isUuid(name) ? name : ((await idsOfLogin(sql, name))?.userId ?? null);
  }

  /** A login means its user and channel, too; the text itself is always one of the targets. */
  async function targetsOf(name: string): Promise<string[]> {
    const ids = isUuid(name) ? null : await idsOfLogin(sql, name);
    return ids ? [name, ids.userId, ids.channelId] : [name];
  }
}

function momentOf(path: string, text: string | undefined): Date | null {
  if (!text) return null;
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) throw new FieldRefusal([{ path, message: "a time, RFC 3339" }]);
  return moment;
}

export const auditView = ({
  id,
  at,
  actorId,
  actorLogin,
  act,
  target,
  targetLogin,
  address,
  detail,
}: AuditRow): AuditView => ({
  id,
  at: at.toISOString(),
  actor: actorId === null ? null : { id: actorId, login: actorLogin },
  act,
  target,
  targetLogin,
  address,
  detail,
});
