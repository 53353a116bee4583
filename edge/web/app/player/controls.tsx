// The bar of controls below the video.

import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import {
  CheckIcon,
  FullscreenIcon,
  GearIcon,
  LeaveFullscreenIcon,
  MutedIcon,
  PauseIcon,
  PipIcon,
  PlayIcon,
  SoundIcon,
  TheatreIcon,
} from "../ui/icons.tsx";
import type { Engine } from "./engine.ts";
import type { Sound } from "./sound.ts";

export interface Theatre {
  on: boolean;
  toggle(): void;
}

interface ControlsProps {
  engine: Engine;
  live: boolean;
  theatre: Theatre | null;
  fullscreen: boolean;
  onFullscreen(): void;
  /** Whether the statistics are shown. */
  statistics: Signal<boolean>;
}

export function Controls({ engine, live, theatre, fullscreen, onFullscreen, statistics }: ControlsProps) {
  const playing = engine.playing.value;
  return (
    <section class="controls" aria-label="Player">
      <button type="button" class="control" onClick={engine.toggle} aria-label={playing ? "Pause (k)" : "Play (k)"}>
        {playing ? <PauseIcon /> : <PlayIcon />}
      </button>
      <Volume sound={engine.sound} />
      {live ? <Latency engine={engine} /> : null}
      <span class="controls-gap" />
      <QualityMenu engine={engine} statistics={statistics} />
      <PictureInPicture video={engine.video} />
      {theatre ? (
        <button
          type="button"
          class={theatre.on ? "control control-on control-theatre" : "control control-theatre"}
          onClick={theatre.toggle}
          aria-pressed={theatre.on}
          aria-label="Theatre mode (t)"
          title="Theatre mode (t)"
        >
          <TheatreIcon />
        </button>
      ) : null}
      <button
        type="button"
        class="control"
        onClick={onFullscreen}
        aria-label={fullscreen ? "Leave full screen (f)" : "Full screen (f)"}
        title="Full screen (f)"
      >
        {fullscreen ? <LeaveFullscreenIcon /> : <FullscreenIcon />}
      </button>
    </section>
  );
}

function Volume({ sound }: { sound: Sound }) {
  const silent = sound.muted.value || sound.volume.value === 0;
  return (
    <div class="volume">
      <button
        type="button"
        class="control"
        onClick={() => sound.toggleMute()}
        aria-label={silent ? "Unmute (m)" : "Mute (m)"}
      >
        {silent ? <MutedIcon /> : <SoundIcon />}
      </button>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={silent ? 0 : sound.volume.value}
        style={{ "--value": silent ? 0 : sound.volume.value }}
        onInput={(event) => sound.set(event.currentTarget.valueAsNumber)}
        aria-label="Volume"
      />
    </div>
  );
}

/** The measured latency, or a button back to live. */
function Latency({ engine }: { engine: Engine }) {
  const seconds = engine.latencySeconds.value;
  if (engine.behind.value || (engine.started.value && !engine.playing.value))
    return (
      <button type="button" class="to-live" onClick={() => engine.goLive()}>
        <span class="dot" />
        Back to live
      </button>
    );
  return (
    <span class="latency" title="Seconds behind the newest picture the server has">
      <span class="dot dot-on" />
      Live
      {seconds === null ? null : <span class="latency-seconds">{seconds.toFixed(1)} s</span>}
    </span>
  );
}

function QualityMenu({ engine, statistics }: { engine: Engine; statistics: Signal<boolean> }) {
  const open = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open.value) return;
    const close = () => {
      open.value = false;
    };
    const away = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) close();
    };
    const keys = (event: KeyboardEvent) => {
      if (event.key === "Escape") {
        close();
        box.current?.querySelector("button")?.focus();
      }
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const items = [...(box.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
        const at = items.indexOf(document.activeElement as HTMLElement) + (event.key === "ArrowDown" ? 1 : -1);
        items[(at + items.length) % items.length]?.focus();
      }
    };
    document.addEventListener("pointerdown", away);
    document.addEventListener("keydown", keys);
    box.current?.querySelector<HTMLElement>("[aria-checked=true]")?.focus();
    return () => {
      document.removeEventListener("pointerdown", away);
      document.removeEventListener("keydown", keys);
    };
  }, [open.value, open]);

  const { source } = engine;
  const qualities = source.qualities.value;
  const chosen = source.chosen.value;
  const playing = qualities.find((quality) => quality.index === source.current.value);
  const close = () => {
    open.value = false;
    box.current?.querySelector<HTMLElement>("[aria-haspopup]")?.focus();
  };
  const pick = (index: number | null) => {
    source.choose(index);
    close();
  };
  if (qualities.length === 0) return null;
  return (
    <div class="quality" ref={box}>
      {open.value ? (
        <div class="quality-menu" role="menu" aria-label="Quality">
          <Choice on={chosen === null} onPick={() => pick(null)}>
            Auto{chosen === null && playing ? <span class="muted"> {playing.label}</span> : null}
          </Choice>
          {qualities.map((quality) => (
            <Choice key={quality.index} on={chosen === quality.index} onPick={() => pick(quality.index)}>
              {quality.label}
              {quality.source ? <span class="muted"> source</span> : null}
            </Choice>
          ))}
          <button
            type="button"
            role="menuitemcheckbox"
            aria-checked={statistics.value}
            onClick={() => {
              statistics.value = !statistics.value;
              close();
            }}
          >
            <span class="quality-mark">{statistics.value ? <CheckIcon size="text" /> : null}</span>
            Statistics
          </button>
        </div>
      ) : null}
      <button
        type="button"
        class="control control-wide"
        aria-haspopup="menu"
        aria-expanded={open.value}
        aria-label={`Quality: ${playing?.label ?? "Auto"}`}
        title="Quality"
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <GearIcon />
        <span class="control-text">{playing?.label ?? "Auto"}</span>
      </button>
    </div>
  );
}

function Choice({ on, onPick, children }: { on: boolean; onPick(): void; children: ComponentChildren }) {
  return (
    <button type="button" role="menuitemradio" aria-checked={on} onClick={onPick}>
      <span class="quality-mark">{on ? <CheckIcon size="text" /> : null}</span>
      {children}
    </button>
  );
}

function PictureInPicture({ video }: { video: HTMLVideoElement }) {
  if (!document.pictureInPictureEnabled) return null;
  const toggle = async () => {
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await video.requestPictureInPicture();
    } catch (error) {
      console.info("picture in picture refused", error); // Before the first picture, or forbidden in the browser's settings.
    }
  };
  return (
    <button
      type="button"
      class="control control-pip"
      onClick={toggle}
      aria-label="Picture in picture"
      title="Picture in picture"
    >
      <PipIcon />
    </button>
  );
}
