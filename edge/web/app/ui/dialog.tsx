// A modal dialog. The browser keeps focus inside, restores it afterwards, and closes the dialog on Escape. On a phone it is a sheet at the foot.

import { effect, signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { recoverFocus } from "./focus.ts";

interface DialogProps {
  title: string;
  /** Called for Escape and for a press outside. */
  onClose(): void;
  /** The element with `autofocus` has the focus first, else the first that can have it. */
  children: ComponentChildren;
}

/** Ids, the newest last. Only that one is shown: the others wait below it, with all that is in them. */
const open = signal<readonly string[]>([]);

/** Open while it is rendered. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  /** A text that is selected from the inside out ends outside, but is no press there. */
  const pressed = useRef<EventTarget | null>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = box.current;
    if (!dialog) return;
    const before = document.activeElement;
    let inside: Element | null = null;
    open.value = [...open.peek(), id];
    const stop = effect(() => {
      const isShown = open.value.at(-1) === id;
      if (isShown === dialog.open) return;
      if (isShown) {
        dialog.showModal();
        if (inside instanceof HTMLElement) inside.focus();
      } else {
        inside = document.activeElement;
        dialog.close();
      }
    });
    return () => {
      stop();
      dialog.close();
      open.value = open.peek().filter((one) => one !== id);
      if (before instanceof HTMLElement) before.focus();
      recoverFocus(); // The button that opened the dialog may have disappeared.
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the browser handles Escape, which does the same.
    <dialog
      ref={box}
      class="dialog"
      aria-labelledby={`${id}-head`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        pressed.current = event.target;
      }}
      onClick={(event) => {
        if (event.target === box.current && pressed.current === box.current) onClose();
      }}
    >
      <div class="dialog-body">
        <h2 id={`${id}-head`}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
