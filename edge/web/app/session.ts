// The session: who is signed in. The access token is kept in memory only; the HttpOnly refresh cookie renews it.

import { effect, signal } from "@preact/signals";
import type { SignedInView } from "#schema/api/auth.ts";
import type { UserView } from "#schema/api/user.ts";
import { ApiError, type Call, callApi, type Suspension } from "./api.ts";
import { after, wallMs } from "./clock.ts";
import { suspensionText } from "./ui/suspension-text.ts";

export type Session =
  /** The page has just opened; the server has not answered yet. */
  | { phase: "loading" }
  /** `ended`: text for people when the session ended without their signing out in this tab. */
  | { phase: "out"; ended: string | null }
  | { phase: "in"; user: UserView; accessToken: string; expiresAtMs: number };

/** The token is renewed this long before it expires, so that no call carries an expired one. */
const RENEW_BEFORE_EXPIRY_MS = 60_000;
const RETRY_MS = 5_000;
/** Error codes for an access token that is no longer valid. */
const TOKEN_CODES = new Set(["not_signed_in", "token_expired"]);

/** Other tabs of this browser share the cookie. */
const tabs = globalThis.BroadcastChannel ? new BroadcastChannel("session") : null;
const notifyTabs = () => tabs?.postMessage("changed");

export const session = signal<Session>({ phase: "loading" });
/** The server does not take this page's address for its own: it renews no token and opens no chat here. */
export const isForeignOrigin = signal(false);
let renewal: Promise<boolean> | null = null;
let cancelRenewal = () => {};

/** The current access token; null when signed out. */
export const accessToken = () => (session.value.phase === "in" ? session.value.accessToken : null);

/** Resolves once it is known whether the visitor is signed in. */
export const whenSessionKnown = () =>
  new Promise<Session>((resolve) => {
    const stop = effect(() => {
      if (session.value.phase === "loading") return;
      resolve(session.value);
      queueMicrotask(() => stop());
    });
  });

/** Renews the access token; concurrent calls share one request. False: signed out, or the server did not answer. */
export function refresh(): Promise<boolean> {
  renewal ??= renew().finally(() => {
    renewal = null;
  });
  return renewal;
}

async function renew(): Promise<boolean> {
  try {
    keep(await callApi<SignedInView>("/auth/refresh", { method: "POST" }));
    isForeignOrigin.value = false;
    return true;
  } catch (error) {
    const refused = error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
    // Only a refusal signs out. If the server is unavailable, the current token may still be valid: try again later.
    if (refused) isForeignOrigin.value = error.code === "foreign_origin";
    if (refused) {
      const now = session.peek();
      const known = now.phase === "in" && error.code === "not_signed_in" ? await suspensionOf(now.accessToken) : null;
      session.value = { phase: "out", ended: known ?? endedText(error.code, error.suspension) };
    } else if (session.value.phase !== "in") session.value = { phase: "out", ended: null };
    if (!refused) refreshAfter(RETRY_MS);
    return false;
  }
}

/** A suspension has signed all devices out, but the access token still tells why. Null: another reason. */
async function suspensionOf(accessToken: string): Promise<string | null> {
  try {
    await callApi("/me", { accessToken });
  } catch (error) {
    if (error instanceof ApiError && error.code === "suspended") return suspensionText(error.suspension);
  }
  return null;
}

const SIGNED_OUT = "You were signed out. Sign in and go on; nothing is lost.";

/** Null for visitors who were not signed in. */
function endedText(code: string, suspension: Suspension | null): string | null {
  if (code === "suspended") return suspensionText(suspension);
  const now = session.peek();
  if (now.phase === "out") return now.ended;
  return now.phase === "in" || code === "token_reused" ? SIGNED_OUT : null;
}

function keep({ user, accessToken, expiresInMs }: SignedInView) {
  session.value = { phase: "in", user, accessToken, expiresAtMs: wallMs() + expiresInMs };
  refreshAfter(Math.max(expiresInMs - RENEW_BEFORE_EXPIRY_MS, expiresInMs / 2));
}

function refreshAfter(ms: number) {
  cancelRenewal();
  cancelRenewal = after(ms, () => void refresh());
}

/** Also renews the token when the page becomes visible, because timers stand still while a computer sleeps. */
export function startSession() {
  void refresh();
  // Another tab signed in or out.
  tabs?.addEventListener("message", () => void refresh());
  document.addEventListener("visibilitychange", () => {
    const now = session.value;
    if (
      document.visibilityState === "visible" &&
      now.phase === "in" &&
      now.expiresAtMs - wallMs() < RENEW_BEFORE_EXPIRY_MS
    )
      void refresh();
  });
}

/** `login` may be an e-mail address. Throws ApiError; `otp_required` for an account with two-factor sign-in. */
export async function signIn(fields: { login: string; password: string; otp?: string }) {
  keep(await callApi<SignedInView>("/auth/login", { method: "POST", body: fields }));
  notifyTabs();
}

/** The two-factor code after signing in through a provider; a cookie says which sign-in is pending. */
export async function finishProviderSignIn(otp: string) {
  keep(await callApi<SignedInView>("/auth/oauth/second-step", { method: "POST", body: { otp } }));
  notifyTabs();
}

export async function register(fields: { login: string; email: string; password: string }) {
  keep(await callApi<SignedInView>("/auth/register", { method: "POST", body: fields }));
  notifyTabs();
}

/** `leavePage` is called after success, to leave a page that needs sign-in. Throws ApiError; then nothing has changed. */
export async function signOut(leavePage?: () => void) {
  await callApi("/auth/logout", { method: "POST", accessToken: accessToken() });
  leavePage?.();
  endSession();
}

/** Signs out all devices, including this one. */
export async function signOutEverywhere(leavePage?: () => void) {
  await callApi("/auth/logout-all", { method: "POST", accessToken: accessToken() });
  leavePage?.();
  endSession();
}

/** For a session that the server has already ended: by a password reset or an account deletion. */
export function endSession() {
  cancelRenewal();
  session.value = { phase: "out", ended: null };
  notifyTabs();
}

/** A call as the signed-in user. Throws ApiError. */
export const call = <Value>(path: string, options: Call = {}): Promise<Value> =>
  asSignedIn((accessToken) => callApi<Value>(path, { ...options, accessToken }));

/** Renews an expired token and repeats the request once. Throws what `ask` throws. */
export async function asSignedIn<Value>(ask: (accessToken: string | null) => Promise<Value>): Promise<Value> {
  try {
    return await ask(accessToken());
  } catch (error) {
    // A wrong password or code is also a 401, and must not be repeated: it would count as a second attempt.
    const expired = error instanceof ApiError && TOKEN_CODES.has(error.code) && session.value.phase === "in";
    if (!expired || !(await refresh())) throw error;
    return await ask(accessToken());
  }
}
