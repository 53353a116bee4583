// What lies over the picture: loading, waiting for the encoder, ended, preview, another latency, a slow network, silent, press to start.

import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { after, wallMs } from "../clock.ts";
import { MutedIcon, PlayIcon } from "../ui/icons.tsx";
import { lazyPart } from "../ui/lazy.tsx";
import { nowMs, uptimeText } from "../ui/ticker.ts";
import { words } from "../words/player.ts";
import type { Engine } from "./engine.ts";
import type { FallBackProps } from "./fall-back.tsx";
import type { PreviewProps } from "./preview-band.tsx";
import type { SlowNetworkProps } from "./slow-network.tsx";

/** After the end of a broadcast, a picture that stands still this long has reached its end, even without ENDLIST. */
const OVER_STILL_MS = 2_500;

const FallBack = lazyPart<FallBackProps>(async () => (await import("./fall-back.tsx")).FallBack);
const Preview = lazyPart<PreviewProps>(async () => (await import("./preview-band.tsx")).PreviewBand);
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
  onEnded(): void;
}

/** None of it is a live region: the page says once what has changed (pages/use-spoken.ts, studio/state-line.tsx). */
export function Overlay({ engine, name, lost, over, preview, goLive, onEnded }: OverlayProps) {
  useSignalEffect(() => {
    if (engine.ended.value) onEnded();
  });
  const fallBack = engine.fallBack.value;
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
          {fallBack === null ? null : <FallBack key={fallBack.reason} fallBack={fallBack} />}
          {engine.now.value.stopsOften.value ? <SlowNetwork engine={engine} /> : null}
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
