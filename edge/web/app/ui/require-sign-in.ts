// Pages that need sign-in: a visitor is sent to the sign-in page and back afterwards, also when the session ends meanwhile.

import { untracked, useSignalEffect } from "@preact/signals";
import type { UserView } from "#schema/api/user.ts";
import { useTitle } from "../instance.ts";
import { currentPage, navigate, signInHref } from "../router.ts";
import { session } from "../session.ts";

/** The signed-in user; null while unknown or signed out. */
export function usePrivatePage(title: string): UserView | null {
  useSignalEffect(() => {
    // Somebody who signs out on purpose has already left the private page.
    const isHere = untracked(currentPage)?.kind === "private";
    if (session.value.phase === "out" && isHere) navigate(signInHref(), { replace: true });
  });
  useTitle(title);
  return session.value.phase === "in" ? session.value.user : null;
}
