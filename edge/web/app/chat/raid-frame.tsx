// The frame of a card about a raid: what is shown, what is read out, and what can be done.

import { type ComponentChildren, toChildArray } from "preact";
import { RaidIcon } from "../ui/card-icons.tsx";
import { words } from "../words/room-cards.ts";

interface RaidFrameProps {
  /** May count down. */
  visible: string;
  /** For screen readers, once. */
  spoken: string;
  /** Buttons. */
  children: ComponentChildren;
}

export const RaidFrame = ({ visible, spoken, children }: RaidFrameProps) => (
  <section class="room-card room-raid" aria-label={words.raid}>
    <div class="room-card-head">
      <RaidIcon size="text" />
      <p aria-hidden="true">{visible}</p>
      <p class="sr-only" role="status">
        {spoken}
      </p>
    </div>
    {toChildArray(children).length === 0 ? null : <div class="room-card-body row">{children}</div>}
  </section>
);
