// How far chat replay is from the picture at which a line was said.

import type { Page as ListPage } from "#schema/api/fields.ts";
import type { ReplayedLine } from "#schema/api/videos.ts";
import { call } from "../support/api.ts";
import type { ChatClient } from "../support/chat-client.ts";
import type { FoundPictures } from "./found-pictures.ts";

const MARK = "at picture ";
/** Lines at each end of the video whose median counts: one line may be late by itself. */
const LINES = 7;

/** Says a line that names the picture that is being sent. */
export const sayPicture = (chat: ChatClient, number: number) => chat.sayPatiently(`${MARK}${number}`);

export interface Drift {
  lines: number;
  /** From a picture to the line that was said at it, at the beginning and at the end of the video: median of some lines. */
  firstMs: number;
  lastMs: number;
}

/** Throws when there are too few lines whose pictures are in the video. */
export async function replayDrift(
  { url, videoId }: { url: string; videoId: string },
  { pictures }: Pick<FoundPictures, "pictures">,
): Promise<Drift> {
  const placeOf = new Map(pictures.map(({ number, atMs }) => [number, atMs]));
  const offsMs: number[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: ListPage<ReplayedLine> = await call(`${url}/api/v1/videos/${videoId}/chat?limit=100${query}`);
    for (const { body, offsetMs } of page.items) {
      const atMs = placeOf.get(Number(body.slice(MARK.length)));
      if (body.startsWith(MARK) && atMs !== undefined) offsMs.push(offsetMs - atMs);
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  if (offsMs.length < 2 * LINES) throw new Error(`only ${offsMs.length} lines are at pictures of the video`);
  return { lines: offsMs.length, firstMs: median(offsMs.slice(0, LINES)), lastMs: median(offsMs.slice(-LINES)) };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
