// What stands in the place of the picture while there is none: loading, the server away.

import { Late } from "../ui/late.tsx";
import { countdownText, useTicker } from "../ui/ticker.ts";
import { words } from "../words/channel.ts";
import type { ChannelWatcher } from "./channel-watcher.ts";

export const Loading = () => (
  <div class="stage-empty" aria-busy="true">
    <div class="player-spinner" />
    <Late>{words.stillLoading}</Late>
  </div>
);

/** `isAlone`: there is nothing else to see; else it is a line over the picture, which may go on. */
export function Away({ watcher, isAlone }: { watcher: ChannelWatcher; isAlone: boolean }) {
  const waitMs = useTicker(watcher.retryMs.value);
  const away = waitMs > 0 ? words.serverAwayFor(countdownText(waitMs)) : words.serverAway;
  return (
    <div class={isAlone ? "stage-away" : "stage-away stage-away-line"}>
      <p>{navigator.onLine ? away : words.offline}</p>
      <button type="button" class="button" onClick={() => void watcher.load()}>
        {words.retry}
      </button>
    </div>
  );
}
