// Who is signed in. The access token lives in memory only; the refresh cookie, which scripts cannot read, brings it back.

import { effect, signal } from "@preact/signals";
import type { SignedInView } from "#schema/api/auth.ts";
import type { UserView } from "#schema/api/user.ts";
import { ApiError, type Call, callApi, type Suspension } from "./api.ts";
import { after, wallMs } from "./clock.ts";
import { suspendedSentence } from "./ui/form-errors.ts";

export type Session =
  /** The page has just opened and has not heard from the server yet. */
  | { phase: "asking" }
  /** `ended`: why, for people, when it was not their own doing in this tab. */
  | { phase: "out"; ended: string | null }
  | { phase: "in"; user: UserView; accessToken: string; expiresAtMs: number };

/** Renewed this long before the token ends, so that no call meets an expired one. */
const EARLY_MS = 60_000;
const RETRY_MS = 5_000;
/** What is said about an access token that is over. */
const TOKEN_CODES = new Set(["not_signed_in", "token_expired"]);

/** Other tabs of this browser share the cookie. */
const tabs = globalThis.BroadcastChannel ? new BroadcastChannel("session") : null;
const tellTabs = () => tabs?.postMessage("changed");

export const session = signal<Session>({ phase: "asking" });
let renewal: Promise<boolean> | null = null;
let cancelRenewal = () => {};

/** What every call outside of a component wants: the token of now, or null. */
export const accessToken = () => (session.value.phase === "in" ? session.value.accessToken : null);

/** Resolves once it is known whether somebody is signed in. */
export const settled = () =>
  new Promise<Session>((resolve) => {
    const stop = effect(() => {
      if (session.value.phase === "asking") return;
      resolve(session.value);
      queueMicrotask(() => stop());
    });
  });

/** Asks for a new access token; all callers of a moment share one request. False: signed out, or not known now. */
export function refresh(): Promise<boolean> {
  renewal ??= renew().finally(() => {
    renewal = null;
  });
  return renewal;
}

async function renew(): Promise<boolean> {
  try {
    grant(await callApi<SignedInView>("/auth/refresh", { method: "POST" }));
    return true;
  } catch (error) {
    const refused = error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
    // Only the server's "no" signs out. A server that is away is asked again; the token at hand may still be good.
    if (refused) session.value = { phase: "out", ended: whyEnded(error.code, error.suspension) };
    else if (session.value.phase !== "in") session.value = { phase: "out", ended: null };
    if (!refused) later(RETRY_MS);
    return false;
  }
}

const SIGNED_OUT = "You were signed out. Sign in to go on.";

/** Who opens the page without having been signed in is told nothing. */
function whyEnded(code: string, suspension: Suspension | null): string | null {
  if (code === "suspended") return suspendedSentence(suspension);
  const now = session.peek();
  if (now.phase === "out") return now.ended;
  return now.phase === "in" || code === "token_reused" ? SIGNED_OUT : null;
}

function grant({ user, accessToken, expiresInMs }: SignedInView) {
  session.value = { phase: "in", user, accessToken, expiresAtMs: wallMs() + expiresInMs };
  later(Math.max(expiresInMs - EARLY_MS, expiresInMs / 2));
}

function later(ms: number) {
  cancelRenewal();
  cancelRenewal = after(ms, () => void refresh());
}

/** A sleeping computer's timers do not run: looks again when the page is looked at. */
export function startSession() {
  void refresh();
  // Signed in or out in another tab: this one asks how it stands now.
  tabs?.addEventListener("message", () => void refresh());
  document.addEventListener("visibilitychange", () => {
    const now = session.value;
    if (document.visibilityState === "visible" && now.phase === "in" && now.expiresAtMs - wallMs() < EARLY_MS)
      void refresh();
  });
}

/** `login` may be an e-mail address. Throws ApiError, `otp_required` for an account with a second step. */
export async function signIn(fields: { login: string; password: string; otp?: string }) {
  grant(await callApi<SignedInView>("/auth/login", { method: "POST", body: fields }));
  tellTabs();
}

/** The second step of who has proved the first by an account elsewhere; which one is in a cookie. */
export async function finishSignIn(otp: string) {
  grant(await callApi<SignedInView>("/auth/oauth/second-step", { method: "POST", body: { otp } }));
  tellTabs();
}

export async function register(fields: { login: string; email: string; password: string }) {
  grant(await callApi<SignedInView>("/auth/register", { method: "POST", body: fields }));
  tellTabs();
}

/** `leave`: once it is done, off a page that nobody but the signed in may see. Throws ApiError, and nothing has changed then. */
export async function signOut(leave?: () => void) {
  await callApi("/auth/logout", { method: "POST", accessToken: accessToken() });
  leave?.();
  endSession();
}

/** All devices, this one too. */
export async function signOutEverywhere(leave?: () => void) {
  await callApi("/auth/logout-all", { method: "POST", accessToken: accessToken() });
  leave?.();
  endSession();
}

/** The server has ended it already: by a new password from a letter, or with the account. */
export function endSession() {
  cancelRenewal();
  session.value = { phase: "out", ended: null };
  tellTabs();
}

/** A call in the name of who is signed in; an expired token is renewed once and the call repeated. Throws ApiError. */
export async function call<Value>(path: string, options: Call = {}): Promise<Value> {
  try {
    return await callApi<Value>(path, { ...options, accessToken: accessToken() });
  } catch (error) {
    // A wrong password or code is a 401 too: trying it again would only count twice.
    const expired = error instanceof ApiError && TOKEN_CODES.has(error.code) && session.value.phase === "in";
    if (!expired || !(await refresh())) throw error;
    return await callApi<Value>(path, { ...options, accessToken: accessToken() });
  }
}
