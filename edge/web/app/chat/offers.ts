// What the lists of the composer offer. A kind has a source; emotes get one when the room learns them, and until then their list never opens.

import type { LineEntry } from "#schema/api/chat.ts";
import { commandsFor } from "./commands.ts";
import type { Completion, CompletionKind } from "./completion.ts";
import type { Room } from "./room.ts";

export interface Offer {
  /** What is written into the line. */
  text: string;
  /** What one writes after it. Empty: nothing. */
  argument: string;
  /** What is shown beside it. */
  note: string;
}

/** `letters`: what was written after the sign, in lower case. The best first. */
export type OfferSource = (letters: string, room: Room) => Offer[];

const OFFERS_MAX = 7;

const sources: Partial<Record<CompletionKind, OfferSource>> = {
  person: (letters, room) => peopleFor(letters, room.entries.peek().lines, room.you.peek()?.login ?? null),
  command: (letters, room) =>
    commandsFor(room.you.peek()?.roles ?? [])
      .filter(({ name }) => name.startsWith(letters))
      .map(({ name, argument, help }) => ({ text: `/${name}`, argument, note: help })),
};

export const offersFor = ({ kind, letters }: Completion, room: Room) =>
  (sources[kind]?.(letters, room) ?? []).slice(0, OFFERS_MAX);

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
