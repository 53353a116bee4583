// A banner on the pages of users whose e-mail address is not confirmed, with a button that sends the link again.

import { effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { AccountView } from "#schema/api/me.ts";
import { ApiError } from "../api.ts";
import { currentPage } from "../router.ts";
import { call, session } from "../session.ts";
import { lazyPart } from "./lazy.tsx";

const Aside = lazyPart(async () => (await import("./unconfirmed-aside.tsx")).UnconfirmedAside);

/** The signed-in user's unconfirmed address. A closed banner stays closed until the page is loaded again. */
const unconfirmed = signal<{ userId: string; email: string } | null>(null);

/** Loads the account once per user, on the first page that would show the banner. Returns a function that stops it. */
function followSession(): () => void {
  let asked: string | null = null;
  return effect(() => {
    const now = session.value;
    const id = now.phase === "in" ? now.user.id : null;
    if (id === asked || !currentPage()?.hasUnconfirmedBanner) return;
    asked = id;
    if (id !== null) queueMicrotask(() => void loadFor(id));
  });
}

async function loadFor(userId: string) {
  try {
    const { email, emailVerified } = await call<AccountView>("/me/account");
    unconfirmed.value = emailVerified ? null : { userId, email };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error; // No banner then; the settings show the state anyway.
  }
}

/** Call when the address has been confirmed. */
export const hideUnconfirmedBanner = () => {
  unconfirmed.value = null;
};

export function UnconfirmedBanner() {
  useEffect(followSession, []);
  const now = session.value;
  const banner = unconfirmed.value;
  if (!banner || now.phase !== "in" || now.user.id !== banner.userId || !currentPage()?.hasUnconfirmedBanner)
    return null;
  return <Aside email={banner.email} onClose={hideUnconfirmedBanner} />;
}
