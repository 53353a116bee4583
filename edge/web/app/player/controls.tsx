// The bar of controls below the video.

import type { Signal } from "@preact/signals";
import { Uptime } from "../ui/badges.tsx";
import { ChatIcon, PlayIcon } from "../ui/icons.tsx";
import { FullscreenIcon, LeaveFullscreenIcon, PauseIcon, TheatreIcon } from "../ui/player-icons.tsx";
import { words } from "../words/controls.ts";
import { words as pictureWords } from "../words/player.ts";
import { Control, PictureInPicture, Volume } from "./control.tsx";
import type { Engine } from "./engine.ts";
import { Gear } from "./gear.tsx";
import { LatencyBadge } from "./latency-badge.tsx";

export interface Theatre {
  on: boolean;
  toggle(): void;
}

/** The chat beside the player, while it is hidden. */
export interface HiddenChat {
  show(): void;
}

export interface ControlsProps {
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
      <Control word={playing ? words.pause : pictureWords.play} letter="k" onClick={engine.toggle}>
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
