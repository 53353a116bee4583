// The bar of controls below the video.

import type { Signal } from "@preact/signals";
import {
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
import { MenuButton } from "../ui/menu-button.tsx";
import type { MenuEntry } from "../ui/menu-entries.ts";
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
  const { source } = engine;
  const qualities = source.qualities.value;
  const chosen = source.chosen.value;
  const playing = qualities.find((quality) => quality.index === source.current.value);
  if (qualities.length === 0) return null;
  const choice = (index: number | null, word: string, note: string | undefined): MenuEntry => ({
    kind: "choice",
    word,
    note,
    isOn: chosen === index,
    act: () => source.choose(index),
  });
  const entries = [
    choice(null, "Auto", chosen === null ? playing?.label : undefined),
    ...qualities.map(({ index, label, source: isSource }) => choice(index, label, isSource ? "source" : undefined)),
  ];
  const checks: MenuEntry[] = [
    {
      kind: "check",
      word: "Statistics",
      isOn: statistics.value,
      act() {
        statistics.value = !statistics.value;
      },
    },
  ];
  return (
    <MenuButton
      label={`Quality: ${playing?.label ?? "Auto"}`}
      menuLabel="Quality"
      tooltip="Quality"
      look="control control-wide"
      groups={[
        { title: "Quality", entries },
        { title: null, entries: checks },
      ]}
    >
      <GearIcon />
      <span class="control-text">{playing?.label ?? "Auto"}</span>
    </MenuButton>
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
