// The channels that are live, most watched first: one list for all parts of a page, and one request for it.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import type { Page } from "#schema/api/fields.ts";
import { callApi } from "../api.ts";
import { poll } from "../ui/poll.ts";

/**
 * What a part of the page needs: how often the list is asked for, and how many channels. A rail shows a few, and leaves out those that are
 * followed; a list of channels shows pages.
 */
const NEEDS = { list: { everyMs: 5_000, pageLength: 100 }, rail: { everyMs: 30_000, pageLength: 30 } };
type Need = keyof typeof NEEDS;
/** 500 channels; further ones are found by category and by search. */
const PAGES_MAX = 5;

interface LiveChannels {
  channels: ChannelView[];
  /** Pages of 100 that were asked for. 0: only the first few, for a rail. */
  pages: number;
  hasMore: boolean;
}

/** Null: not loaded yet. Kept between visits of a page. */
export const liveChannels = signal<LiveChannels | null>(null);
/** The last answer did not come; the list is older. */
export const isServerAway = signal(false);
const pages = signal(1);
const users: Record<Need, number> = { list: 0, rail: 0 };
let stop = () => {};
let isStarting = false;

const needed = (): Need => (users.list > 0 ? "list" : "rail");

/** Loads one more page of 100. */
export const loadMoreLive = () => {
  if (pages.value < PAGES_MAX) pages.value++;
  restart();
};

/** The list is kept up to date while a component uses it. */
export const useLiveChannels = () => useEffect(() => keepLiveChannels("list"), []);

/** Keeps the list up to date until the function that it returns is called. */
export function keepLiveChannels(need: Need): () => void {
  users[need]++;
  if (users[need] === 1 && needed() === need) restart();
  return () => {
    users[need]--;
    if (users.list === 0) pages.value = 1;
    if (users.list + users.rail === 0) stop();
  };
}

/** Parts that begin at the same moment share the first request. */
function restart() {
  stop();
  if (isStarting) return;
  isStarting = true;
  queueMicrotask(() => {
    isStarting = false;
    if (users.list + users.rail > 0) stop = poll(() => NEEDS[needed()].everyMs, load);
  });
}

async function load(ending: AbortSignal) {
  try {
    liveChannels.value = await ask(needed(), ending);
    isServerAway.value = false;
  } catch {
    if (!ending.aborted) isServerAway.value = true;
  }
}

async function ask(need: Need, ending: AbortSignal): Promise<LiveChannels> {
  const { pageLength } = NEEDS[need];
  const count = need === "list" ? pages.peek() : 1;
  const channels = new Map<string, ChannelView>();
  let cursor: string | null = null;
  for (let i = 0; i < count; i++) {
    const from: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Page<ChannelView> = await callApi(`/channels?live=true&limit=${pageLength}${from}`, {
      signal: ending,
    });
    for (const channel of page.items) if (channel.live) channels.set(channel.id, channel);
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  // A few channels that are all there are, are as good as a page of them.
  const isWhole = need === "list" || cursor === null;
  return {
    channels: [...channels.values()],
    pages: isWhole ? count : 0,
    hasMore: cursor !== null && count < PAGES_MAX,
  };
}
