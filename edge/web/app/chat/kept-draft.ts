// The text that was not sent yet, while its tab shows another page: a sign-in, for instance. Only the newest is kept.

const KEY = "draft";
const LENGTH_MAX = 2_000;

interface Kept {
  /** Address of the room. */
  room: string;
  text: string;
}

export function keepDraft(room: string, text: string) {
  try {
    if (text.trim() !== "") sessionStorage.setItem(KEY, JSON.stringify({ room, text: text.slice(0, LENGTH_MAX) }));
    else if (keptDraft(room) !== "") sessionStorage.removeItem(KEY);
  } catch {
    return; // Without storage a text is lost with its page.
  }
}

/** Empty: none of this room. */
export function keptDraft(room: string): string {
  try {
    const kept = JSON.parse(globalThis.sessionStorage?.getItem(KEY) ?? "null") as Partial<Kept> | null;
    return kept?.room === room && typeof kept.text === "string" ? kept.text : "";
  } catch {
    return ""; // Storage is disabled or holds another value.
  }
}
