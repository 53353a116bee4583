// The player of a video: the element, its bar and controls. player.tsx plays what is live.

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { ShownVideo } from "#schema/api/videos.ts";
import { after } from "../clock.ts";
import { Control, PictureInPicture, Volume } from "../player/control.tsx";
import { type PlayerKey, playerKey } from "../player/keys.ts";
import { qualityEntries } from "../player/quality-entries.ts";
import { useAwake } from "../player/use-awake.ts";
import { type ChatBeside, useFullscreen } from "../player/use-fullscreen.ts";
import { ChatIcon, MutedIcon, PlayIcon } from "../ui/icons.tsx";
import { MenuButton } from "../ui/menu-button.tsx";
import { FullscreenIcon, GearIcon, LeaveFullscreenIcon, PauseIcon, TheatreIcon } from "../ui/player-icons.tsx";
import { uptimeText } from "../ui/ticker.ts";
import { words as controlWords } from "../words/controls.ts";
import { words as playerWords } from "../words/player.ts";
import { words } from "../words/videos.ts";
import { chapterAt } from "./chapter-at.ts";
import type { RecordedEngine } from "./recorded-engine.ts";
import { nextRate, RATES, recordedKey } from "./recorded-keys.ts";
import { SeekBar } from "./seek-bar.tsx";
import { useSmallPictures } from "./use-small-pictures.ts";

const SEEK_SECONDS = 5;
const FAR_SECONDS = 10;
const VOLUME_STEP = 0.1;
/** About one picture of 30 a second. */
const PICTURE_SECONDS = 1 / 30;
const RESUMED_SHOWN_MS = 8_000;

interface RecordedPlayerProps {
  engine: RecordedEngine;
  video: Pick<ShownVideo, "storyboard" | "chapters" | "posterUrl">;
  /** Where the person had stopped; null: it plays from the beginning, or from where the address says. */
  resumedMs: number | null;
  theatre: { on: boolean; toggle(): void };
  chat: ChatBeside | null;
}

export function RecordedPlayer({ engine, video, resumedMs, theatre, chat }: RecordedPlayerProps) {
  const box = useRef<HTMLDivElement>(null);
  const screen = useRef<HTMLDivElement>(null);
  const pictures = useSmallPictures(video.storyboard?.url ?? null);
  const { fullscreen, toggleFullscreen } = useFullscreen(box, chat);
  const { awake, wake } = useAwake(box);
  useLayoutEffect(() => {
    screen.current?.append(engine.video);
  }, [engine]);
  useLayoutEffect(() => {
    if (video.posterUrl && !engine.started.peek()) engine.video.poster = video.posterUrl;
  }, [engine, video.posterUrl]);
  useKeys({ engine, wake, theatre, chat, toggleFullscreen });
  const isWaiting = !engine.tapNeeded.value && !engine.ended.value && (engine.buffering.value || !engine.started.value);
  const classes = [
    "player",
    "player-recorded",
    engine.playing.value && !awake ? "player-idle" : "",
    engine.started.value ? "" : "player-waiting",
  ];
  return (
    <div class={classes.filter(Boolean).join(" ")} ref={box} onPointerMove={wake} onPointerDown={wake} onFocusIn={wake}>
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
      {isWaiting ? (
        <div class="player-spinner">
          <span class="sr-only">{playerWords.pictureOnItsWay}</span>
        </div>
      ) : null}
      {resumedMs === null ? null : <Resumed atMs={resumedMs} fromBeginning={() => engine.seek(0)} />}
      {engine.tapNeeded.value ? (
        <button type="button" class="player-tap" onClick={engine.resume} aria-label={playerWords.play}>
          <PlayIcon />
        </button>
      ) : null}
      {engine.sound.muteForced.value && engine.started.value ? (
        <button type="button" class="player-unmute" onClick={() => engine.sound.toggleMute()}>
          <MutedIcon />
          {playerWords.pressForSound}
        </button>
      ) : null}
      <section class="controls controls-recorded" aria-label={controlWords.player}>
        <SeekBar track={engine} chapters={video.chapters} pictures={pictures} words={words} />
        <div class="controls-row">
          <PlayButton engine={engine} />
          <Volume sound={engine.sound} />
          <Place engine={engine} chapters={video.chapters} />
          <span class="controls-gap" />
          {chat && !chat.isShown ? (
            <Control word={controlWords.showChat} letter="c" onClick={chat.toggle}>
              <ChatIcon />
            </Control>
          ) : null}
          <RecordedGear engine={engine} />
          <PictureInPicture video={engine.video} />
          <Control
            word={controlWords.theatre}
            letter="t"
            look="control-theatre"
            isOn={theatre.on}
            onClick={theatre.toggle}
          >
            <TheatreIcon />
          </Control>
          <Control
            word={fullscreen ? controlWords.leaveFullscreen : controlWords.fullscreen}
            letter="f"
            onClick={toggleFullscreen}
          >
            {fullscreen ? <LeaveFullscreenIcon /> : <FullscreenIcon />}
          </Control>
        </div>
      </section>
    </div>
  );
}

function PlayButton({ engine }: { engine: RecordedEngine }) {
  const isPlaying = engine.playing.value;
  const word = isPlaying ? controlWords.pause : engine.ended.value ? words.playAgain : playerWords.play;
  return (
    <Control word={word} letter="k" onClick={engine.toggle}>
      {isPlaying ? <PauseIcon /> : <PlayIcon />}
    </Control>
  );
}

/** `1:12:04 / 3:41:12 · Centring, slowly`: the bar says it to screen readers. */
function Place({ engine, chapters }: { engine: RecordedEngine; chapters: ShownVideo["chapters"] }) {
  const atMs = engine.positionMs.value;
  const title = chapters.length > 1 ? chapterAt(chapters, atMs)?.title : undefined;
  return (
    <span class="place" aria-hidden="true">
      <strong>{uptimeText(atMs)}</strong>
      <span class="place-length"> / {uptimeText(engine.durationMs.value)}</span>
      {title ? (
        <span class="place-chapter" dir="auto">
          {title}
        </span>
      ) : null}
    </span>
  );
}

function RecordedGear({ engine }: { engine: RecordedEngine }) {
  const rate = engine.rate.value;
  const playing =
    engine.qualities.value.find(({ index }) => index === engine.current.value)?.label ?? controlWords.auto;
  const face = rate === 1 ? playing : words.speedOf(rate);
  return (
    <MenuButton
      label={words.gear(face)}
      menuLabel={words.gearMenu}
      tooltip={words.gearMenu}
      look="control control-wide"
      side="above"
      groups={[
        {
          title: words.speed,
          entries: RATES.map((one) => ({
            kind: "choice" as const,
            word: words.speedOf(one),
            isOn: one === rate,
            act: () => engine.setRate(one),
          })),
        },
        {
          title: controlWords.qualityGroup,
          entries: engine.qualities.value.length > 0 ? qualityEntries(engine) : [],
        },
      ]}
    >
      <GearIcon />
      <span class="control-text">{face}</span>
    </MenuButton>
  );
}

/** Says for a while where it goes on, with the way back. */
function Resumed({ atMs, fromBeginning }: { atMs: number; fromBeginning(): void }) {
  const isShown = useSignal(true);
  useEffect(
    () =>
      after(RESUMED_SHOWN_MS, () => {
        isShown.value = false;
      }),
    [isShown],
  );
  if (!isShown.value) return null;
  return (
    <p class="player-note" role="status">
      <span>{words.goesOnAt(uptimeText(atMs))}</span>
      <button
        type="button"
        class="link"
        onClick={() => {
          isShown.value = false;
          fromBeginning();
        }}
      >
        {words.fromBeginning}
      </button>
    </p>
  );
}

interface KeysOptions extends Pick<RecordedPlayerProps, "engine" | "theatre" | "chat"> {
  wake(): void;
  toggleFullscreen(): void;
}

function useKeys({ engine, wake, theatre, chat, toggleFullscreen }: KeysOptions) {
  const { sound } = engine;
  const acts: Partial<Record<PlayerKey, () => void>> = {
    toggle: engine.toggle,
    mute: () => sound.toggleMute(),
    fullscreen: toggleFullscreen,
    theatre: theatre.toggle,
    ...(theatre.on && !document.fullscreenElement && { leave: theatre.toggle }),
    ...(chat && { chat: chat.toggle }),
    "far-back": () => engine.seekBy(-FAR_SECONDS),
    "far-forward": () => engine.seekBy(FAR_SECONDS),
    back: () => engine.seekBy(-SEEK_SECONDS),
    forward: () => engine.seekBy(SEEK_SECONDS),
    louder: () => sound.set(sound.volume.peek() + VOLUME_STEP),
    quieter: () => sound.set(sound.volume.peek() - VOLUME_STEP),
  };
  const actOf = (event: KeyboardEvent) => {
    const own = recordedKey(event);
    if (own?.kind === "tenth") return () => engine.seek((engine.durationMs.peek() * own.tenth) / 10);
    if (own?.kind === "picture")
      return engine.playing.peek() ? undefined : () => engine.seekBy(own.by * PICTURE_SECONDS);
    if (own) return () => engine.setRate(nextRate(engine.rate.peek(), own.kind === "faster" ? 1 : -1));
    const key = playerKey(event);
    return key ? acts[key] : undefined;
  };
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const act = actOf(event);
      if (!act) return;
      event.preventDefault();
      wake();
      act();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  });
}
