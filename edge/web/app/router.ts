// Which page is shown: the address bar as a signal, and links that change it without loading anew.

import { signal } from "@preact/signals";

export type Route =
  | { page: "home" }
  | { page: "login" }
  | { page: "register" }
  | { page: "dashboard" }
  | { page: "watch"; login: string }
  | { page: "missing" };

export function routeOf(pathname: string): Route {
  const path = pathname.replace(/\/+$/, "") || "/";
  if (path === "/") return { page: "home" };
  if (path === "/login") return { page: "login" };
  if (path === "/register") return { page: "register" };
  if (path === "/dashboard") return { page: "dashboard" };
  const login = /^\/([a-zA-Z0-9_]{3,25})$/.exec(path)?.[1];
  return login ? { page: "watch", login: login.toLowerCase() } : { page: "missing" };
}

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
  return here === "/" || /^\/(login|register)/.test(here) ? `/${page}` : `/${page}?next=${encodeURIComponent(here)}`;
};
