// A card that floats beside the button that opened it. The focus goes into it; Escape brings the focus back.

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { useFloat } from "./use-float.ts";

interface CardParts {
  /** Of the heading: the card is called by it. */
  headId: string;
  /** Closes the card, and then acts: what the act opens gets the focus after the opener has had it. */
  leave(act: () => void): void;
}

interface FloatCardProps {
  /** `aria-haspopup="dialog"`. */
  opener: HTMLElement;
  /** The class of its own. */
  look: string;
  onClose(): void;
  children(parts: CardParts): ComponentChildren;
}

export function FloatCard({ opener, look, onClose, children }: FloatCardProps) {
  const box = useRef<HTMLDivElement>(null);
  const headId = useId();
  useFloat(box, { opener, onAway: onClose });
  useLayoutEffect(() => box.current?.focus(), []);
  const back = () => {
    opener.focus();
    onClose();
  };
  return (
    <div
      class={`${look} float`}
      popover="manual"
      role="dialog"
      aria-labelledby={headId}
      tabIndex={-1}
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        back();
      }}
    >
      {children({
        headId,
        leave(act) {
          back();
          act();
        },
      })}
    </div>
  );
}
