// What people can see of a text, by Unicode's properties (UAX #44). A new version of Unicode needs no change here.

/** One code point that shows nothing: blanks, controls, and what Unicode itself says to leave undrawn, such as fillers and joiners. */
export const INVISIBLE = String.raw`\p{White_Space}\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}${
  // A symbol for Unicode, but the Braille pattern without dots is drawn as a blank.
  "\\u2800"
}`;
const VISIBLE = new RegExp(`[^${INVISIBLE}]`, "u");

/** False for a text of blanks and invisible characters alone. */
export const showsSomething = (text: string): boolean => VISIBLE.test(text);

/** Characters that end a line in some program (UAX #14: BK, CR, LF, NL), and tabs. */
export const LINE_BREAK = /[\t\n\v\f\r\u0085\p{Zl}\p{Zp}]/u;

/** A pasted text as one line: each run of line breaks and tabs, with the blanks around it, becomes a space. Trimmed. */
export const asOneLine = (text: string): string => text.replace(BREAKS, " ").trim();
const BREAKS = new RegExp(String.raw`\s*${LINE_BREAK.source}\s*`, "gu");
