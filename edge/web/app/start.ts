// The start of the app: on a watch page the player is there before anything is drawn. The pages are in app.tsx.

import { pageAt } from "../page-addresses.ts";
import { startApp } from "./app.tsx";
import { beginHeadStart } from "./player/early/head-start.ts";

/** Draws the page at the address. */
export async function start() {
  const found = pageAt(window.location.pathname);
  if (found?.name === "watch" || found?.name === "embed")
    await beginHeadStart((found.props as { login: string }).login);
  const root = document.getElementById("app");
  if (root) startApp(root);
  document.getElementById("early")?.remove(); // The player has taken the video out of it.
}
