// The frame of a card above the lines: a head that folds it, and a body.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { ChevronIcon } from "../ui/icons.tsx";
import { words } from "../words/room-cards.ts";
import { fold, isFolded } from "./folded-cards.ts";

interface RoomCardProps {
  /** What is folded is kept by it. */
  id: string;
  /** Of the region. */
  label: string;
  icon: ComponentChildren;
  /** Shown in the head. */
  title: ComponentChildren;
  /** Shown in the head while it is folded: one row. */
  summary: ComponentChildren;
  children: ComponentChildren;
}

export function RoomCard({ id, label, icon, title, summary, children }: RoomCardProps) {
  const bodyId = useId();
  const folded = isFolded(id);
  const word = folded ? words.unfold(label) : words.fold(label);
  return (
    <section class={folded ? "room-card room-card-folded" : "room-card"} aria-label={label}>
      <div class="room-card-head">
        {icon}
        <p>{folded ? summary : title}</p>
        <button
          type="button"
          class="icon-button"
          aria-expanded={!folded}
          aria-controls={bodyId}
          aria-label={word}
          title={word}
          onClick={() => fold(id, !folded)}
        >
          <ChevronIcon size="text" />
        </button>
      </div>
      <div class="room-card-body" id={bodyId} hidden={folded}>
        {children}
      </div>
    </section>
  );
}
