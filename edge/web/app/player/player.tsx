// The player: one video element that is never replaced, the engine that drives it, and the controls over it.

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { lazyPart } from "../ui/lazy.tsx";
import type { ControlsProps, HiddenChat, Theatre } from "./controls.tsx";
import type { Delivery } from "./delivery.ts";
import type { DvrBarProps } from "./dvr/dvr-bar.tsx";
import type { EarlyMedia } from "./early/media.ts";
import { Engine } from "./engine.ts";
import { type PlayerKey, playerKey } from "./keys.ts";
import type { LatencyMode } from "./latency-mode.ts";
import { Overlay } from "./overlay.tsx";
import { OPEN_MENU, useAwake } from "./use-awake.ts";
import { type ChatBeside, useFullscreen } from "./use-fullscreen.ts";
import { makeVideo } from "./video-element.ts";

/** Asked for at once, but the picture does not wait for it. */
const Controls = lazyPart<ControlsProps>(
  async () => (await import("./controls.tsx")).Controls,
  <section class="controls" aria-hidden="true" />,
);
Controls.preload();
const DvrBar = lazyPart<DvrBarProps>(async () => (await import("./dvr/dvr-bar.tsx")).DvrBar);
const Statistics = lazyPart(async () => (await import("./statistics.tsx")).Statistics);

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
  /** The broadcast is recorded, and may be rewound. Default: false. */
  rewinds?: boolean;
  /** Only the channel owner and editors see it. */
  preview: boolean;
  /** Puts a preview on air, by a button over the picture. Default: null, the page has its own. */
  goLive?: (() => Promise<unknown>) | null;
  /** What the page's address asks for. Default: null, nothing. */
  latency?: LatencyMode | null;
  /** The server has real time for this channel. Default: true, it is asked. */
  realtime?: boolean;
  /** Begins without sound; the viewer may turn it on. */
  startsMuted?: boolean;
  /** Null: there is no theatre mode here. */
  theatre: Theatre | null;
  /** The chat beside the player, if there is one. Default: null. */
  chat?: ChatBeside | null;
  /** Somebody plays what is over of it, or does no longer. */
  onRewound?(isRewound: boolean): void;
  onEnded(): void;
  /** The server refused media for want of a right; may be called often. */
  onDenied(): void;
}

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
    over,
    rewinds = false,
    preview,
    goLive = null,
    latency = null,
    realtime = true,
    startsMuted = false,
    theatre,
    chat = null,
    onDenied,
    onRewound,
    onEnded,
  } = props;
  const box = useRef<HTMLDivElement>(null);
  const screen = useRef<HTMLDivElement>(null);
  const [engine] = useState(() => (begun && !begun.isStopped ? begun : new Engine(makeVideo(), { asked: latency })));
  engine.onDenied = onDenied;
  const { replay } = engine.source;
  const now = engine.now.value;
  const isRewound = replay.value !== null;
  const lost = props.lost && !isRewound;
  useEffect(() => onRewound?.(isRewound), [isRewound]);
  useLayoutEffect(() => {
    screen.current?.append(engine.video);
    if (startsMuted) engine.sound.forceMute();
    return () => engine.stop();
  }, [engine]);
  useLayoutEffect(() => {
    if (posterUrl && !engine.started.peek()) engine.video.poster = posterUrl; // Media that plays needs none.
  }, [engine, posterUrl]);
  useEffect(() => engine.interrupted(lost), [engine, lost]);
  useLayoutEffect(() => {
    engine.offersRealtime.value = realtime;
  }, [engine, realtime]);
  // Another broadcast may have the same address.
  const loaded = useRef<string | null>(null);
  useEffect(() => {
    const before = loaded.current;
    loaded.current = broadcastId;
    if (engine.url !== url || (before !== null && before !== broadcastId)) void engine.load(url, early);
  }, [engine, url, broadcastId]);

  const { fullscreen, toggleFullscreen } = useFullscreen(box, chat);
  const { awake, wake } = useAwake(box);
  const statistics = useSignal(false);
  const acts: Record<PlayerKey, (() => void) | undefined> = {
    toggle: engine.toggle,
    mute: () => engine.sound.toggleMute(),
    fullscreen: toggleFullscreen,
    theatre: theatre?.toggle,
    leave: theatre?.on && !document.fullscreenElement ? theatre.toggle : undefined,
    chat: chat?.toggle,
    live: () => engine.goLive(),
    "far-back": () => engine.seekBy(-FAR_SECONDS),
    "far-forward": () => engine.seekBy(FAR_SECONDS),
    back: () => engine.seekBy(-SEEK_SECONDS),
    forward: () => engine.seekBy(SEEK_SECONDS),
    louder: () => engine.sound.set(engine.sound.volume.value + VOLUME_STEP),
    quieter: () => engine.sound.set(engine.sound.volume.value - VOLUME_STEP),
  };
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const key = playerKey(event);
      const act = key && acts[key];
      if (!act) return;
      event.preventDefault();
      wake();
      act();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  });

  /** The press that is under way closes a menu, and does nothing else. */
  const closesMenu = useRef(false);
  const hiddenChat: HiddenChat | null = chat && !chat.isShown ? { show: chat.toggle } : null;
  const classes = [
    "player",
    engine.playing.value && !awake ? "player-idle" : "",
    engine.started.value ? "" : "player-waiting",
    lost ? "player-lost" : "",
  ];
  return (
    <div
      class={classes.filter(Boolean).join(" ")}
      data-latency={now.mode}
      ref={box}
      onPointerMove={wake}
      onPointerDown={() => {
        closesMenu.current = box.current?.querySelector(OPEN_MENU) !== null;
        wake();
      }}
      onFocusIn={wake}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys.ts handles keys for the whole page. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a click on the picture does what the button below it does. */}
      <div
        class="player-screen"
        ref={screen}
        onClick={(event) => {
          if (closesMenu.current || (event as { pointerType?: string }).pointerType === "touch") return;
          engine.toggle();
        }}
        onDblClick={toggleFullscreen}
      />
      <Overlay {...{ engine, name, lost, over: over && !isRewound, preview, goLive, onEnded }} />
      {statistics.value ? <Statistics engine={engine} /> : null}
      {isRewound || (rewinds && engine.started.value && canRewind(now)) ? (
        <DvrBar {...{ engine, broadcastId, startedAt, over }} />
      ) : null}
      <Controls
        engine={engine}
        live={!over}
        lost={lost}
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

/** Native playback has no qualities, and cannot be rewound. */
const canRewind = ({ mode, qualities }: Delivery) => mode === "realtime" || qualities.value.length > 0;
