// The status of each channel that this edge watches: one subscription per channel, and a query to the actor when it is quiet.

import { Refusal } from "#runtime/actor/actor.ts";
import { type Clock, everyWhileBusy } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Bus, Subscription } from "#runtime/bus/bus.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { StatusQuery } from "./status-query.ts";
import { ViewerCount, type ViewersHere } from "./viewer-count.ts";

/** A watched channel's owner repeats its status every 2 s; two lost ones in a row are not yet silence. */
const QUIET_MS = 5_000;
const IDLE_MS = 30_000;
const TICK_MS = 250;
/** Over it the least recently used channel is closed or, when all of them have listeners or viewers, the new one refused with `busy`. */
const CHANNELS_MAX = 10_000;

export interface ChannelWatches {
  /** The latest status, at most about 5 s old while the owner lives. Asks the actor, which wakes it, when none is known.
   *  Throws Refusal: `unavailable`, `timeout`, `busy`. */
  status(channelId: string): Promise<ChannelStatus>;
  /** The latest status, without a query. */
  known(channelId: string): ChannelStatus | undefined;
  /** Watches until stopped. The listener gets the known status, and every later one of the same or a higher epoch. Returns stop. */
  watch(channelId: string, listener: (status: ChannelStatus) => void): () => void;
  /** The channel's viewers at this edge; the owner gets their count and their sketch. */
  setViewers(channelId: string, here: ViewersHere): void;
  /** The known status seems to be wrong (its origin is gone): asks the actor soon, with back-off. */
  doubt(channelId: string): void;
}

interface Watched {
  channelId: string;
  subscription: Subscription;
  listeners: Set<(status: ChannelStatus) => void>;
  status: ChannelStatus | undefined;
  heardMs: number;
  /** Time of the last `status` call. */
  usedMs: number;
  query: StatusQuery;
  isDoubted: boolean;
  viewers: ViewerCount;
}

interface WatchOptions {
  bus: Bus;
  caller: Caller;
  clock: Clock;
  log: Log;
  edgeId: string;
  /** A channel without listeners and viewers is watched for this long after the last `status` call. Default 30 s. */
  idleMs?: number;
}

export function createWatches(options: WatchOptions): ChannelWatches & { stop(): void } {
  const { bus, caller, clock, log, edgeId, idleMs = IDLE_MS } = options;
  const channels = new Map<string, Watched>();
  const ticking = everyWhileBusy(clock, TICK_MS, { work: tick, isIdle: () => channels.size === 0 });

  return {
    async status(channelId) {
      const watched = open(channelId);
      watched.usedMs = clock.monoMs();
      if (!watched.status) return watched.query.run();
      if (isQuiet(watched)) watched.query.runSoon();
      return watched.status;
    },
    known: (channelId) => channels.get(channelId)?.status,
    watch(channelId, listener) {
      const watched = open(channelId);
      // A new function, so that the same listener given twice is called twice.
      const hears = (status: ChannelStatus) => listener(status);
      watched.listeners.add(hears);
      queueMicrotask(() => {
        if (watched.status && watched.listeners.has(hears)) hears(watched.status);
      });
      if (!watched.status || isQuiet(watched)) watched.query.runSoon();
      return () => {
        if (watched.listeners.delete(hears)) watched.usedMs = clock.monoMs();
      };
    },
    setViewers(channelId, here) {
      const watched = channels.get(channelId) ?? (here.count > 0 ? open(channelId) : undefined);
      watched?.viewers.set(here);
    },
    doubt(channelId) {
      const watched = channels.get(channelId);
      if (!watched) return;
      watched.isDoubted = true;
      watched.query.runSoon();
    },
    stop() {
      ticking.stop();
      for (const watched of [...channels.values()]) close(watched);
    },
  };

  function open(channelId: string): Watched {
    const known = channels.get(channelId);
    if (known) return known;
    if (channels.size >= CHANNELS_MAX) evict();
    const nowMs = clock.monoMs();
    const onStatus = (status: ChannelStatus) => hear(watched, status);
    const watched: Watched = {
      channelId,
      subscription: bus.subscribe(subjects.status(channelId), (body) => onStatus(body as ChannelStatus)),
      listeners: new Set(),
      status: undefined,
      heardMs: nowMs,
      usedMs: nowMs,
      query: new StatusQuery({ caller, clock, log, channelId, onStatus, latest: () => watched.status }),
      isDoubted: false,
      viewers: new ViewerCount({ bus, clock, edgeId, channelId }),
    };
    channels.set(channelId, watched);
    ticking.wake();
    watched.viewers.publish(); // The owner repeats its status only while an edge watches.
    return watched;
  }

  function evict() {
    let idlest: Watched | undefined;
    for (const watched of channels.values())
      if (!isHeld(watched) && (!idlest || watched.usedMs < idlest.usedMs)) idlest = watched;
    if (!idlest) throw new Refusal("busy", "this edge watches as many channels as it can", 2_000);
    close(idlest);
  }

  function close(watched: Watched) {
    channels.delete(watched.channelId);
    watched.listeners.clear();
    watched.subscription.drain().catch((error) => log.debug({ reason: reason(error) }, "subscription was not drained"));
  }

  /** A lower epoch comes from an owner that was replaced; within one epoch the latest wins. */
  function hear(watched: Watched, status: ChannelStatus) {
    if (status.channelId !== watched.channelId) return;
    if (watched.status && status.epoch < watched.status.epoch) return;
    watched.status = status;
    watched.heardMs = clock.monoMs();
    watched.query.reset();
    watched.isDoubted = false;
    for (const listener of [...watched.listeners]) {
      try {
        listener(status);
      } catch (error) {
        log.error({ channel: watched.channelId, reason: reason(error) }, "a listener of a channel's status failed");
      }
    }
  }

  function isQuiet(watched: Watched) {
    return clock.monoMs() - watched.heardMs >= QUIET_MS;
  }

  function isHeld(watched: Watched) {
    return watched.listeners.size > 0 || watched.viewers.value > 0;
  }

  function tick() {
    const nowMs = clock.monoMs();
    for (const watched of [...channels.values()]) {
      if (!isHeld(watched) && nowMs - watched.usedMs >= idleMs) {
        close(watched);
        continue;
      }
      watched.viewers.tick();
      if (watched.isDoubted || isQuiet(watched) || (!watched.status && watched.listeners.size > 0))
        watched.query.runSoon();
    }
  }
}
