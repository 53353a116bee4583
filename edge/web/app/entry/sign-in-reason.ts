// Why a person was led to the sign-in page, by the address that they come back to.

import { LOGIN_PATTERN } from "#schema/wire/ids.ts";
import { isReservedLogin } from "#schema/wire/reserved.ts";
import { words } from "../words/entry.ts";

const PRIVATE: Record<string, string> = {
  dashboard: words.reasonStudio,
  settings: words.reasonSettings,
  following: words.reasonFollowing,
  staff: words.reasonStaff,
};

const CHANNEL = new RegExp(`^/(${LOGIN_PATTERN})$`, "i");

/** `next`: a path of this site, with its parameters. Null: no reason is known. */
export function signInReason(next: string): string | null {
  const { pathname } = new URL(next, "http://site");
  const room = PRIVATE[pathname.split("/")[1] ?? ""];
  if (room) return room;
  const login = CHANNEL.exec(pathname)?.[1]?.toLowerCase();
  return login === undefined || isReservedLogin(login) ? null : words.reasonChannel(login);
}
