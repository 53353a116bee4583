// The player: one video element that is never replaced, the engine that drives it, and the controls over it.

import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { after } from "../clock.ts";
import { MutedIcon, PlayIcon } from "../ui/icons.tsx";
import { Controls, type Theatre } from "./controls.tsx";
import type { EarlyMedia } from "./early/media.ts";
import { Engine } from "./engine.ts";
import { playerKey } from "./keys.ts";
import { fallBackText, type LatencyMode, PLAYED } from "./latency-mode.ts";
import { Statistics } from "./statistics.tsx";
import { makeVideo } from "./video-element.ts";

interface PlayerProps {
  url: string;
  /** What was fetched already for that URL, or for another one. */
  early: EarlyMedia | null;
  /** Plays already. Null, or stopped: the player makes its own. The player stops it. */
  begun: Engine | null;
  /** When it changes, the source is loaded again on the same element. Null: not known yet. */
  broadcastId: string | null;
  /** Shown before the first picture; null: none. */
  posterUrl: string | null;
  /** The encoder is disconnected. */
  lost: boolean;
  /** The broadcast has ended; the rest of it is played. */
  over: boolean;
  /** Only the channel owner and editors see it. */
  preview: boolean;
  /** What the page's address asks for. Default: null, nothing. */
  latency?: LatencyMode | null;
  /** Begins without sound; the viewer may turn it on. */
  startsMuted?: boolean;
  /** Null: there is no theatre mode here. */
  theatre: Theatre | null;
  onEnded(): void;
  /** The server refused media for want of a right; may be called often. */
  onDenied(): void;
}

const CONTROLS_HIDE_MS = 2_800;
/** How long a viewer is told that the wanted latency does not play. */
const FALL_BACK_SHOWN_MS = 6_000;
/** After the end of a broadcast, a picture that stands still this long has reached its end, even without ENDLIST. */
const OVER_STILL_MS = 2_500;
const SEEK_SECONDS = 5;
const VOLUME_STEP = 0.1;

export function Player(props: PlayerProps) {
  const {
    url,
    early,
    begun,
    broadcastId,
    posterUrl,
    lost,
    over,
    preview,
    latency = null,
    startsMuted = false,
    theatre,
    onDenied,
    onEnded,
  } = props;
  const box = useRef<HTMLDivElement>(null);
  const screen = useRef<HTMLDivElement>(null);
  const [engine] = useState(() => (begun && !begun.isStopped ? begun : new Engine(makeVideo())));
  engine.onDenied = onDenied;
  useLayoutEffect(() => {
    screen.current?.append(engine.video);
    if (startsMuted) engine.sound.forceMute();
    return () => engine.stop();
  }, [engine]);
  useLayoutEffect(() => {
    if (posterUrl && !engine.started.peek()) engine.video.poster = posterUrl; // Media that plays needs none.
  }, [engine, posterUrl]);
  // Another broadcast may have the same address.
  const loaded = useRef<string | null>(null);
  useEffect(() => {
    const before = loaded.current;
    loaded.current = broadcastId;
    if (engine.url !== url || (before !== null && before !== broadcastId)) void engine.load(url, early);
  }, [engine, url, broadcastId]);

  const { fullscreen, toggleFullscreen } = useFullscreen(box);
  const { awake, wake } = useAwake();
  const statistics = useSignal(false);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const key = playerKey(event);
      if (!key) return;
      event.preventDefault();
      wake();
      if (key === "toggle") engine.toggle();
      else if (key === "mute") engine.sound.toggleMute();
      else if (key === "fullscreen") toggleFullscreen();
      else if (key === "theatre") theatre?.toggle();
      else if (key === "back") engine.seekBy(-SEEK_SECONDS);
      else if (key === "forward") engine.seekBy(SEEK_SECONDS);
      else engine.sound.set(engine.sound.volume.value + (key === "louder" ? VOLUME_STEP : -VOLUME_STEP));
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  });

  const idle = engine.playing.value && !awake;
  return (
    <div
      class={`player${idle ? " player-idle" : ""}${fullscreen ? " player-full" : ""}`}
      data-latency={PLAYED}
      ref={box}
      onPointerMove={wake}
      onPointerDown={wake}
      onFocusIn={wake}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys.ts handles keys for the whole page. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a click on the picture does what the button below it does. */}
      <div
        class="player-screen"
        ref={screen}
        onClick={(event) => {
          if ((event as { pointerType?: string }).pointerType !== "touch") engine.toggle();
        }}
        onDblClick={toggleFullscreen}
      />
      <Overlay engine={engine} lost={lost} over={over} preview={preview} latency={latency} onEnded={onEnded} />
      {statistics.value ? <Statistics engine={engine} /> : null}
      <Controls
        engine={engine}
        live={!over}
        theatre={theatre}
        fullscreen={fullscreen}
        onFullscreen={toggleFullscreen}
        statistics={statistics}
      />
    </div>
  );
}

interface OverlayProps {
  engine: Engine;
  lost: boolean;
  over: boolean;
  preview: boolean;
  latency: LatencyMode | null;
  onEnded(): void;
}

/** Messages over the picture: loading, interrupted, ended, preview, another latency, muted, tap to start. */
function Overlay({ engine, lost, over, preview, latency, onEnded }: OverlayProps) {
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
      {waiting && !lost ? (
        <div class="player-spinner" role="status">
          <span class="sr-only">Loading</span>
        </div>
      ) : null}
      {lost ? (
        <p class="player-note" role="status">
          <span class="pulse" />
          The stream is interrupted. Waiting for the streamer…
        </p>
      ) : over ? (
        <p class="player-note" role="status">
          The broadcast has ended
        </p>
      ) : preview ? (
        <p class="player-note" role="status">
          Preview – only you see this
        </p>
      ) : (
        <FallBack latency={latency} />
      )}
      {engine.tapNeeded.value ? (
        <button type="button" class="player-tap" onClick={() => engine.resume()} aria-label="Play">
          <PlayIcon />
        </button>
      ) : null}
      {engine.sound.muteForced.value && engine.started.value ? (
        <button type="button" class="player-unmute" onClick={() => engine.sound.toggleMute()}>
          <MutedIcon />
          Tap to unmute
        </button>
      ) : null}
    </>
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

function useFullscreen(box: { readonly current: HTMLElement | null }) {
  const fullscreen = useSignal(false);
  useEffect(() => {
    const changed = () => {
      fullscreen.value = document.fullscreenElement !== null && document.fullscreenElement === box.current;
    };
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, [box, fullscreen]);
  const toggleFullscreen = () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (box.current?.requestFullscreen) void box.current.requestFullscreen();
    else {
      // On iPhones only the video element can fill the screen.
      const video = box.current?.querySelector("video") as
        | (HTMLVideoElement & { webkitEnterFullscreen?(): void })
        | null;
      video?.webkitEnterFullscreen?.();
    }
  };
  return { fullscreen: fullscreen.value, toggleFullscreen };
}

/** The controls are visible while the pointer moves and for a short time after. */
function useAwake() {
  const awake = useSignal(true);
  const cancel = useRef(() => {});
  const wake = () => {
    awake.value = true;
    cancel.current();
    cancel.current = after(CONTROLS_HIDE_MS, () => {
      awake.value = false;
    });
  };
  useEffect(() => {
    wake();
    return () => cancel.current();
  }, []);
  return { awake: awake.value, wake };
}
