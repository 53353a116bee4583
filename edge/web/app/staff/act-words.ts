// An act of the audit log as a sentence with places for who did it and to whom.

import type { AuditView } from "#schema/api/audit.ts";
import { isUuid } from "#schema/wire/ids.ts";
import { durationText } from "../ui/dates.ts";
import { actSentences, words } from "../words/staff.ts";

export type ActPart = { kind: "words"; text: string } | { kind: "who" } | { kind: "target" };

/** In the order of the sentence. An act of a newer release has its code in the place of words. */
export function actParts(act: string): ActPart[] {
  const sentence = (actSentences as Record<string, string>)[act] ?? `{who} ${act}`;
  return sentence
    .split(/(\{who\}|\{target\})/)
    .filter((part) => part !== "")
    .map((part) =>
      part === "{who}" ? { kind: "who" } : part === "{target}" ? { kind: "target" } : { kind: "words", text: part },
    );
}

/** The detail as text: `for 7 days` instead of `durationMs: 604800000`, and only the end of an id. */
export const detailText = (detail: AuditView["detail"]) =>
  Object.entries(detail)
    .map(([name, value]) => {
      if (name === "durationMs" && typeof value === "number") return words.forTime(durationText(value));
      const word = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
      if (value === null) return `${word}: ${words.none}`;
      return `${word}: ${isUuid(String(value)) ? `…${String(value).slice(-6)}` : value}`;
    })
    .join(", ");
