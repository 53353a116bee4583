// How far the picture is behind live, in the bar of controls; behind or paused, a button back to live. Its width never changes.

import { uptimeText } from "../ui/ticker.ts";
import { words } from "../words/player.ts";
import type { Engine } from "./engine.ts";

export function LatencyBadge({ engine }: { engine: Engine }) {
  const seconds = engine.latencySeconds.value;
  const isPaused = engine.started.value && !engine.playing.value;
  const isBehind = engine.behind.value && seconds !== null;
  if (isPaused || isBehind) {
    const time = uptimeText((seconds ?? 0) * 1_000);
    return (
      <button
        type="button"
        class="latency latency-behind"
        onClick={() => engine.goLive()}
        // It says what is to be seen too (WCAG 2.5.3).
        aria-label={
          isPaused ? `${words.paused}. ${words.backToLive}` : `${words.behind(time)}. ${words.backFrom(time)}`
        }
        aria-keyshortcuts="Shift+L"
        title={words.withKey(words.backToLive, "Shift L")}
      >
        <span class="dot" />
        {isPaused ? words.paused : words.behind(time)}
      </button>
    );
  }
  return (
    <span class="latency" title={words.latency}>
      <span class="dot dot-on" />
      {words.live}
      <span class="latency-seconds">{seconds === null ? "" : words.seconds(seconds)}</span>
    </span>
  );
}
