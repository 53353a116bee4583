// GET /api/v1/admin/audit: who did what that matters for security, newest first. For admins.

import { Elysia } from "elysia";
import { type AuditView, auditQuery } from "#schema/api/audit.ts";
import { type Page, pageLimit } from "#schema/api/fields.ts";
import { type AuditRow, auditEntries, idsOfLogin } from "#schema/queries/operator/audit.ts";
import { isUuid } from "#schema/wire/ids.ts";
import { FieldRefusal } from "../gateway/problems/problem.ts";
import { idCursor } from "../gateway/requests/page-cursor.ts";
import { rules } from "../gateway/rules/access.ts";
import type { EdgeWorld } from "../world.ts";

const EMPTY: Page<AuditView> = { items: [], nextCursor: null };

export function auditRoutes({ database }: EdgeWorld) {
  const { sql } = database;

  return new Elysia({ prefix: "/api/v1/admin", normalize: false }).use(rules).get(
    "/audit",
    async ({ query }): Promise<Page<AuditView>> => {
      const limit = pageLimit(query);
      const actorId = query.actor ? await actorIdOf(query.actor.toLowerCase()) : null;
      if (query.actor && actorId === null) return EMPTY;
      const rows = await auditEntries(sql, {
        actorId,
        act: query.act || null,
        targets: query.target ? await targetsOf(query.target) : null,
        before: momentOf(query.before),
        beforeId: idCursor.read(query.cursor)?.id ?? null,
        limit: limit + 1,
      });
      const items = rows.slice(0, limit).map(auditView);
      return { items, nextCursor: rows.length > limit ? idCursor.write(items.at(-1)!) : null };
    },
    { query: auditQuery, rule: { access: "admin", scope: "admin", limit: "admin" } },
  );

  /** Null: nobody has that login. An id is looked for as it is: the account may be gone. */
  async function actorIdOf(name: string): Promise<string | null> {
    return isUuid(name) ? name : ((await idsOfLogin(sql, name))?.userId ?? null);
  }

  /** A login stands for its user and their channel; whatever it is, it is looked for as it is too. */
  async function targetsOf(name: string): Promise<string[]> {
    const ids = isUuid(name) ? null : await idsOfLogin(sql, name);
    return ids ? [name, ids.userId, ids.channelId] : [name];
  }
}

function momentOf(text: string | undefined): Date | null {
  if (!text) return null;
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) throw new FieldRefusal([{ path: "before", message: "a time, RFC 3339" }]);
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
