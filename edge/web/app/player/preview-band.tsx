// The band over a preview: nobody else sees it, and a button puts it on air.

import { useSignal } from "@preact/signals";
import { showFailure } from "../ui/toast.ts";
import { words } from "../words/player-notes.ts";

export interface PreviewProps {
  /** Puts it on air; null: not from here. */
  goLive: (() => Promise<unknown>) | null;
}

export function PreviewBand({ goLive }: PreviewProps) {
  const isBusy = useSignal(false);
  const start = async () => {
    if (isBusy.value) return;
    isBusy.value = true;
    await goLive?.().catch(showFailure);
    isBusy.value = false;
  };
  return (
    <p class="player-note">
      <span>{words.onlyYou}</span>
      {goLive ? (
        // Not disabled: the focus stays on it.
        <button type="button" class="button primary" onClick={start} aria-disabled={isBusy.value ? true : undefined}>
          {words.startBroadcast}
        </button>
      ) : null}
    </p>
  );
}
