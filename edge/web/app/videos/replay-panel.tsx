// The chat of a video beside it: its lines come as the video plays. Who scrolls up stops them.

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Page } from "#schema/api/fields.ts";
import type { ReplayedLine } from "#schema/api/videos.ts";
import { useEmotes } from "../chat/emotes.ts";
import { chatOptions } from "../chat/options.ts";
import { blocked } from "../people/blocks.ts";
import { call } from "../session.ts";
import { ChevronIcon, ClockIcon, HideChatIcon } from "../ui/icons.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { uptimeText } from "../ui/ticker.ts";
import { words as chatWords } from "../words/chat.ts";
import { words } from "../words/videos.ts";
import { ChatReplay } from "./chat-replay.ts";
import type { RecordedEngine } from "./recorded-engine.ts";
import { ReplayLine } from "./replay-line.tsx";

const PAGE_LENGTH = 100;
/** A distance to the end below this counts as being at the end. */
const AT_END_PX = 48;

interface ReplayPanelProps {
  videoId: string;
  /** Login of the channel whose chat it is. */
  channel: string;
  engine: RecordedEngine;
  /** The broadcast is still live. */
  isOnAir: boolean;
  onClose(): void;
}

export function ReplayPanel({ videoId, channel, engine, isOnAir, onClose }: ReplayPanelProps) {
  const replay = useReplay(videoId, engine);
  useEmotes(channel);
  const { size, isCompact } = chatOptions.value;
  const box = useRef<HTMLDivElement>(null);
  /** What a reader who scrolled up reads; null: the lines follow the video. */
  const held = useSignal<readonly ReplayedLine[] | null>(null);
  const shown = useComputed(() => (held.value ?? replay.lines.value).filter(({ user }) => !blocked.value.has(user.id)));
  const toEnd = () => {
    if (box.current && held.peek() === null) box.current.scrollTop = box.current.scrollHeight;
  };
  useLayoutEffect(toEnd);
  // The newest line also stays in view when the column's height changes.
  useEffect(() => {
    const observer = new ResizeObserver(toEnd);
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const stop = () => {
    held.value ??= replay.lines.peek();
  };
  const goOn = () => {
    held.value = null;
  };
  const onScroll = () => {
    const at = box.current;
    if (at && held.peek() !== null && at.scrollHeight - at.scrollTop - at.clientHeight < 1) goOn();
  };
  const onWheel = ({ deltaY }: WheelEvent) => {
    const at = box.current;
    if (at && deltaY < 0 && at.scrollHeight > at.clientHeight) stop();
  };
  const onTouchMove = () => {
    const at = box.current;
    if (at && at.scrollHeight - at.scrollTop - at.clientHeight > AT_END_PX) stop();
  };
  const phase = replay.phase.value;
  return (
    <section class={isCompact ? "chat chat-compact" : "chat"} data-size={size} aria-label={words.chat}>
      <header class="chat-head replay-head">
        <h2>{words.chat}</h2>
        <button
          type="button"
          class="icon-button chat-close"
          onClick={onClose}
          title={chatWords.hide}
          aria-label={chatWords.hide}
        >
          <HideChatIcon />
        </button>
      </header>
      <p class="replay-step">
        <ClockIcon size="text" />
        <span>{words.inStep}</span>
        <Now engine={engine} />
      </p>
      <div class="chat-scroll">
        <div
          class="chat-lines"
          ref={box}
          role="log"
          aria-live="off"
          aria-busy={phase === "loading"}
          aria-label={words.messages}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard.
          tabIndex={0}
          onScroll={onScroll}
          onWheel={onWheel}
          onTouchMove={onTouchMove}
          onKeyDown={({ key }) => {
            if (key === "ArrowUp" || key === "PageUp" || key === "Home") stop();
          }}
        >
          {phase === "loading" && shown.value.length === 0 ? (
            <Skeleton shape="text" count={8} />
          ) : (
            <ol>
              {phase === "failed" ? (
                <li class="chat-empty">
                  <strong>{words.chatFailed}</strong>
                  <button type="button" class="link" onClick={() => void replay.retry()}>
                    {words.retry}
                  </button>
                </li>
              ) : shown.value.length === 0 ? (
                <li class="chat-empty">{words.noChat}</li>
              ) : null}
              {shown.value.map((line) => (
                <ReplayLine key={line.seq} line={line} />
              ))}
            </ol>
          )}
        </div>
        {held.value === null ? null : (
          <button type="button" class="chat-jump" onClick={goOn}>
            <ChevronIcon size="text" />
            {words.stopped}
          </button>
        )}
      </div>
      <p class="replay-foot">{isOnAir ? words.chatGoesOn : words.chatOver}</p>
    </section>
  );
}

const Now = ({ engine }: { engine: RecordedEngine }) => (
  <span class="replay-now">{uptimeText(engine.positionMs.value)}</span>
);

function useReplay(videoId: string, engine: RecordedEngine): ChatReplay {
  const replay = useMemo(
    () =>
      new ChatReplay(({ fromMs, toMs, cursor }) => {
        const next = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
        const span = `fromMs=${Math.round(fromMs)}&toMs=${Math.round(toMs)}`;
        return call<Page<ReplayedLine>>(`/videos/${videoId}/chat?${span}&limit=${PAGE_LENGTH}${next}`);
      }),
    [videoId],
  );
  useEffect(() => void replay.at(engine.positionMs.peek()), [replay, engine]);
  useSignalEffect(() => {
    const ms = engine.positionMs.value;
    queueMicrotask(() => void replay.at(ms));
  });
  return replay;
}
