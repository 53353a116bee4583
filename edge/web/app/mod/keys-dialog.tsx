// The keys of the moderator view, and the key that lists them.

import { useEffect } from "preact/hooks";
import { Dialog } from "../ui/dialog.tsx";
import { isSingleKey } from "../ui/single-keys.ts";
import { words } from "../words/mod.ts";
import { words as uiWords } from "../words/ui.ts";

export const KeysDialog = ({ onClose }: { onClose(): void }) => (
  <Dialog title={words.keys} onClose={onClose}>
    {words.keyGroups.map(({ title, keys }) => (
      <section key={title} class="mod-keys">
        <h3>{title}</h3>
        <dl>
          {keys.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </section>
    ))}
    <div class="dialog-actions">
      <button type="button" class="button primary" onClick={onClose} autofocus>
        {uiWords.close}
      </button>
    </div>
  </Dialog>
);

/** `?` calls it. */
export function useKeysKey(open: () => void) {
  useEffect(() => {
    const ending = new AbortController();
    const onKey = (event: KeyboardEvent) => {
      if (isSingleKey(event, "?")) open();
    };
    window.addEventListener("keydown", onKey, { signal: ending.signal });
    return () => ending.abort();
  }, []);
}
