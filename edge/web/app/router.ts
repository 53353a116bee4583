// Which page is shown: the address bar as a signal, and links that change it without loading anew.

import { signal } from "@preact/signals";

/** `private`: only for who is signed in. `entry`: the way in, and no place to come back to. */
export type PageKind = "public" | "private" | "entry";

export interface PageShown {
  kind: PageKind;
  /** The line about an address that is not confirmed stands above it. */
  hasUnconfirmedBanner: boolean;
}

/** Where `?next=` leads after signing in: a path of ours, never another site. */
export function safeNext(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "/";
  return /^\/(?![/\\])/.test(next) ? next : "/";
}

export const location = signal({ pathname: "/", search: "" });

let pageAt: (pathname: string) => PageShown | null = () => null;

/** The page at the address of now; null: there is none. */
export const pageShown = () => pageAt(location.value.pathname);

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

/** `find`: the page at a path, null for what is not the app's. */
export function startRouter(find: typeof pageAt) {
  pageAt = find;
  read();
  window.addEventListener("popstate", read);
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || link.target || link.hasAttribute("download") || link.origin !== window.location.origin) return;
    if (link.hash && link.pathname === window.location.pathname) return; // A jump within the page.
    if (!pageAt(link.pathname)) return; // Not a page of the app: the server answers it.
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}

/** The sign-in page's address, with the way back. */
export const signInHref = (page: "login" | "register" = "login") => {
  const here = location.value.pathname + location.value.search;
  return here === "/" || pageShown()?.kind === "entry" ? `/${page}` : `/${page}?next=${encodeURIComponent(here)}`;
};
