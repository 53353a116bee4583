// Opens the emotes of the room, and writes the chosen one into the line. Where the room has none, there is no button.

import { lazyPart } from "../ui/lazy.tsx";
import { EmoteIcon } from "../ui/tool-icons.tsx";
import { words } from "../words/emotes.ts";
import { CardButton } from "./card-button.tsx";
import type { EmoteCardProps } from "./emote-card.tsx";
import { emotes } from "./emotes.ts";
import type { Room } from "./room.ts";

const EmoteCard = lazyPart<EmoteCardProps>(async () => (await import("./emote-card.tsx")).EmoteCard);

export function EmoteButton({ room }: { room: Room }) {
  if (emotes.value.size === 0) return null;
  const pick = (code: string) => {
    const { draft } = room;
    draft.value = `${draft.peek()}${/\S$/.test(draft.peek()) ? " " : ""}${code} `;
  };
  return (
    <CardButton word={words.open} face={<EmoteIcon />} onNear={EmoteCard.preload}>
      {(parts) => <EmoteCard {...parts} onPick={pick} />}
    </CardButton>
  );
}
