// The bar of controls below the video.

import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Uptime } from "../ui/badges.tsx";
import {
  ChatIcon,
  FullscreenIcon,
  LeaveFullscreenIcon,
  MutedIcon,
  PauseIcon,
  PipIcon,
  PlayIcon,
  SoundIcon,
  TheatreIcon,
} from "../ui/icons.tsx";
import { words } from "../words/player.ts";
import type { Engine } from "./engine.ts";
import { Gear } from "./gear.tsx";
import { LatencyBadge } from "./latency-badge.tsx";
import type { Sound } from "./sound.ts";

export interface Theatre {
  on: boolean;
  toggle(): void;
}

/** The chat beside the player, while it is hidden. */
export interface HiddenChat {
  show(): void;
}

interface ControlsProps {
  engine: Engine;
  live: boolean;
  /** The encoder is disconnected. */
  lost: boolean;
  /** Of the broadcast; null: not known. */
  startedAt: string | null;
  theatre: Theatre | null;
  /** Null: the chat is shown, or there is none. */
  hiddenChat: HiddenChat | null;
  fullscreen: boolean;
  onFullscreen(): void;
  /** Whether the statistics are shown. */
  statistics: Signal<boolean>;
}

export function Controls(props: ControlsProps) {
  const { engine, live, lost, startedAt, theatre, hiddenChat, fullscreen, onFullscreen, statistics } = props;
  const playing = engine.playing.value;
  return (
    <section class="controls" aria-label={words.player}>
      <Control word={playing ? words.pause : words.play} letter="k" onClick={engine.toggle}>
        {playing ? <PauseIcon /> : <PlayIcon />}
      </Control>
      <Volume sound={engine.sound} />
      {live ? <LatencyBadge engine={engine} lost={lost} /> : null}
      {live && startedAt ? <Uptime startedAt={startedAt} /> : null}
      <span class="controls-gap" />
      {hiddenChat ? (
        <Control word={words.showChat} letter="c" onClick={hiddenChat.show}>
          <ChatIcon />
        </Control>
      ) : null}
      <Gear engine={engine} statistics={statistics} />
      <PictureInPicture video={engine.video} />
      {theatre ? (
        <Control word={words.theatre} letter="t" look="control-theatre" isOn={theatre.on} onClick={theatre.toggle}>
          <TheatreIcon />
        </Control>
      ) : null}
      <Control word={fullscreen ? words.leaveFullscreen : words.fullscreen} letter="f" onClick={onFullscreen}>
        {fullscreen ? <LeaveFullscreenIcon /> : <FullscreenIcon />}
      </Control>
    </section>
  );
}

interface ControlProps {
  word: string;
  /** Its key (keys.ts). */
  letter: string;
  look?: string;
  /** Default: it is no switch. */
  isOn?: boolean;
  onClick(): void;
  children: ComponentChildren;
}

/** The key is not part of the name, which a person may say (WCAG 2.5.3). */
const Control = ({ word, letter, look = "", isOn, onClick, children }: ControlProps) => (
  <button
    type="button"
    class={`control ${look}${isOn ? " control-on" : ""}`}
    onClick={onClick}
    aria-label={word}
    aria-pressed={isOn}
    aria-keyshortcuts={letter}
    title={words.withKey(word, letter)}
  >
    {children}
  </button>
);

function Volume({ sound }: { sound: Sound }) {
  const silent = sound.muted.value || sound.volume.value === 0;
  return (
    <div class="volume">
      <Control word={silent ? words.unmute : words.mute} letter="m" onClick={() => sound.toggleMute()}>
        {silent ? <MutedIcon /> : <SoundIcon />}
      </Control>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={silent ? 0 : sound.volume.value}
        style={{ "--value": silent ? 0 : sound.volume.value }}
        onInput={(event) => sound.set(event.currentTarget.valueAsNumber)}
        aria-label={words.volume}
      />
    </div>
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
      aria-label={words.pictureInPicture}
      title={words.pictureInPicture}
    >
      <PipIcon />
    </button>
  );
}
