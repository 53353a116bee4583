// Leaving a page with changes that are not saved asks first: by a link and by the browser's buttons in leave-question.tsx, by closing the tab in
// the browser's own words.

import { useLayoutEffect, useRef } from "preact/hooks";
import { guardLeaving } from "../router.ts";
import type { Form } from "./form.ts";
import { preloadLeaveQuestion } from "./leave-place.tsx";

/** While `isUnsaved`. `form`: what can save it without further questions. */
export function useUnsaved(isUnsaved: boolean, form: Form | null = null) {
  const save = useRef<Form["save"] | null>(null);
  save.current = form?.save ?? null;
  const canSave = form !== null;
  // Before the next key: effects run after the frame, which on a busy machine comes later than Enter.
  useLayoutEffect(() => {
    if (!isUnsaved) return;
    preloadLeaveQuestion();
    const closing = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", closing);
    const release = guardLeaving({ save: canSave ? async () => (await save.current?.()) ?? false : null });
    return () => {
      window.removeEventListener("beforeunload", closing);
      release();
    };
  }, [isUnsaved, canSave]);
}
