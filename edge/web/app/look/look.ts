// How a person wants the pages to look on this device: the theme, and the width of the chat. Kept in local storage, with or without an
// account, and shown before the first paint by start.ts.

import { keep, kept } from "../storage.ts";

export const THEMES = ["system", "dark", "light"] as const;
export type Theme = (typeof THEMES)[number];

export const CHAT_WIDTH_PX = { min: 280, usual: 340, max: 480 };

export interface Look {
  theme: Theme;
  chatWidthPx: number;
}

const KEY = "look";

/** The usual look where nothing is kept, or nothing that makes sense. */
export function keptLook(): Look {
  const { theme, chatWidthPx } = (kept(KEY) ?? {}) as Partial<Look>;
  return {
    theme: THEMES.find((one) => one === theme) ?? "system",
    chatWidthPx: allowedChatWidth(typeof chatWidthPx === "number" ? chatWidthPx : CHAT_WIDTH_PX.usual),
  };
}

export const keepLook = (look: Look) => keep(KEY, look);

export const allowedChatWidth = (px: number) =>
  Math.round(Math.min(CHAT_WIDTH_PX.max, Math.max(CHAT_WIDTH_PX.min, px)));

/** Sets what the style sheet and the browser's own bars go by. */
export function showLook({ theme, chatWidthPx }: Look) {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  if (chatWidthPx === CHAT_WIDTH_PX.usual) root.style.removeProperty("--chat");
  else root.style.setProperty("--chat", `${chatWidthPx}px`);
  for (const bar of document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")) {
    const own = bar.dataset.theme ?? "";
    bar.media = theme === "system" ? `(prefers-color-scheme: ${own})` : own === theme ? "all" : "not all";
  }
}
