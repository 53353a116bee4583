// The bar of a video: where it is, what is buffered, chapters and gaps; under the pointer and the focus a small picture of that moment.

import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { ChapterView } from "#schema/api/videos.ts";
import { uptimeText } from "../ui/ticker.ts";
import { words } from "../words/videos.ts";
import { chapterAt } from "./chapter-at.ts";
import type { RecordedEngine } from "./recorded-engine.ts";
import { pictureAt, type SmallPicture } from "./storyboard.ts";

interface SeekBarProps {
  engine: RecordedEngine;
  chapters: readonly ChapterView[];
  pictures: readonly SmallPicture[];
}

/** Of Page up and Page down. */
const FAR_MS = 60_000;

export function SeekBar({ engine, chapters, pictures }: SeekBarProps) {
  const bar = useRef<HTMLDivElement>(null);
  /** Under the pointer; null: it is elsewhere. */
  const pointed = useSignal<number | null>(null);
  const lengthMs = engine.durationMs.value;
  const positionMs = engine.positionMs.value;
  const share = (ms: number) => (lengthMs > 0 ? Math.min(1, Math.max(0, ms / lengthMs)) : 0);
  const percent = (ms: number) => `${share(ms) * 100}%`;
  const momentAt = ({ clientX }: PointerEvent) => {
    const { left, width } = bar.current!.getBoundingClientRect();
    return Math.min(1, Math.max(0, (clientX - left) / width)) * lengthMs;
  };
  const isHeld = useRef(false);
  const onPointer = (event: PointerEvent) => {
    pointed.value = momentAt(event);
    if (isHeld.current) engine.seek(pointed.value);
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
    engine.seek(to);
  };
  const chapter = chapterAt(chapters, positionMs)?.title;
  const [at, length] = [uptimeText(positionMs), uptimeText(lengthMs)];
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
      aria-valuetext={chapter ? words.placeIn(at, length, chapter) : words.place(at, length)}
      onPointerDown={(event) => {
        if (event.button !== 0 || lengthMs === 0) return;
        isHeld.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        onPointer(event);
      }}
      onPointerMove={onPointer}
      onPointerUp={() => {
        isHeld.current = false;
      }}
      onPointerLeave={() => {
        if (!isHeld.current) pointed.value = null;
      }}
      onPointerCancel={() => {
        isHeld.current = false;
        pointed.value = null;
      }}
      onKeyDown={onKeyDown}
    >
      <span class="seek-line">
        <i class="seek-buffered" style={{ width: percent(engine.bufferedMs.value) }} />
        <i class="seek-played" style={{ width: percent(positionMs) }} />
        {engine.gaps.value.map(({ fromMs, toMs }) => (
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
      {pointed.value !== null && lengthMs > 0 ? (
        <Moment
          ms={pointed.value}
          share={share(pointed.value)}
          title={chapterAt(chapters, pointed.value)?.title ?? ""}
          pictures={pictures}
        />
      ) : null}
    </div>
  );
}

interface MomentProps {
  ms: number;
  share: number;
  /** Of its chapter; empty: it is in none. */
  title: string;
  pictures: readonly SmallPicture[];
}

/** Screen readers hear the place from the bar. */
function Moment({ ms, share, title, pictures }: MomentProps) {
  const picture = pictureAt(pictures, ms);
  const width = picture?.width ?? 0;
  return (
    // Within the bar at its ends.
    <div
      class="seek-moment"
      style={{ left: `clamp(${width / 2 + 4}px, ${share * 100}%, 100% - ${width / 2 + 4}px)` }}
      aria-hidden="true"
    >
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
        <span>{uptimeText(ms)}</span>
      </span>
    </div>
  );
}
