// Which page is shown: the address bar as a signal, and links that change it without loading anew.

import { signal } from "@preact/signals";
import { LOGIN_PATTERN } from "#schema/wire/ids.ts";

export const SETTINGS_TABS = ["account", "security", "people", "tokens"] as const;
export const STAFF_TABS = ["reports", "users", "audit"] as const;
export type SettingsTab = (typeof SETTINGS_TABS)[number];
export type StaffTab = (typeof STAFF_TABS)[number];

export type Route =
  | { page: "home" }
  | { page: "login" | "register" | "forgot" | "reset" | "verify" }
  | { page: "dashboard" }
  | { page: "settings"; tab: SettingsTab }
  /** `subject`: the login whose account is looked at. */
  | { page: "staff"; tab: StaffTab; subject: string | null }
  | { page: "watch"; login: string }
  | { page: "missing" };

const PERSON_PAGE = new RegExp(`^/staff/users/(${LOGIN_PATTERN})$`);
const CHANNEL_PAGE = new RegExp(`^/(${LOGIN_PATTERN})$`);
const ENTRY = ["login", "register", "forgot", "reset", "verify"] as const;

export function routeOf(pathname: string): Route {
  const path = pathname.replace(/\/+$/, "") || "/";
  if (path === "/") return { page: "home" };
  const entry = ENTRY.find((page) => path === `/${page}`);
  if (entry) return { page: entry };
  if (path === "/dashboard") return { page: "dashboard" };
  if (path === "/settings") return { page: "settings", tab: "account" };
  if (path === "/staff") return { page: "staff", tab: "reports", subject: null };
  const settings = SETTINGS_TABS.find((tab) => path === `/settings/${tab}`);
  if (settings) return { page: "settings", tab: settings };
  const staff = STAFF_TABS.find((tab) => path === `/staff/${tab}`);
  if (staff) return { page: "staff", tab: staff, subject: null };
  const subject = PERSON_PAGE.exec(path)?.[1];
  if (subject) return { page: "staff", tab: "users", subject: subject.toLowerCase() };
  const login = CHANNEL_PAGE.exec(path)?.[1];
  return login ? { page: "watch", login: login.toLowerCase() } : { page: "missing" };
}

/** Pages that only somebody who is signed in can see. */
export const isPrivate = ({ page }: Route) => page === "dashboard" || page === "settings" || page === "staff";

/** Where `?next=` leads after signing in: a path of ours, never another site. */
export function safeNext(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "/";
  return /^\/(?![/\\])/.test(next) ? next : "/";
}

export const location = signal({ pathname: "/", search: "" });

const read = () => {
  location.value = { pathname: window.location.pathname, search: window.location.search };
};

export function navigate(to: string, { replace = false } = {}) {
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  read();
  window.scrollTo(0, 0);
}

/** What came in the address and must not stay there: the answer is what it was. */
export function takeParameters(...names: string[]): Record<string, string> {
  const given = new URLSearchParams(window.location.search);
  const taken: Record<string, string> = {};
  for (const name of names) {
    const value = given.get(name);
    if (value !== null) taken[name] = value;
    given.delete(name);
  }
  if (Object.keys(taken).length > 0) {
    const rest = given.toString();
    history.replaceState(null, "", window.location.pathname + (rest ? `?${rest}` : ""));
    read();
  }
  return taken;
}

export function startRouter() {
  read();
  window.addEventListener("popstate", read);
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || link.target || link.hasAttribute("download") || link.origin !== window.location.origin) return;
    if (link.hash && link.pathname === window.location.pathname) return; // A jump within the page.
    if (routeOf(link.pathname).page === "missing") return; // Not a page of the app: the server answers it.
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}

/** The sign-in page's address, with the way back. */
export const signInHref = (page: "login" | "register" = "login") => {
  const here = location.value.pathname + location.value.search;
  const entry = (ENTRY as readonly string[]).includes(routeOf(location.value.pathname).page);
  return here === "/" || entry ? `/${page}` : `/${page}?next=${encodeURIComponent(here)}`;
};
