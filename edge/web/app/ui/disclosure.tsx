// A button that shows and hides a box below it: closed by Escape, a press elsewhere, and when another page opens.

import { useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { location } from "../router.ts";

interface DisclosureProps {
  /** Name of the button. */
  label: string;
  /** What the button shows. */
  face: ComponentChildren;
  children: ComponentChildren;
  /** Class of the button. Default: an icon alone. */
  look?: string;
  onOpen?(): void;
}

export function Disclosure({ label, face, children, look = "icon-button", onOpen }: DisclosureProps) {
  const open = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const away = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) open.value = false;
    };
    const escaped = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || !open.value) return;
      open.value = false;
      box.current?.querySelector("button")?.focus();
    };
    document.addEventListener("pointerdown", away);
    document.addEventListener("keydown", escaped);
    return () => {
      document.removeEventListener("pointerdown", away);
      document.removeEventListener("keydown", escaped);
    };
  }, [open]);
  useSignalEffect(() => {
    location.value; // Closes after a click on one of its links.
    open.value = false;
  });
  return (
    <div class="disclosure" ref={box}>
      <button
        type="button"
        class={`${look} disclosure-button`}
        aria-expanded={open.value}
        aria-label={label}
        title={label}
        onClick={() => {
          open.value = !open.value;
          onOpen?.();
        }}
      >
        {face}
      </button>
      {open.value ? <div class="disclosure-box">{children}</div> : null}
    </div>
  );
}
