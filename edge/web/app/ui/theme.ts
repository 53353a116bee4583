// The theme's colours that code computes with, as the style sheet has them now.

import { signal } from "@preact/signals";

/** The background behind a chat name that has the least contrast with it, `#rrggbb`: that of a line under the pointer. */
export const theme = signal({ background: "#000000" });

let place: Element | null = null;

/** Reads the colours anew: at the start, and after a change of theme. `within`: as they are there, from now on. Default: the page's. */
export function readTheme(within: Element | null = place) {
  place = within;
  const background = colourOf("var(--hover)");
  if (background && background !== theme.peek().background) theme.value = { background };
}

/** What a CSS colour is in this theme, as `#rrggbb`. Null: there is no such value, or no style sheet. */
function colourOf(css: string): string | null {
  const probe = document.createElement("i");
  probe.style.color = css;
  (place ?? document.body).append(probe);
  const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(getComputedStyle(probe).color)?.slice(1);
  probe.remove();
  return parts ? `#${parts.map((part) => Number(part).toString(16).padStart(2, "0")).join("")}` : null;
}
