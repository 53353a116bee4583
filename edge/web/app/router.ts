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

const guards = new Set<() => boolean>();

/** `mayLeave` is asked before the person goes to another page; it answers at once. Returns what ends it. */
export function guardLeaving(mayLeave: () => boolean): () => void {
  guards.add(mayLeave);
  return () => guards.delete(mayLeave);
}

/** A page that is left has nothing more to guard. */
function mayLeave(): boolean {
  const may = [...guards].every((guard) => guard());
  if (may) guards.clear();
  return may;
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
    if (window.location.pathname === location.peek().pathname || mayLeave()) return readAddress();
    // The browser has gone back already: the page that stays takes its place again.
    const { pathname, search } = location.peek();
    history.pushState(null, "", pathname + search);
  });
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || link.target || link.hasAttribute("download") || link.origin !== window.location.origin) return;
    if (link.hash && link.pathname === window.location.pathname) return; // A link to a place within this page.
    if (!pageAt(link.pathname)) return; // Not a page of the app: let the browser load it.
    event.preventDefault();
    if (mayLeave()) navigate(link.pathname + link.search);
  });
}

/** Address of the sign-in or sign-up page, with `next` set to the current page. */
export const signInHref = (page: "login" | "register" = "login") => {
  const here = location.value.pathname + location.value.search;
  return here === "/" || currentPage()?.kind === "entry" ? `/${page}` : `/${page}?next=${encodeURIComponent(here)}`;
};
