// Makes somebody a moderator or a VIP of the channel, or ends it, and says so, with Undo.

import { call } from "../session.ts";
import { isolated } from "../ui/isolated-name.ts";
import { showToast } from "../ui/toast.ts";
import { words } from "../words/people.ts";

export type GivenRole = "moderator" | "vip";

interface RoleChange {
  /** Logins. */
  channel: string;
  person: string;
  role: GivenRole;
  /** False: the role is taken. */
  has: boolean;
}

const said: Record<GivenRole, Record<"given" | "taken", (name: string) => string>> = {
  moderator: { given: words.isModerator, taken: words.isNoModerator },
  vip: { given: words.isVip, taken: words.isNoVip },
};

/** For the channel's owner. Throws ApiError. */
export async function changeRole({ channel, person, role, has }: RoleChange) {
  const path = `/channels/${channel}/${role}s/${person}`;
  await call(path, { method: has ? "PUT" : "DELETE", body: {} });
  const undo = () => changeRole({ channel, person, role, has: !has });
  showToast(said[role][has ? "given" : "taken"](isolated(person)), undo);
}
