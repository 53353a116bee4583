// Serves schema/api/admin-users.ts: accounts for staff, and platform roles.

import { Refusal } from "#runtime/actor/actor.ts";
import { type AdminUserDetailView, changeUser, listUsers, readUser } from "#schema/api/admin-users.ts";
import { pageLimit } from "#schema/api/fields.ts";
import { auditAbout } from "#schema/queries/operator/audit.ts";
import {
  reportCounts,
  type StaffUserDetail,
  signInsForStaff,
  staffUser,
  usersLike,
} from "#schema/queries/operator/users.ts";
import { changeRole } from "#schema/queries/people/platform-roles.ts";
import { inTransaction } from "#schema/transaction.ts";
import { idCursor } from "../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { Revocations } from "../identity/tokens/revocations.ts";
import type { EdgeWorld } from "../world.ts";
import { auditView } from "./audit.ts";
import { audit } from "./audit-log.ts";
import { adminUserView, suspensionView } from "./views.ts";

const SIGN_INS_MAX = 20;
const AUDIT_MAX = 50;

interface AdminUserParts {
  revocations: Pick<Revocations, "revoke">;
}

export function adminUserRoutes({ clock, database, random }: EdgeWorld, { revocations }: AdminUserParts): Served[] {
  const { sql } = database;

  return [
    serve(listUsers, async ({ query }) => {
      const limit = pageLimit(query);
      const rows = await usersLike(sql, {
        q: query.q ?? null,
        role: query.role ?? null,
        suspended: query.suspended ?? null,
        beforeId: idCursor.read(query.cursor)?.id ?? null,
        limit: limit + 1,
      });
      const items = rows.slice(0, limit).map(adminUserView);
      return { items, nextCursor: rows.length > limit ? idCursor.write(items.at(-1)!) : null };
    }),
    serve(readUser, async ({ who, params, address }) => {
      const user = await found(params.login);
      // The answer has addresses and devices, so that reading it is audited.
      const id = random.uuid(clock.wallMs());
      await audit(sql, { id, actorId: who.userId, act: "user.viewed", target: user.id, address });
      return detail(user);
    }),
    serve(changeUser, async ({ who, params, body: { role, reason = "" }, address }) => {
      const user = await found(params.login);
      const { login, id: target } = user;
      const change = await inTransaction(sql, async (sql) => {
        const made = await changeRole(sql, { login, role });
        if (made.outcome === "unknown") throw new Refusal("not_found");
        if (made.outcome === "last_admin") throw new Refusal("last_admin");
        if (made.outcome === "changed") {
          const entry = { id: random.uuid(clock.wallMs()), actorId: who.userId, act: "role.granted", target } as const;
          await audit(sql, { ...entry, address, detail: { role, was: made.was, reason } });
        }
        return made;
      });
      if (change.outcome === "changed") await revocations.revoke(target);
      return adminUserView({ ...user, role });
    }),
  ];

  async function found(reference: string): Promise<StaffUserDetail> {
    const user = await staffUser(sql, reference);
    if (!user) throw new Refusal("not_found");
    return user;
  }

  async function detail(user: StaffUserDetail): Promise<AdminUserDetailView> {
    const { id: userId, channelId } = user;
    const [signIns, counts, entries] = await Promise.all([
      signInsForStaff(sql, userId, SIGN_INS_MAX),
      reportCounts(sql, { userId, channelId }),
      auditAbout(sql, { userId, channelId, limit: AUDIT_MAX }),
    ]);
    const { emailVerified, twoFactor, hasPassword, providers, channelTitle, followers } = user;
    const { bannerUrl, channelSuspended, channelSuspensionReason, channelSuspendedUntil } = user;
    const channelSuspension = { reason: channelSuspensionReason, until: channelSuspendedUntil };
    return {
      ...adminUserView(user),
      emailVerified,
      twoFactor,
      hasPassword,
      providers,
      channel: {
        id: channelId,
        title: channelTitle,
        bannerUrl,
        followers,
        suspension: channelSuspended ? suspensionView(channelSuspension) : null,
      },
      signIns: signIns.map(({ createdAt, lastUsedAt, ...one }) => ({
        ...one,
        createdAt: createdAt.toISOString(),
        lastUsedAt: lastUsedAt.toISOString(),
      })),
      reports: counts.about,
      reported: counts.by,
      audit: entries.map(auditView),
    };
  }
}
