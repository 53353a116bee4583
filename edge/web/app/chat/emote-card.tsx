// All emotes of the room beside the button that opened it: the letters of one find it, Enter or a press writes it.

import { useSignal } from "@preact/signals";
import type { EmoteView } from "#schema/api/emotes.ts";
import { FloatCard } from "../ui/float-card.tsx";
import { words } from "../words/emotes.ts";
import { EmotePicture } from "./emote-picture.tsx";
import { emotes } from "./emotes.ts";
import { emotesFor } from "./offers.ts";

export interface EmoteCardProps {
  opener: HTMLElement;
  onPick(code: string): void;
  onClose(): void;
}

export function EmoteCard({ opener, onPick, onClose }: EmoteCardProps) {
  const letters = useSignal("");
  const found = emotesFor(letters.value.trim().toLowerCase(), emotes.value).map(({ picture }) => picture!);
  return (
    <FloatCard opener={opener} look="emote-card" onClose={onClose}>
      {({ headId }) => (
        <>
          <h3 id={headId}>{words.title}</h3>
          <input
            type="search"
            class="emote-find"
            aria-label={words.find}
            placeholder={words.find}
            value={letters}
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => {
              letters.value = event.currentTarget.value;
            }}
            onKeyDown={(event) => {
              const [first] = found;
              if (event.key !== "Enter" || !first) return;
              event.preventDefault();
              onPick(first.code);
            }}
          />
          {found.length === 0 ? (
            <p class="muted" role="status">
              {words.none}
            </p>
          ) : (
            <Grid all={found} onPick={onPick} />
          )}
        </>
      )}
    </FloatCard>
  );
}

const Grid = ({ all, onPick }: { all: readonly EmoteView[]; onPick(code: string): void }) => (
  <ul class="emote-grid">
    {all.map((emote) => (
      <li key={emote.id}>
        <button type="button" class="emote-pick" title={emote.code} onClick={() => onPick(emote.code)}>
          <EmotePicture emote={emote} />
        </button>
      </li>
    ))}
  </ul>
);
