// The one sentence of a page that a screen reader hears when the state of the picture changes.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { words } from "../words/channel.ts";

/**
 * The text of a live region that is on the page from the start: what comes with its region is not read out everywhere. `sentence`: of the
 * state; empty: nothing to say. While the server is away that is said, and after it once that it is back.
 */
export function useSpoken(sentence: string, isAway: boolean): string {
  const spoken = useSignal("");
  const wasAway = useRef(false);
  useEffect(() => {
    if (isAway) spoken.value = navigator.onLine ? words.serverAway : words.offline;
    else spoken.value = wasAway.current ? words.back : sentence;
    wasAway.current = isAway;
  }, [sentence, isAway, spoken]);
  return spoken.value;
}
