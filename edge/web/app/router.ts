// The router: the address as a signal, and links that change it without loading the page again.

import { signal } from "@preact/signals";

/** `private`: needs sign-in. `entry`: a sign-in or sign-up page, which is never returned to after signing in. */
export type PageKind = "public" | "private" | "entry";

export interface PageInfo {
  kind: PageKind;
  /** The banner about an unconfirmed e-mail address is shown above the page. */
  hasUnconfirmedBanner: boolean;
  /** Without the header and the banners of the other pages. */
  isBare: boolean;
}

/** The address in `?next=` if it is a path of this site, else `/`. */
export function safeNext(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "/";
  return /^\/(?![/\\])/.test(next) ? next : "/";
}

export const location = signal({ pathname: "/", search: "" });

let pageAt: (pathname: string) => PageInfo | null = () => null;

/** The page at the current address; null: there is none. */
export const currentPage = () => pageAt(location.value.pathname);

const readAddress = () => {
  location.value = { pathname: window.location.pathname, search: window.location.search };
};

interface LeaveWords {
  title: string;
  text: string;
  /** Of the button. */
  leave: string;
}

/** What would be lost with the page. */
interface Guard {
  /** False: it could not be saved, and the page says why. Null: the person must save it there. */
  save: (() => Promise<boolean>) | null;
  /** Default: that changes are not saved. */
  question?: LeaveWords;
}

interface Leaving {
  /** Null: not all of it can be saved from here. */
  save: (() => Promise<boolean>) | null;
  question: LeaveWords | undefined;
  /** Goes to the other page; what guards this one is lost. */
  go(): void;
}

const guards = new Set<Guard>();

/** A person wants to go to another page, and is asked about what would be lost. */
export const leaving = signal<Leaving | null>(null);

/** A person who goes to another page is asked first. Returns what ends it. */
export function guardLeaving(guard: Guard): () => void {
  guards.add(guard);
  return () => guards.delete(guard);
}

function leave(away: () => void) {
  if (guards.size === 0) return away();
  const saves = [...guards].map(({ save }) => save);
  leaving.value = {
    question: [...guards].find(({ question }) => question)?.question,
    save: saves.includes(null) ? null : () => inTurn(saves as (() => Promise<boolean>)[]),
    go() {
      guards.clear();
      leaving.value = null;
      away();
    },
  };
}

/** The first that fails ends it: the page shows its error. */
async function inTurn(saves: readonly (() => Promise<boolean>)[]): Promise<boolean> {
  for (const save of saves) if (!(await save())) return false;
  return true;
}

/** A page of another site frames this one. It stays where it is: no page but that of a frame may be in it. */
const isFramed = () => window.parent !== window;

/** In a frame the page opens in a new window. */
export function navigate(to: string, { replace = false } = {}) {
  if (isFramed()) return void window.open(to, "_blank", "noopener");
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  readAddress();
  window.scrollTo(0, 0);
}

/** As a link does it: a person is asked first where something would be lost. */
export const visit = (to: string) => leave(() => navigate(to));

/** Removes these parameters from the address bar and returns their values: tokens and errors must not stay in it. */
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
    readAddress();
  }
  return taken;
}

/** `find`: the page at a path; null for addresses that are not the app's. */
export function startRouter(find: typeof pageAt) {
  pageAt = find;
  readAddress();
  window.addEventListener("popstate", () => {
    if (window.location.pathname === location.peek().pathname || guards.size === 0) return readAddress();
    // The browser has gone already: the page that stays takes its place again.
    const { pathname, search } = location.peek();
    history.pushState(null, "", pathname + search);
    leave(() => history.back());
  });
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || link.target || link.hasAttribute("download") || link.origin !== window.location.origin) return;
    if (link.hash && link.pathname === window.location.pathname) return; // A link to a place within this page.
    if (!pageAt(link.pathname)) return; // Not a page of the app: let the browser load it.
    event.preventDefault();
    visit(link.pathname + link.search);
  });
}

/** Address of the sign-in or sign-up page, with `next` set to the current page. */
export const signInHref = (page: "login" | "register" = "login") => {
  const here = location.value.pathname + location.value.search;
  return here === "/" || currentPage()?.kind === "entry" ? `/${page}` : `/${page}?next=${encodeURIComponent(here)}`;
};
