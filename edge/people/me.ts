// GET and PATCH /api/v1/me.

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor/actor.ts";
import { type MeView, updateMeBody } from "#schema/api/auth.ts";
import type { Sql } from "#schema/database.ts";
import { renameUser, type User, userById } from "#schema/queries/accounts/users.ts";
import { FieldRefusal } from "../gateway/problems/problem.ts";
import { rules } from "../gateway/rules/access.ts";

export const meRoutes = ({ sql }: { sql: Sql }) =>
  new Elysia({ prefix: "/api/v1/me", normalize: false })
    .use(rules)
    .get("", async ({ who }) => view(await userById(sql, who.userId)), {
      rule: { access: "signed-in", scope: "profile:read", limit: "read" },
    })
    .patch(
      "",
      async ({ who, body }) => {
        if (body.displayName === undefined) return view(await userById(sql, who.userId));
        const displayName = body.displayName.trim();
        if (!displayName) throw new FieldRefusal([{ path: "displayName", message: "must not be empty" }]);
        return view(await renameUser(sql, who.userId, displayName));
      },
      { body: updateMeBody, rule: { access: "signed-in", scope: "profile:write", limit: "write" } },
    );

/** A token outlives its user by 15 minutes at most, and is worth nothing then. */
function view(user: User | null): MeView {
  if (!user) throw new Refusal("not_signed_in");
  return user;
}
