// The start of the app: on a watch page the player is there before anything is drawn. The pages are in app.tsx.

import { pageAt } from "../page-addresses.ts";
import { preloadPage, startApp } from "./app.tsx";
import { after } from "./clock.ts";

/** Where most people go next is loaded when the first page has what it needs. */
const WATCH_PAGE_AFTER_MS = 2_000;

/** Draws the page at the address. */
export async function start() {
  const found = pageAt(window.location.pathname);
  if (found?.name === "watch" || found?.name === "embed") {
    const { login } = found.props as { login: string };
    await Promise.all([preloadPage(found.name), beginPlaying(login)]);
  } else if (found?.name === "home") await preloadPage("home"); // Its rail would ask for fewer channels before it.
  const root = document.getElementById("app");
  if (root) startApp(root);
  document.getElementById("early")?.remove(); // The player has taken the video out of it.
  after(WATCH_PAGE_AFTER_MS, () => void preloadPage("watch"));
}

/** Its code is not in the first load of the other pages. */
async function beginPlaying(login: string) {
  const { beginHeadStart } = await import("./player/early/head-start.ts");
  await beginHeadStart(login);
}
