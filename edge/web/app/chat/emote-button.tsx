// Opens the emotes of the room, and writes the chosen one into the line. Where the room has none, there is no button.

import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { EmoteIcon } from "../ui/icons.tsx";
import { lazyPart } from "../ui/lazy.tsx";
import { words } from "../words/emotes.ts";
import type { EmoteCardProps } from "./emote-card.tsx";
import { emotes } from "./emotes.ts";
import type { Room } from "./room.ts";

const EmoteCard = lazyPart<EmoteCardProps>(async () => (await import("./emote-card.tsx")).EmoteCard);

export function EmoteButton({ room }: { room: Room }) {
  const isOpen = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  if (emotes.value.size === 0) return null;
  const pick = (code: string) => {
    const { draft } = room;
    draft.value = `${draft.peek()}${/\S$/.test(draft.peek()) ? " " : ""}${code} `;
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-haspopup="dialog"
        aria-label={words.open}
        title={words.open}
        onPointerEnter={EmoteCard.preload}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        <EmoteIcon />
      </button>
      {isOpen.value && button.current ? (
        <EmoteCard
          opener={button.current}
          onPick={pick}
          onClose={() => {
            isOpen.value = false;
          }}
        />
      ) : null}
    </>
  );
}
