// Marks of suspicious people, as the API and the frames for moderators show them.

import type { SuspicionView } from "#schema/api/room-people.ts";
import type { SuspicionRow } from "#schema/queries/chat/suspicions.ts";
import { byView } from "../moderation-views.ts";

export const suspicionView = ({ userId, login, displayName, level, at, ...row }: SuspicionRow): SuspicionView => ({
  user: { id: userId, login, displayName },
  level,
  at: at.toISOString(),
  by: byView(row),
});
