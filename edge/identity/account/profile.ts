// Serves the asker's own profile: GET and PATCH of schema/api/me.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import { changeMe, type MeView, readMe } from "#schema/api/me.ts";
import { renameUser, type User, userById } from "#schema/queries/accounts/users.ts";
import { FieldRefusal } from "../../gateway/problems/problem-details.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { EdgeWorld } from "../../world.ts";

interface ProfileParts {
  /** Called when a user's display name has changed. */
  nameChanged(userId: string): void;
}

export function profileRoutes({ database }: EdgeWorld, { nameChanged }: ProfileParts): Served[] {
  const { sql } = database;
  return [
    serve(readMe, async ({ who }) => view(await userById(sql, who.userId))),
    serve(changeMe, async ({ who, body }) => {
      if (body.displayName === undefined) return view(await userById(sql, who.userId));
      const displayName = body.displayName.trim();
      if (!displayName) throw new FieldRefusal([{ path: "displayName", message: "must not be empty" }]);
      const renamed = view(await renameUser(sql, who.userId, displayName));
      nameChanged(who.userId);
      return renamed;
    }),
  ];
}

/** Throws Refusal `not_signed_in` for a token that has outlived its account. */
function view(user: User | null): MeView {
  if (!user) throw new Refusal("not_signed_in");
  return user;
}
