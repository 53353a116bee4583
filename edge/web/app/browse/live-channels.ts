// The channels that are live, most watched first: one list for all parts of a page.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import type { Page } from "#schema/api/fields.ts";
import { callApi } from "../api.ts";
import { poll } from "../ui/poll.ts";

const EVERY_MS = 5_000;
const PAGE_LENGTH = 100;
/** 500 channels; further ones are found by category and by search. */
const PAGES_MAX = 5;

interface LiveChannels {
  channels: ChannelView[];
  /** Pages of 100 that were asked for. */
  pages: number;
  hasMore: boolean;
}

/** Null: not loaded yet. Kept between visits of a page. */
export const liveChannels = signal<LiveChannels | null>(null);
/** The last answer did not come; the list is older. */
export const isServerAway = signal(false);
const pages = signal(1);
let users = 0;
let stop = () => {};

/** Loads one more page of 100. */
export const loadMoreLive = () => {
  if (pages.value < PAGES_MAX) pages.value++;
  restart();
};

/** The list is kept up to date while a component uses it. */
export function useLiveChannels() {
  useEffect(() => {
    if (users++ === 0) restart();
    return () => {
      if (--users > 0) return;
      stop();
      pages.value = 1;
    };
  }, []);
}

function restart() {
  stop();
  stop = poll(EVERY_MS, async (ending) => {
    try {
      liveChannels.value = await ask(pages.peek(), ending);
      isServerAway.value = false;
    } catch {
      if (!ending.aborted) isServerAway.value = true;
    }
  });
}

async function ask(count: number, ending: AbortSignal): Promise<LiveChannels> {
  const channels = new Map<string, ChannelView>();
  let cursor: string | null = null;
  for (let i = 0; i < count; i++) {
    const from: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Page<ChannelView> = await callApi(`/channels?live=true&limit=${PAGE_LENGTH}${from}`, {
      signal: ending,
    });
    for (const channel of page.items) if (channel.live) channels.set(channel.id, channel);
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  return { channels: [...channels.values()], pages: count, hasMore: cursor !== null && count < PAGES_MAX };
}
