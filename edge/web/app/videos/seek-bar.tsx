// The bar of a video: where it is, what is buffered, chapters and gaps; under the pointer and the focus a small picture of that moment.

import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { ChapterView } from "#schema/api/videos.ts";
import { uptimeText } from "../ui/ticker.ts";
import { chapterAt } from "./chapter-at.ts";
import type { Span } from "./gaps.ts";
import { pictureAt, type SmallPicture } from "./storyboard.ts";

/** What the bar shows and moves, in ms from its left end. */
export interface SeekTrack {
  /** 0: not known yet. */
  durationMs: ReadonlySignal<number>;
  positionMs: ReadonlySignal<number>;
  /** End of what is buffered at the position. */
  bufferedMs: ReadonlySignal<number>;
  /** Where nothing was recorded. */
  gaps: ReadonlySignal<readonly Span[]>;
  seek(toMs: number): void;
  /** While the pointer holds the thumb, which is let go by `seek`. Null: it is taken away. Default: each move seeks. */
  drag?(toMs: number | null): void;
}

export interface SeekWords {
  seek: string;
  place(atMs: number, lengthMs: number): string;
  /** Read after the place. */
  inChapter(place: string, chapter: string): string;
  /** Above the pointer. */
  moment(atMs: number, lengthMs: number): string;
  noRecording(from: string, to: string): string;
}

interface SeekBarProps {
  track: SeekTrack;
  chapters: readonly ChapterView[];
  pictures: readonly SmallPicture[];
  words: SeekWords;
}

/** Of Page up and Page down. */
const FAR_MS = 60_000;

export function SeekBar({ track, chapters, pictures, words }: SeekBarProps) {
  const bar = useRef<HTMLDivElement>(null);
  /** Under the pointer; null: it is elsewhere. */
  const pointed = useSignal<number | null>(null);
  /** By keys. */
  const isFocused = useSignal(false);
  const lengthMs = track.durationMs.value;
  const positionMs = track.positionMs.value;
  const share = (ms: number) => (lengthMs > 0 ? Math.min(1, Math.max(0, ms / lengthMs)) : 0);
  const percent = (ms: number) => `${share(ms) * 100}%`;
  const momentAt = ({ clientX }: PointerEvent) => {
    const { left, width } = bar.current!.getBoundingClientRect();
    return Math.min(1, Math.max(0, (clientX - left) / width)) * lengthMs;
  };
  const isHeld = useRef(false);
  const onPointer = (event: PointerEvent) => {
    pointed.value = momentAt(event);
    if (!isHeld.current) return;
    if (track.drag) track.drag(pointed.value);
    else track.seek(pointed.value);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      PageUp: positionMs + FAR_MS,
      PageDown: positionMs - FAR_MS,
      Home: 0,
      End: lengthMs,
    };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    track.seek(to);
  };
  const chapter = chapterAt(chapters, positionMs)?.title;
  const place = words.place(positionMs, lengthMs);
  const shownMs = pointed.value ?? (isFocused.value ? positionMs : null);
  return (
    <div
      class="seek"
      ref={bar}
      role="slider"
      tabIndex={0}
      aria-label={words.seek}
      aria-valuemin={0}
      aria-valuemax={Math.round(lengthMs / 1_000)}
      aria-valuenow={Math.round(positionMs / 1_000)}
      aria-valuetext={chapter ? words.inChapter(place, chapter) : place}
      onPointerDown={(event) => {
        if (event.button !== 0 || lengthMs === 0) return;
        isHeld.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        onPointer(event);
      }}
      onPointerMove={onPointer}
      onPointerUp={(event) => {
        if (isHeld.current && track.drag) track.seek(momentAt(event));
        isHeld.current = false;
      }}
      onPointerLeave={() => {
        if (!isHeld.current) pointed.value = null;
      }}
      onPointerCancel={() => {
        isHeld.current = false;
        pointed.value = null;
        track.drag?.(null);
      }}
      onFocus={(event) => {
        isFocused.value = event.currentTarget.matches(":focus-visible");
      }}
      onBlur={() => {
        isFocused.value = false;
      }}
      onKeyDown={onKeyDown}
    >
      <span class="seek-line">
        <i class="seek-buffered" style={{ width: percent(track.bufferedMs.value) }} />
        <i class="seek-played" style={{ width: percent(positionMs) }} />
        {track.gaps.value.map(({ fromMs, toMs }) => (
          <i
            class="seek-gap"
            key={fromMs}
            title={words.noRecording(uptimeText(fromMs), uptimeText(toMs))}
            style={{ left: percent(fromMs), width: percent(toMs - fromMs) }}
          />
        ))}
        {chapters.slice(1).map(({ startMs }) => (
          <i class="seek-chapter" key={startMs} style={{ left: percent(startMs) }} />
        ))}
      </span>
      <i class="seek-thumb" style={{ left: percent(positionMs) }} />
      {shownMs !== null && lengthMs > 0 ? (
        <Moment
          text={words.moment(shownMs, lengthMs)}
          share={share(shownMs)}
          title={chapterAt(chapters, shownMs)?.title ?? ""}
          picture={pictureAt(pictures, shownMs)}
        />
      ) : null}
    </div>
  );
}

interface MomentProps {
  text: string;
  share: number;
  /** Of its chapter; empty: it is in none. */
  title: string;
  /** Null: there is none. */
  picture: SmallPicture | null;
}

/** Screen readers hear the place from the bar. */
function Moment({ text, share, title, picture }: MomentProps) {
  const half = picture ? `${picture.width / 2 + 4}px` : `(${text.length / 2}ch + 8px)`;
  return (
    // Within the bar at its ends.
    <div class="seek-moment" style={{ left: `clamp(${half}, ${share * 100}%, 100% - ${half})` }} aria-hidden="true">
      {picture ? (
        <span
          class="seek-picture"
          style={{
            width: `${picture.width}px`,
            height: `${picture.height}px`,
            backgroundImage: `url("${picture.url}")`,
            backgroundPosition: `-${picture.x}px -${picture.y}px`,
          }}
        />
      ) : null}
      <span class="seek-words">
        <span class="seek-title" dir="auto">
          {title}
        </span>
        <span class="seek-time">{text}</span>
      </span>
    </div>
  );
}
