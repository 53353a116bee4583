// The bar of a running broadcast: back to any moment of it, and to live at its right end. Loaded once there is something to rewind to.

import { useSignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { after } from "../../clock.ts";
import { uptimeText } from "../../ui/ticker.ts";
import { SeekBar, type SeekWords } from "../../videos/seek-bar.tsx";
import { words } from "../../words/dvr.ts";
import type { Engine } from "../engine.ts";
import { holdPicture } from "../held-picture.ts";
import { Dvr } from "./dvr.ts";
import { useChapters } from "./use-chapters.ts";

/** A shorter broadcast has nothing to rewind to that is not on the screen. */
const SHORTEST_MS = 15_000;
const SAID_MS = 8_000;

export interface DvrBarProps {
  engine: Engine;
  /** Null: not known. */
  broadcastId: string | null;
  startedAt: string | null;
  /** Nothing is on air any more; what is left is played. */
  over: boolean;
}

export function DvrBar({ engine, broadcastId, startedAt, over }: DvrBarProps) {
  const [dvr] = useState(() => new Dvr(engine));
  dvr.broadcast = { id: broadcastId, startedAtMs: startedAt === null ? null : Date.parse(startedAt), isOver: over };
  useEffect(() => dvr.start(), [dvr]);
  useEffect(() => holdPicture(engine), [engine]);
  const isRewound = engine.source.replay.value !== null;
  const chapters = useChapters(dvr, { broadcastId, isWanted: isRewound });
  if (dvr.durationMs.value < SHORTEST_MS && !isRewound) return null;
  return (
    <>
      {isRewound ? <Said engine={engine} isStuck={dvr.isStuck.value} over={over} /> : null}
      <div class="dvr">
        <SeekBar track={dvr} chapters={chapters} pictures={[]} words={wordsOf(dvr, over)} />
      </div>
    </>
  );
}

const wordsOf = (dvr: Dvr, over: boolean): SeekWords => ({
  seek: words.seek,
  noRecording: words.noRecording,
  inChapter: words.inChapter,
  place: (atMs, lengthMs) => {
    const leftMs = lengthMs - atMs;
    if (over) return leftMs < 1_000 ? words.atEnd : words.beforeEnd(leftMs);
    return leftMs < 1_000 ? words.live : words.behindLive(leftMs);
  },
  moment: (atMs, lengthMs) =>
    words.moment(uptimeText(lengthMs - atMs), new Date(dvr.wallMs(atMs)).toLocaleTimeString()),
});

interface SaidProps {
  engine: Engine;
  isStuck: boolean;
  over: boolean;
}

/** At first, that the chat is not rewound; and why there is no picture. */
function Said({ engine, isStuck, over }: SaidProps) {
  const isNew = useSignal(true);
  useEffect(
    () =>
      after(SAID_MS, () => {
        isNew.value = false;
      }),
    [isNew],
  );
  if (isStuck)
    return (
      <p class="player-note" role="status">
        <span>{words.stuck}</span>
        {over ? null : (
          <button type="button" class="button" onClick={() => engine.goLive()}>
            {words.backToLive}
          </button>
        )}
      </p>
    );
  return isNew.value && !over ? (
    <p class="player-note" role="status">
      {words.chatIsLive}
    </p>
  ) : null;
}
