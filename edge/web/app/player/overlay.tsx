// What lies over the picture: loading, waiting for the encoder, ended, preview, another latency, a slow network, silent, press to start.

import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { after, wallMs } from "../clock.ts";
import { MutedIcon, PlayIcon } from "../ui/icons.tsx";
import { lazyPart } from "../ui/lazy.tsx";
import { nowMs, uptimeText } from "../ui/ticker.ts";
import { showFailure } from "../ui/toast.ts";
import { words } from "../words/player.ts";
import type { Engine } from "./engine.ts";
import { fallBackText, type LatencyMode } from "./latency-mode.ts";
import type { SlowNetworkProps } from "./slow-network.tsx";

/** How long a viewer is told that the wanted latency does not play. */
const FALL_BACK_SHOWN_MS = 6_000;
/** After the end of a broadcast, a picture that stands still this long has reached its end, even without ENDLIST. */
const OVER_STILL_MS = 2_500;

const SlowNetwork = lazyPart<SlowNetworkProps>(async () => (await import("./slow-network.tsx")).SlowNetwork);

interface OverlayProps {
  engine: Engine;
  /** Of the channel. */
  name: string;
  lost: boolean;
  over: boolean;
  preview: boolean;
  /** Puts a preview on air; null: not from here. */
  goLive: (() => Promise<unknown>) | null;
  latency: LatencyMode | null;
  onEnded(): void;
}

/** None of it is a live region: the page says once what has changed (pages/use-spoken.ts, studio/state-line.tsx). */
export function Overlay({ engine, name, lost, over, preview, goLive, latency, onEnded }: OverlayProps) {
  useSignalEffect(() => {
    if (engine.ended.value) onEnded();
  });
  const still = over && engine.buffering.value;
  const onEndedNow = useRef(onEnded);
  onEndedNow.current = onEnded;
  useEffect(() => {
    if (!still) return;
    return after(OVER_STILL_MS, () => onEndedNow.current());
  }, [still]);
  const waiting = !engine.tapNeeded.value && (engine.buffering.value || !engine.started.value);
  return (
    <>
      {waiting && !lost && !over ? (
        <div class="player-spinner">
          <span class="sr-only">{words.pictureOnItsWay}</span>
        </div>
      ) : null}
      {lost ? (
        <Lost name={name} />
      ) : over ? (
        <p class="player-note">{words.ended}</p>
      ) : preview ? (
        <Preview goLive={goLive} />
      ) : (
        <>
          <FallBack latency={latency} />
          {engine.edge.stopsOften.value ? <SlowNetwork engine={engine} /> : null}
        </>
      )}
      {engine.tapNeeded.value ? (
        <button type="button" class="player-tap" onClick={() => engine.resume()} aria-label={words.play}>
          <PlayIcon />
        </button>
      ) : null}
      {engine.sound.muteForced.value && engine.started.value ? (
        <button type="button" class="player-unmute" onClick={() => engine.sound.toggleMute()}>
          <MutedIcon />
          {words.pressForSound}
        </button>
      ) : null}
    </>
  );
}

/** With the seconds since then. */
function Lost({ name }: { name: string }) {
  const sinceMs = useRef(wallMs());
  return (
    <p class="player-note player-note-middle">
      <span>{words.waiting(name)}</span>
      <span class="player-note-time" aria-hidden="true">
        {uptimeText(nowMs.value - sinceMs.current)}
      </span>
    </p>
  );
}

function Preview({ goLive }: Pick<OverlayProps, "goLive">) {
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

/** Says for a while that the latency that the page asks for does not play. */
function FallBack({ latency }: { latency: LatencyMode | null }) {
  const text = useSignal(fallBackText(latency));
  useEffect(
    () =>
      after(FALL_BACK_SHOWN_MS, () => {
        text.value = null;
      }),
    [text],
  );
  return text.value === null ? null : (
    <p class="player-note" role="status">
      {text.value}
    </p>
  );
}
