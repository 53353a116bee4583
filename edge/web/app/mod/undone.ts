// Undoes an act of the moderation log.

import { changeModes, unban } from "../people/moderation-acts.ts";
import type { Undo } from "./log-kinds.ts";

/** `channel`: login. Throws ApiError. */
export const undone = (channel: string, undo: Undo) =>
  undo.kind === "unban" ? unban({ channel, person: undo.person }) : changeModes(channel, undo.change);
