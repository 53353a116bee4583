// Puts a highlight together: copies the objects of its parts within the store, then writes their rows. No byte of media passes through a node.

import { type InTurn, inTurn } from "#runtime/base/in-turn.ts";
import type { KeyedSemaphore } from "#runtime/base/keyed-semaphore.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { Counter } from "#runtime/base/metrics.ts";
import { ObjectMissing, type Objects } from "#runtime/objects/objects.ts";
import type { Sql } from "#schema/database.ts";
import {
  type CopiedSegment,
  finishHighlight,
  type HighlightPlan,
  highlightPlan,
  segmentsToCopy,
} from "#schema/queries/videos/highlights.ts";
import type { UploadOwner } from "#schema/queries/videos/uploads.ts";
import { videoKey } from "#schema/wire/video-keys.ts";

/** One for all highlights of a node. */
export interface CopyParts {
  sql: Sql;
  objects: Pick<Objects, "copy">;
  turns: KeyedSemaphore;
}

export type CopyEnd =
  | { type: "copied" }
  /** There is no such highlight any more, or another node has it. */
  | { type: "gone" }
  /** For good, with words for who made it. */
  | { type: "refused"; code: string; detail: string }
  /** Another try may work. */
  | { type: "broke" };

const TURN = "copy";
const PAGE_ROWS = 1_000;
/** Requests at a time, a part of what a node may have (request-bounds.ts): live segments go beside them. */
const BESIDE = 8;

const SOURCE_GONE: CopyEnd = {
  type: "refused",
  code: "source_gone",
  detail: "The video was deleted before the highlight of it was ready.",
};

const highlights = new Counter({
  name: "video_highlights_total",
  help: "Highlights that were put together, by outcome",
  labelNames: ["outcome"],
});

export function startCopying(owner: UploadOwner, { parts, log }: { parts: CopyParts; log: Log }): InTurn<CopyEnd> {
  return inTurn<CopyEnd>({
    turns: parts.turns,
    name: TURN,
    async work(signal) {
      const end = await copy(owner, { ...parts, signal });
      highlights.inc({ outcome: end.type });
      return end;
    },
    failed(error) {
      log.warn({ reason: reason(error) }, "highlight not put together yet");
      highlights.inc({ outcome: "broke" });
      return { type: "broke" };
    },
  });
}

type Work = Omit<CopyParts, "turns"> & { signal: AbortSignal };

async function copy(owner: UploadOwner, work: Work): Promise<CopyEnd> {
  const plan = await highlightPlan(work.sql, owner.videoId);
  if (plan === null) return { type: "gone" };
  if (plan === "done") return { type: "copied" };
  if (plan === "source gone") return SOURCE_GONE;
  try {
    for (const rendition of plan.renditions) await copyRendition(owner, { ...plan, rendition, work });
  } catch (error) {
    if (error instanceof ObjectMissing) return SOURCE_GONE;
    throw error;
  }
  if (await finishHighlight(work.sql, owner, plan)) return { type: "copied" };
  // Its rows may have gone since the plan: who made the highlight must hear of that.
  return (await highlightPlan(work.sql, owner.videoId)) === "source gone" ? SOURCE_GONE : { type: "gone" };
}

async function copyRendition(
  { videoId, epoch }: UploadOwner,
  { sourceId, renditions, rendition, work }: HighlightPlan & { rendition: string; work: Work },
) {
  const { sql, objects, signal } = work;
  const of = { videoId, rendition, reference: renditions[0]!, limit: PAGE_ROWS };
  const inits = new Set<string>();
  const copyOne = async ({ number, sourceNumber, sourceEpoch, initHash }: CopiedSegment) => {
    signal.throwIfAborted();
    if (!inits.has(initHash)) {
      inits.add(initHash);
      await objects.copy(videoKey.init(sourceId, rendition, initHash), videoKey.init(videoId, rendition, initHash));
    }
    const from = videoKey.segment(sourceId, rendition, { number: sourceNumber, epoch: sourceEpoch });
    await objects.copy(from, videoKey.segment(videoId, rendition, { number, epoch }));
  };
  for (let after = -1; ; ) {
    signal.throwIfAborted();
    const page = await segmentsToCopy(sql, { ...of, after });
    await beside(page, copyOne);
    if (page.length < PAGE_ROWS) return;
    after = page.at(-1)!.number;
  }
}

/** Some at a time. Rejects with the first failure, when none runs any more. */
async function beside<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items].reverse();
  const take = async () => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop())
      await work(item).catch((error) => {
        waiting.length = 0;
        throw error;
      });
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(BESIDE, items.length) }, take));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
