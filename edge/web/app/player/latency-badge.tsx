// How far the picture is behind live, in the bar of controls; behind or paused, a button back to live. Its width never changes.

import type { ComponentChildren } from "preact";
import { uptimeText } from "../ui/ticker.ts";
import { words } from "../words/controls.ts";
import type { Engine } from "./engine.ts";

/** `lost`: the encoder is gone, and the picture stands at its newest. */
export function LatencyBadge({ engine, lost }: { engine: Engine; lost: boolean }) {
  const seconds = engine.latencySeconds.value;
  if (engine.started.value && !engine.playing.value)
    return (
      <Back engine={engine} name={`${words.paused}. ${words.backToLive}`}>
        {words.paused}
      </Back>
    );
  if (lost)
    return (
      <span class="latency">
        <span class="dot" />
        {words.waitingBadge}
      </span>
    );
  if (engine.behind.value && seconds !== null) {
    const time = uptimeText(seconds * 1_000);
    return (
      <Back engine={engine} name={`${words.behind(time)}. ${words.backFrom(time)}`}>
        {words.behind(time)}
      </Back>
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

interface BackProps {
  engine: Engine;
  /** Says what is to be seen too (WCAG 2.5.3). */
  name: string;
  children: ComponentChildren;
}

const Back = ({ engine, name, children }: BackProps) => (
  <button
    type="button"
    class="latency latency-behind"
    onClick={() => engine.goLive()}
    aria-label={name}
    aria-keyshortcuts="Shift+L"
    title={words.withKey(words.backToLive, "Shift L")}
  >
    <span class="dot" />
    {children}
  </button>
);
