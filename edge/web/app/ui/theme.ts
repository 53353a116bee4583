// The current theme's background, for colours that are computed in code.

import { signal } from "@preact/signals";

/**
 * The background behind a chat name under the pointer: `--raised` in style/tokens.css. Names have less contrast on it than on
 * `--surface`, their usual background.
 */
const BACKGROUNDS = { dark: "#1b222b", light: "#f0f3f5" };

const query = globalThis.matchMedia?.("(prefers-color-scheme: light)");
const now = () => ({ background: query?.matches ? BACKGROUNDS.light : BACKGROUNDS.dark });

export const theme = signal(now());
query?.addEventListener("change", () => {
  theme.value = now();
});
