// The player: one video element that is never replaced, the engine that drives it, and the controls over it.

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { after } from "../clock.ts";
import { Controls, type HiddenChat, type Theatre } from "./controls.tsx";
import type { EarlyMedia } from "./early/media.ts";
import { Engine } from "./engine.ts";
import { playerKey } from "./keys.ts";
import { type LatencyMode, PLAYED } from "./latency-mode.ts";
import { Overlay } from "./overlay.tsx";
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
  /** Of the channel. */
  name: string;
  /** Of the broadcast; null: not known. */
  startedAt: string | null;
  /** The encoder is disconnected. */
  lost: boolean;
  /** The broadcast has ended; the rest of it is played. */
  over: boolean;
  /** Only the channel owner and editors see it. */
  preview: boolean;
  /** The page where a preview is put on air. Default: null, it is this one. */
  startPage?: string | null;
  /** What the page's address asks for. Default: null, nothing. */
  latency?: LatencyMode | null;
  /** Begins without sound; the viewer may turn it on. */
  startsMuted?: boolean;
  /** Null: there is no theatre mode here. */
  theatre: Theatre | null;
  /** The chat beside the player, if there is one. Default: null. */
  chat?: ChatBeside | null;
  onEnded(): void;
  /** The server refused media for want of a right; may be called often. */
  onDenied(): void;
}

/** The chat beside the player. In full screen it begins hidden. */
export interface ChatBeside {
  isShown: boolean;
  toggle(): void;
  /** What fills the screen: the player and the chat. */
  frame(): HTMLElement | null;
}

const CONTROLS_HIDE_MS = 2_800;
const SEEK_SECONDS = 5;
const FAR_SECONDS = 10;
const VOLUME_STEP = 0.1;

export function Player(props: PlayerProps) {
  const {
    url,
    early,
    begun,
    broadcastId,
    posterUrl,
    name,
    startedAt,
    lost,
    over,
    preview,
    startPage = null,
    latency = null,
    startsMuted = false,
    theatre,
    chat = null,
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

  const { fullscreen, toggleFullscreen } = useFullscreen(box, chat);
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
      else if (key === "chat") chat?.toggle();
      else if (key === "live") engine.goLive();
      else if (key === "far-back") engine.seekBy(-FAR_SECONDS);
      else if (key === "far-forward") engine.seekBy(FAR_SECONDS);
      else if (key === "back") engine.seekBy(-SEEK_SECONDS);
      else if (key === "forward") engine.seekBy(SEEK_SECONDS);
      else engine.sound.set(engine.sound.volume.value + (key === "louder" ? VOLUME_STEP : -VOLUME_STEP));
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  });

  const hiddenChat: HiddenChat | null = chat && !chat.isShown ? { show: chat.toggle } : null;
  const idle = engine.playing.value && !awake;
  return (
    <div
      class={`player${idle ? " player-idle" : ""}${fullscreen ? " player-full" : ""}${lost ? " player-lost" : ""}`}
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
      <Overlay {...{ engine, name, lost, over, preview, startPage, latency, onEnded }} />
      {statistics.value ? <Statistics engine={engine} /> : null}
      <Controls
        engine={engine}
        live={!over}
        startedAt={startedAt}
        theatre={theatre}
        hiddenChat={hiddenChat}
        fullscreen={fullscreen}
        onFullscreen={toggleFullscreen}
        statistics={statistics}
      />
    </div>
  );
}

function useFullscreen(box: { readonly current: HTMLElement | null }, chat: ChatBeside | null) {
  const fullscreen = useSignal(false);
  useEffect(() => {
    const changed = () => {
      fullscreen.value = document.fullscreenElement?.contains(box.current) === true;
    };
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, [box, fullscreen]);
  const toggleFullscreen = () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (box.current?.requestFullscreen) void (chat?.frame() ?? box.current).requestFullscreen();
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
