// When the controls of a player are visible.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { after } from "../clock.ts";

const CONTROLS_HIDE_MS = 3_000;
export const OPEN_MENU = "[aria-expanded=true]";
/** The keyboard is in the player, or a menu of it is open. A button that was pressed by the pointer does not count: it keeps the focus. */
const IN_USE = `:focus-visible, ${OPEN_MENU}`;

/** The controls are visible while the pointer moves and for a short time after, and as long as they are in use. */
export function useAwake(box: { readonly current: HTMLElement | null }) {
  const awake = useSignal(true);
  const cancel = useRef(() => {});
  const wake = () => {
    awake.value = true;
    cancel.current();
    cancel.current = after(CONTROLS_HIDE_MS, () => {
      if (box.current?.querySelector(IN_USE)) wake();
      else awake.value = false;
    });
  };
  useEffect(() => {
    wake();
    return () => cancel.current();
  }, []);
  return { awake: awake.value, wake };
}
