// /api/v1/admin/users: people as staff look at them, and the role they have on the whole platform.

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor/actor.ts";
import { type Page, pageLimit } from "#schema/api/fields.ts";
import { type AdminUserDetailView, type AdminUserView, roleBody, usersQuery } from "#schema/api/people.ts";
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
import type { Gateway } from "../gateway/gateway.ts";
import { idCursor } from "../gateway/requests/page-cursor.ts";
import { rules } from "../gateway/rules/access.ts";
import type { Revocations } from "../identity/tokens/revocations.ts";
import type { EdgeWorld } from "../world.ts";
import { auditView } from "./audit.ts";
import { audit } from "./audit-log.ts";
import { adminUserView, suspensionView } from "./views.ts";

const SIGN_INS_MAX = 20;
const AUDIT_MAX = 50;
const staff = { access: "staff", scope: "admin", limit: "admin" } as const;

export interface UserRouteParts {
  gateway: Gateway;
  revocations: Pick<Revocations, "revoke">;
}

export function adminUserRoutes({ clock, database, random }: EdgeWorld, { gateway, revocations }: UserRouteParts) {
  const { sql } = database;

  return new Elysia({ prefix: "/api/v1/admin/users", normalize: false })
    .use(rules)
    .get(
      "",
      async ({ query }): Promise<Page<AdminUserView>> => {
        const limit = pageLimit(query);
        const rows = await usersLike(sql, {
          q: query.q || null,
          role: query.role || null,
          suspended: query.suspended ? query.suspended === "true" : null,
          beforeId: idCursor.read(query.cursor)?.id ?? null,
          limit: limit + 1,
        });
        const items = rows.slice(0, limit).map(adminUserView);
        return { items, nextCursor: rows.length > limit ? idCursor.write(items.at(-1)!) : null };
      },
      { query: usersQuery, rule: staff },
    )
    .get(
      "/:login",
      async ({ who, params, request }): Promise<AdminUserDetailView> => {
        const user = await found(params.login);
        // Addresses and devices are shown: whoever looked at them can be asked why.
        const { address } = gateway.asked(request);
        const id = random.uuid(clock.wallMs());
        await audit(sql, { id, actorId: who.userId, act: "user.viewed", target: user.id, address });
        return detail(user);
      },
      { rule: staff },
    )
    .patch(
      "/:login",
      async ({ who, params, body, request }): Promise<AdminUserView> => {
        const { login, id: target } = await found(params.login);
        const { role, reason = "" } = body;
        const change = await inTransaction(sql, async (sql) => {
          const made = await changeRole(sql, { login, role });
          if (made.outcome === "unknown") throw new Refusal("not_found");
          if (made.outcome === "last_admin") throw new Refusal("last_admin");
          const { address } = gateway.asked(request);
          const entry = { id: random.uuid(clock.wallMs()), actorId: who.userId, act: "role.granted", target } as const;
          if (made.outcome === "changed")
            await audit(sql, { ...entry, address, detail: { role, was: made.was, reason } });
          return made;
        });
        if (change.outcome === "changed") await revocations.revoke(target);
        return adminUserView(await found(target));
      },
      { body: roleBody, rule: { access: "admin", scope: "admin", limit: "admin" } },
    );

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
    const { channelSuspended, channelSuspensionReason, channelSuspendedUntil } = user;
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
