// Serves the asker's own profile: GET and PATCH of schema/api/me.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import { changeMe, type MeView, readMe } from "#schema/api/me.ts";
import { changeProfile, type User, userById } from "#schema/queries/accounts/users.ts";
import { hexOf } from "#schema/wire/name-colors.ts";
import { FieldRefusal } from "../../gateway/problems/problem-details.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { EdgeWorld } from "../../world.ts";

interface ProfileParts {
  /** Called when a user's display name, or its colour, has changed. */
  nameChanged(userId: string): void;
}

export function profileRoutes({ database }: EdgeWorld, { nameChanged }: ProfileParts): Served[] {
  const { sql } = database;
  return [
    serve(readMe, async ({ who }) => view(await userById(sql, who.userId))),
    serve(changeMe, async ({ who, body }) => {
      const change = { ...nameIn(body), ...colorIn(body) };
      if (Object.keys(change).length === 0) return view(await userById(sql, who.userId));
      const changed = view(await changeProfile(sql, who.userId, change));
      nameChanged(who.userId);
      return changed;
    }),
  ];
}

function nameIn({ displayName }: { displayName?: string }) {
  if (displayName === undefined) return {};
  const trimmed = displayName.trim();
  if (!trimmed) throw new FieldRefusal([{ path: "displayName", message: "must not be empty" }]);
  return { displayName: trimmed };
}

const colorIn = ({ color }: { color?: string | null }) =>
  color === undefined ? {} : { color: color === null ? null : hexOf(color) };

/** Throws Refusal `not_signed_in` for a token that has outlived its account. */
function view(user: User | null): MeView {
  if (!user) throw new Refusal("not_signed_in");
  return user;
}
