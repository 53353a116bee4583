// The picture of a clip that is being made, and below it the stretch of the video with a handle at each end of the clip.

import type { Signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { uptimeText } from "../ui/ticker.ts";
import type { RecordedEngine } from "../videos/recorded-engine.ts";
import { pictureAt } from "../videos/storyboard.ts";
import { useSmallPictures } from "../videos/use-small-pictures.ts";
import { words } from "../words/clips.ts";
import { moved, type Span } from "./span.ts";

const PICTURES = 9;
const STEP_MS = 1_000;
const FINE_STEP_MS = 100;

interface PartPickerProps {
  engine: RecordedEngine;
  span: Signal<Span>;
  window: Span;
  /** Null: there is none (yet). */
  storyboardUrl: string | null;
}

export function PartPicker({ engine, span, window, storyboardUrl }: PartPickerProps) {
  const screen = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    screen.current?.append(engine.video);
  }, [engine]);
  const { startMs, endMs } = span.value;
  const lengthMs = window.endMs - window.startMs;
  const percent = (ms: number) => `${((ms - window.startMs) / lengthMs) * 100}%`;
  const move = (handle: keyof Span, toMs: number) => {
    span.value = moved(span.peek(), handle, toMs, window);
    // The end is seen where it is moved, and then the part begins anew.
    engine.seek(handle === "startMs" ? span.value.startMs : Math.max(span.value.startMs, span.value.endMs - STEP_MS));
  };
  const momentAt = (clientX: number) => {
    const { left, width } = bar.current!.getBoundingClientRect();
    return window.startMs + Math.min(1, Math.max(0, (clientX - left) / width)) * lengthMs;
  };
  return (
    <>
      <div class="clip-screen" ref={screen} />
      <fieldset class="clip-part">
        <legend class="sr-only">{words.part}</legend>
        <div class="clip-bar" ref={bar}>
          <Strip url={storyboardUrl} window={window} />
          <i class="clip-chosen" style={{ left: percent(startMs), right: `calc(100% - ${percent(endMs)})` }} />
          <i class="clip-now" style={{ left: percent(Math.min(endMs, Math.max(startMs, engine.positionMs.value))) }} />
          {(["startMs", "endMs"] as const).map((handle) => (
            <Handle
              key={handle}
              word={handle === "startMs" ? words.begins : words.ends}
              ms={span.value[handle]}
              window={window}
              place={percent(span.value[handle])}
              onMove={(toMs) => move(handle, toMs)}
              momentAt={momentAt}
            />
          ))}
        </div>
        <p class="clip-times">
          <span>{uptimeText(startMs)}</span>
          <strong aria-live="polite">{words.length(((endMs - startMs) / 1_000).toFixed(1))}</strong>
          <span>{uptimeText(endMs)}</span>
        </p>
        <p class="muted clip-hint">{words.hint}</p>
      </fieldset>
    </>
  );
}

interface HandleProps {
  word: string;
  ms: number;
  window: Span;
  place: string;
  onMove(toMs: number): void;
  momentAt(clientX: number): number;
}

function Handle({ word, ms, window, place, onMove, momentAt }: HandleProps) {
  const isHeld = useRef(false);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.shiftKey ? FINE_STEP_MS : STEP_MS;
    const steps: Record<string, number> = {
      ...{ ArrowLeft: ms - step, ArrowDown: ms - step, ArrowRight: ms + step, ArrowUp: ms + step },
      ...{ Home: window.startMs, End: window.endMs },
    };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onMove(to);
  };
  return (
    <button
      type="button"
      class="clip-handle"
      style={{ left: place }}
      role="slider"
      aria-label={word}
      aria-valuemin={Math.round(window.startMs / 1_000)}
      aria-valuemax={Math.round(window.endMs / 1_000)}
      aria-valuenow={Math.round(ms / 1_000)}
      aria-valuetext={words.at(uptimeText(ms))}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        isHeld.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (isHeld.current) onMove(momentAt(event.clientX));
      }}
      onPointerUp={() => {
        isHeld.current = false;
      }}
      onPointerCancel={() => {
        isHeld.current = false;
      }}
    />
  );
}

/** Small pictures of the stretch, where the video has a storyboard. */
function Strip({ url, window }: { url: string | null; window: Span }) {
  const pictures = useSmallPictures(url);
  if (pictures.length === 0) return null;
  const stepMs = (window.endMs - window.startMs) / PICTURES;
  return (
    <span class="clip-strip" aria-hidden="true">
      {Array.from({ length: PICTURES }, (_, i) => {
        const picture = pictureAt(pictures, window.startMs + (i + 0.5) * stepMs);
        return (
          <i
            key={i}
            style={
              picture
                ? { backgroundImage: `url("${picture.url}")`, backgroundPosition: `-${picture.x}px -${picture.y}px` }
                : {}
            }
          />
        );
      })}
    </span>
  );
}
