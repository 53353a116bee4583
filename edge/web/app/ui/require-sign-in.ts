// Pages for who is signed in: everybody else is led to sign in, and back afterwards. So is whose session ends meanwhile.

import { untracked, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { UserView } from "#schema/api/user.ts";
import { navigate, pageShown, signInHref } from "../router.ts";
import { session } from "../session.ts";

/** Null while it is not known, or nobody is. */
export function usePrivatePage(title: string): UserView | null {
  useSignalEffect(() => {
    // Who has just left the page by their own will is not led back to it.
    const here = untracked(pageShown)?.kind === "private";
    if (session.value.phase === "out" && here) navigate(signInHref(), { replace: true });
  });
  useEffect(() => {
    document.title = `${title} · TwitchClone`;
  }, [title]);
  return session.value.phase === "in" ? session.value.user : null;
}
