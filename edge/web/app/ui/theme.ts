// Which of the two themes the page shows, for what cannot be said in CSS.

import { signal } from "@preact/signals";

/**
 * The background that chat names are read on while the pointer is over them: `--raised` in style/tokens.css. It is nearer to the
 * names' colours than `--surface`, where they stand otherwise.
 */
const BACKGROUNDS = { dark: "#1b222b", light: "#f0f3f5" };

const query = globalThis.matchMedia?.("(prefers-color-scheme: light)");
const now = () => ({ background: query?.matches ? BACKGROUNDS.light : BACKGROUNDS.dark });

export const theme = signal(now());
query?.addEventListener("change", () => {
  theme.value = now();
});
