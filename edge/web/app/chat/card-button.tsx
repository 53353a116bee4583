// A button in the head of the chat that opens a card beside it.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

interface CardButtonProps {
  word: string;
  /** Beside other classes of the button. Default: none. */
  look?: string;
  face: ComponentChildren;
  /** The pointer comes near. */
  onNear?(): void;
  /** The open card. */
  children(parts: { opener: HTMLElement; onClose(): void }): ComponentChildren;
}

export function CardButton({ word, look = "", face, onNear, children }: CardButtonProps) {
  const isOpen = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const onClose = () => {
    isOpen.value = false;
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class={`icon-button ${look}`}
        aria-haspopup="dialog"
        // The open card changes it.
        aria-expanded="false"
        aria-label={word}
        title={word}
        onPointerEnter={onNear}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        {face}
      </button>
      {isOpen.value && button.current ? children({ opener: button.current, onClose }) : null}
    </>
  );
}
