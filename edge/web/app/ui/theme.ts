// Which of the two themes the page shows, for what cannot be said in CSS.

import { signal } from "@preact/signals";

/** The background that chat names are read on; the same as `--surface` in style/tokens.css. */
const BACKGROUNDS = { dark: "#13181f", light: "#ffffff" };

const query = globalThis.matchMedia?.("(prefers-color-scheme: light)");
const now = () => ({ background: query?.matches ? BACKGROUNDS.light : BACKGROUNDS.dark });

export const theme = signal(now());
query?.addEventListener("change", () => {
  theme.value = now();
});
