// A dialog over the page: the browser keeps the focus inside, gives it back afterwards, and closes it by Escape.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { keepFocus } from "./focus.ts";

interface DialogProps {
  title: string;
  /** Escape, the button, or a click beside it. */
  onClose(): void;
  children: ComponentChildren;
}

let count = 0;

/** Open as long as it is rendered. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const head = useRef(`dialog-${++count}`);
  useLayoutEffect(() => {
    const before = document.activeElement;
    const dialog = box.current;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
      keepFocus(); // What opened it may be gone with what was done in it.
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same, by the browser.
    <dialog
      ref={box}
      class="dialog"
      aria-labelledby={head.current}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === box.current) onClose();
      }}
    >
      <div class="dialog-body">
        <h2 id={head.current}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
