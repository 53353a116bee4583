// The list over the composer (ARIA APG: a field with a list): people after `@`, commands after `/`, emotes after `:`.

import { type Signal, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { words } from "../words/commands.ts";
import { completed, completionAt } from "./completion.ts";
import { EmotePicture } from "./emote-picture.tsx";
import { offersFor } from "./offers.ts";
import type { Room } from "./room.ts";

export interface OfferListProps {
  room: Room;
  field: RefObject<HTMLTextAreaElement | null>;
  /** Of the field. */
  text: Signal<string>;
  /** Hears the field's keys first; true: the key was for the list. */
  keys: { current: ((event: KeyboardEvent) => boolean) | null };
  /** Id of the chosen entry, for the field; null: the list is closed. */
  active: Signal<string | null>;
}

const idOf = (at: number) => `composer-offer-${at}`;

export function OfferList({ room, field, text, keys, active }: OfferListProps) {
  const at = useSignal(0);
  /** Escape closes the list for this text. */
  const closedFor = useSignal<string | null>(null);
  const list = useComputed(() => {
    const now = text.value;
    const caret = field.current?.selectionStart ?? now.length;
    const completion = completionAt(now, caret);
    if (!completion || closedFor.value === now) return null;
    const offers = offersFor(completion, room);
    return offers.length > 0 ? { completion, caret, offers } : null;
  });
  useSignalEffect(() => {
    text.value;
    at.value = 0;
  });
  useSignalEffect(() => {
    active.value = list.value ? idOf(at.value) : null;
  });
  const accept = (index: number) => {
    const open = list.peek();
    const offer = open?.offers[index];
    const element = field.current;
    if (!open || !offer || !element) return;
    const next = completed(text.peek(), open.caret, open.completion, offer.text);
    element.value = next.text; // At once: the caret stands in it.
    element.setSelectionRange(next.caret, next.caret);
    text.value = next.text;
  };
  useEffect(() => {
    keys.current = (event) => {
      const open = list.peek();
      if (!open || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false;
      const { offers, completion } = open;
      const { key } = event;
      const written = text.peek().slice(completion.from, open.caret).toLowerCase();
      if (key === "ArrowDown") at.value = (at.peek() + 1) % offers.length;
      else if (key === "ArrowUp") at.value = (at.peek() + offers.length - 1) % offers.length;
      else if (key === "Escape") closedFor.value = text.peek();
      // What is written in full is sent.
      else if (key === "Tab" || (key === "Enter" && offers[at.peek()]?.text !== written)) accept(at.peek());
      else return false;
      event.preventDefault();
      return true;
    };
    return () => {
      keys.current = null;
      active.value = null;
    };
  }, []);
  if (!list.value) return null;
  const { completion, offers } = list.value;
  return (
    <>
      <p class="sr-only" role="status">
        {words.offers(offers.length)}
      </p>
      <div
        class="offers"
        id="composer-offers"
        role="listbox"
        aria-label={words.lists[completion.kind]}
        // The field keeps the focus, so that a press does not close the list before it counts.
        onPointerDown={(event) => event.preventDefault()}
      >
        {offers.map(({ text: word, argument, note, picture }, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys.
          <div
            key={word}
            id={idOf(index)}
            class="offer"
            role="option"
            tabIndex={-1}
            aria-selected={index === at.value}
            onClick={() => accept(index)}
          >
            {picture ? <EmotePicture emote={picture} /> : null}
            <b>{word}</b>
            {argument ? <i>{argument}</i> : null}
            {note ? <span class="muted">{note}</span> : null}
          </div>
        ))}
      </div>
    </>
  );
}
