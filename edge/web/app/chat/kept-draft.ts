// The text that was not sent yet, while its tab shows another page: a sign-in, for instance. Only the newest is kept.

import { keep, kept } from "../storage.ts";

const KEY = "draft";
const LENGTH_MAX = 2_000;

interface Kept {
  /** Address of the room. */
  room: string;
  text: string;
}

/** Without storage a text is lost with its page. */
export function keepDraft(room: string, text: string) {
  if (text.trim() !== "") keep(KEY, { room, text: text.slice(0, LENGTH_MAX) }, "sessionStorage");
  else if (keptDraft(room) !== "") keep(KEY, null, "sessionStorage");
}

/** Empty: none of this room. */
export function keptDraft(room: string): string {
  const draft = kept(KEY, "sessionStorage") as Partial<Kept> | null;
  return draft?.room === room && typeof draft.text === "string" ? draft.text : "";
}
