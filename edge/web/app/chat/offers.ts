// What the lists of the composer offer, by the kind of what is being written.

import type { LineEntry } from "#schema/api/chat.ts";
import type { EmoteView } from "#schema/api/emotes.ts";
import { commandsFor } from "./commands.ts";
import type { Completion, CompletionKind } from "./completion.ts";
import { type Emotes, emotes } from "./emotes.ts";
import type { Room } from "./room.ts";

export interface Offer {
  /** What is written into the line. */
  text: string;
  /** What one writes after it. Empty: nothing. */
  argument: string;
  /** What is shown beside it. */
  note: string;
  picture?: EmoteView;
}

/** `letters`: what was written after the sign, in lower case. The best first. */
export type OfferSource = (letters: string, room: Room) => Offer[];

const OFFERS_MAX = 7;

const sources: Record<CompletionKind, OfferSource> = {
  emote: (letters) => emotesFor(letters, emotes.peek()),
  person: (letters, room) => peopleFor(letters, room.entries.peek().lines, room.you.peek()?.login ?? null),
  command: (letters, room) =>
    commandsFor(room.you.peek()?.roles ?? [])
      .filter(({ name }) => name.startsWith(letters))
      .map(({ name, argument, help }) => ({ text: `/${name}`, argument, note: help })),
};

export const offersFor = ({ kind, letters }: Completion, room: Room) =>
  sources[kind](letters, room).slice(0, OFFERS_MAX);

/** Those that begin with the letters, then those that have them elsewhere. */
export function emotesFor(letters: string, known: Emotes): Offer[] {
  const place = (code: string) => code.toLowerCase().indexOf(letters);
  return [...known.values()]
    .filter(({ code }) => place(code) >= 0)
    .sort((a, b) => Math.min(1, place(a.code)) - Math.min(1, place(b.code)) || a.code.localeCompare(b.code, "en"))
    .map((emote) => ({ text: emote.code, argument: "", note: "", picture: emote }));
}

/** Who has said something in the lines that are here, who said it last first. */
export function peopleFor(letters: string, lines: readonly LineEntry[], ownLogin: string | null): Offer[] {
  const found = new Map<string, Offer>();
  for (const { user, deleted } of lines.toReversed()) {
    const { login, displayName } = user;
    if (deleted || login === ownLogin || found.has(login)) continue;
    if (!login.startsWith(letters) && !displayName.toLowerCase().startsWith(letters)) continue;
    found.set(login, { text: `@${login}`, argument: "", note: displayName.toLowerCase() === login ? "" : displayName });
  }
  return [...found.values()];
}
