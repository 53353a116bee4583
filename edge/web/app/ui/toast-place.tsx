// The place of toasts: at the foot, right, and above whatever stands at the foot there. It is always rendered, for screen readers.

import { useSignal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { after } from "../clock.ts";
import { words } from "../words/ui.ts";
import { recoverFocus } from "./focus.ts";
import { CheckIcon, CloseIcon, WarningIcon } from "./icons.tsx";
import { closeToast, type Toast, toast, toastLengthMs, undoToast } from "./toast.ts";

/** What a toast never covers. */
const FOOT = ".composer, .foot-tabs";

export function ToastPlace() {
  const box = useRef<HTMLDivElement>(null);
  const isHeld = useSignal(false);
  const shown = toast.value;
  useSignalEffect(() => {
    const now = toast.value;
    if (!now) isHeld.value = false;
    const lengthMs = now && toastLengthMs(now);
    if (lengthMs === null || isHeld.value) return;
    return after(lengthMs, closeToast);
  });
  useLayoutEffect(() => {
    const place = box.current;
    if (!place || !shown) return;
    const stay = () => place.style.setProperty("--foot", `${footPx(place)}px`);
    stay();
    window.addEventListener("resize", stay);
    return () => {
      window.removeEventListener("resize", stay);
      recoverFocus(); // Its button had the focus.
    };
  }, [shown]);
  const hold = (held: boolean) => () => {
    isHeld.value = held;
  };
  return (
    <div
      class="toast-place"
      ref={box}
      // Not only when it enters: it may be where the next toast comes.
      onPointerMove={hold(true)}
      onPointerLeave={hold(false)}
      onFocusIn={hold(true)}
      onFocusOut={hold(false)}
    >
      <div role="status">{shown ? <Shown toast={shown} /> : null}</div>
    </div>
  );
}

function Shown({ toast }: { toast: Toast }) {
  const { text, undo, isError } = toast;
  return (
    <div class={isError ? "toast toast-bad" : "toast"}>
      {isError ? <WarningIcon size="text" /> : <CheckIcon size="text" />}
      <p dir="auto">{text}</p>
      {undo ? (
        <button type="button" class="button" onClick={() => void undoToast(toast)}>
          {words.undo}
        </button>
      ) : null}
      {isError ? (
        <button type="button" class="icon-button" aria-label={words.close} title={words.close} onClick={closeToast}>
          <CloseIcon />
        </button>
      ) : null}
    </div>
  );
}

/** From the foot of the window to the upper edge of what stands there in the toast's column; 0: nothing. */
function footPx(place: HTMLElement): number {
  const { left, right } = place.getBoundingClientRect();
  const { clientHeight } = document.documentElement;
  const tops = [...document.querySelectorAll(FOOT)].flatMap((element) => {
    const foot = element.getBoundingClientRect();
    const isThere = foot.height > 0 && foot.left < right && foot.right > left;
    const isAtFoot = foot.top < clientHeight && foot.bottom > clientHeight - foot.height;
    return isThere && isAtFoot ? [foot.top] : [];
  });
  return Math.max(0, clientHeight - Math.min(clientHeight, ...tops));
}
