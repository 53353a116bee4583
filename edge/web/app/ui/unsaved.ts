// Leaving a page with changes that are not saved asks first: by a link, by the browser's buttons, and by closing the tab.

import { useEffect } from "preact/hooks";
import { guardLeaving } from "../router.ts";

const QUESTION = "You have changes that are not saved. Leave this page?";

/** While `isUnsaved`. */
export function useUnsaved(isUnsaved: boolean) {
  useEffect(() => {
    if (!isUnsaved) return;
    const closing = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", closing);
    const release = guardLeaving(() => window.confirm(QUESTION));
    return () => {
      window.removeEventListener("beforeunload", closing);
      release();
    };
  }, [isUnsaved]);
}
