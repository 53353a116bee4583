// A modal dialog. The browser keeps focus inside, restores it afterwards, and closes the dialog on Escape.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { recoverFocus } from "./focus.ts";

interface DialogProps {
  title: string;
  /** Called for Escape and for a click outside. */
  onClose(): void;
  children: ComponentChildren;
}

let count = 0;

/** Open while it is rendered. */
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
      recoverFocus(); // The button that opened the dialog may have disappeared.
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the browser handles Escape, which does the same.
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
