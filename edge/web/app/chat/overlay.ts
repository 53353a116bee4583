// What the address of an embedded chat asks for, so that an encoder can lay the chat over a picture:
// `?transparent=1`, with `size=` in px and `fade=` in s.

export interface Overlay {
  sizePx: number;
  /** A line goes this long after it was said; null: it stays until others push it out. */
  fadeMs: number | null;
}

const SIZE_PX = { usual: 20, min: 10, max: 80 };
const FADE_S_MAX = 3_600;

/** Null: the chat is a page, with head and composer. What makes no sense is as if it were not there. */
export function overlayOf(search: string): Overlay | null {
  const asked = new URLSearchParams(search);
  if (asked.get("transparent") !== "1") return null;
  const [size, fade] = [wholeNumber(asked.get("size")), wholeNumber(asked.get("fade"))];
  return {
    sizePx: size === null ? SIZE_PX.usual : Math.min(SIZE_PX.max, Math.max(SIZE_PX.min, size)),
    fadeMs: fade ? Math.min(FADE_S_MAX, fade) * 1_000 : null,
  };
}

const wholeNumber = (text: string | null) => (text !== null && /^\d{1,6}$/.test(text) ? Number(text) : null);
