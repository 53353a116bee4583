// A channel's chat over a picture, for an encoder: lines alone, with an outline around the text.

import { useComputed } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { emotes, useEmotes } from "../chat/emotes.ts";
import { Line } from "../chat/line.tsx";
import type { Overlay } from "../chat/overlay.ts";
import { serverMs } from "../server-clock.ts";
import { readTheme } from "../ui/theme.ts";
import { nowMs } from "../ui/ticker.ts";
import { words } from "../words/chat.ts";
import { useChannelRoom } from "./channel-room.ts";
import type { ChannelWatcher } from "./channel-watcher.ts";

/** More do not fit over a picture. */
const LINES_MAX = 60;

export function ChatOverlay({ login, watcher, sizePx, fadeMs }: Overlay & { login: string; watcher: ChannelWatcher }) {
  const { room } = useChannelRoom(login, watcher);
  useEmotes(login);
  const box = useRef<HTMLElement>(null);
  // Its names stand on dark, whatever the theme of the page.
  useLayoutEffect(() => readTheme(box.current), []);
  const lines = useComputed(() => room.entries.value.lines.filter(({ deleted }) => !deleted).slice(-LINES_MAX));
  const isFresh = (at: string) => fadeMs === null || serverMs(nowMs.value) - Date.parse(at) < fadeMs;
  return (
    <main id="main" class="chat-overlay" style={{ fontSize: `${sizePx}px` }} ref={box}>
      <div role="log" aria-live="off" aria-label={words.messages}>
        <ol>
          {lines.value
            .filter(({ at }) => isFresh(at))
            .map((line) => (
              <Line
                key={line.seq}
                line={line}
                ownLogin={null}
                hasTime={false}
                emotes={emotes.value}
                heightPx={undefined}
              />
            ))}
        </ol>
      </div>
    </main>
  );
}
