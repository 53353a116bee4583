// A line above the pages of somebody whose e-mail address is not confirmed yet, with a way to have the link sent again.

import { effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { AccountView } from "#schema/api/me.ts";
import { ApiError } from "../api.ts";
import { pageShown } from "../router.ts";
import { call, session } from "../session.ts";
import { CloseIcon } from "./icons.tsx";
import { Resend } from "./resend-email.tsx";

/** Of whom it is known that their address waits to be confirmed. Closed for as long as the page lives. */
const waiting = signal<{ userId: string; email: string } | null>(null);

/** Asks once per person who is signed in, on the first page that would say it. Returns how to end it. */
function follow(): () => void {
  let asked: string | null = null;
  return effect(() => {
    const now = session.value;
    const id = now.phase === "in" ? now.user.id : null;
    if (id === asked || !pageShown()?.hasUnconfirmedBanner) return;
    asked = id;
    if (id !== null) queueMicrotask(() => void ask(id));
  });
}

async function ask(userId: string) {
  try {
    const { email, emailVerified } = await call<AccountView>("/me/account");
    waiting.value = emailVerified ? null : { userId, email };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error; // Nothing is said then; the settings say it in any case.
  }
}

/** Tells the line that the address is confirmed by now. */
export const confirmed = () => {
  waiting.value = null;
};

export function Unconfirmed() {
  useEffect(follow, []);
  const now = session.value;
  const who = waiting.value;
  if (!who || now.phase !== "in" || now.user.id !== who.userId || !pageShown()?.hasUnconfirmedBanner) return null;
  return (
    <aside class="unconfirmed" aria-label="Your e-mail address">
      <p>
        Confirm your e-mail address: we have sent a link to <strong>{who.email}</strong>.
      </p>
      <Resend />
      <button type="button" class="icon-button" onClick={confirmed} aria-label="Not now" title="Not now">
        <CloseIcon />
      </button>
    </aside>
  );
}
