// What is being written at the caret that a list can complete: `@` a person, `/` a command at the beginning, `:` an emote.

export type CompletionKind = "person" | "command" | "emote";

export interface Completion {
  kind: CompletionKind;
  /** What follows the sign, in lower case. */
  letters: string;
  /** Of the sign. */
  from: number;
}

const AT_CARET = /(?:^|\s)([@:])([\p{L}\p{N}_]*)$/u;
const COMMAND_AT_CARET = /^\/([a-z]*)$/i;
/** A single `:` is a sign of punctuation. */
const EMOTE_LETTERS_MIN = 2;

/** Null: nothing to complete. `caret`: counted as the field does, in UTF-16 units. */
export function completionAt(text: string, caret: number): Completion | null {
  const before = text.slice(0, caret);
  const command = COMMAND_AT_CARET.exec(before);
  if (command) return { kind: "command", letters: command[1]!.toLowerCase(), from: 0 };
  const [, sign, letters = ""] = AT_CARET.exec(before) ?? [];
  if (!sign || (sign === ":" && letters.length < EMOTE_LETTERS_MIN)) return null;
  return { kind: sign === "@" ? "person" : "emote", letters: letters.toLowerCase(), from: caret - letters.length - 1 };
}

/** The text with `inserted` in the place of what was written, a blank after it, and where the caret is then. */
export function completed(text: string, caret: number, { from }: Completion, inserted: string) {
  const rest = text.slice(caret).replace(/^ /, "");
  return { text: `${text.slice(0, from)}${inserted} ${rest}`, caret: from + inserted.length + 1 };
}
