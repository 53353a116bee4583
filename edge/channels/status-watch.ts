// What this edge knows of each channel: one subscription per watched channel, and a question to the actor when it has gone quiet.

import { Refusal } from "#runtime/actor/actor.ts";
import { backoffMs } from "#runtime/base/backoff.ts";
import { type Clock, every } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Bus, Subscription } from "#runtime/bus/bus.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import type { ChannelStatus, ViewersReport } from "#schema/wire/channel.ts";
import { subjects } from "#schema/wire/subjects.ts";

/** A watched channel's owner repeats its status every 2 s; two lost in a row are not yet silence. */
const QUIET_MS = 5_000;
const REPORT_MS = 2_000;
const REPORT_CHANGE_MS = 1_000;
const IDLE_MS = 30_000;
const TICK_MS = 250;
/** Remaining time of a `describe`: enough for a dead owner to be noticed and replaced. */
const ASK_MS = 5_000;
/** Pause between questions to one channel; doubled with each failure up to the second number. */
const ASK_PAUSES = { firstMs: 500, longestMs: 5_000 };
/** Over it the one asked for longest ago is dropped, or, when all are held by listeners, the newcomer refused with `busy`. */
const CHANNELS_MAX = 10_000;

export interface ChannelWatches {
  /** The newest status this edge knows, at most ~5 s old while the owner lives. Asks the actor, which wakes it, when none is known.
   *  Throws Refusal: `unavailable`, `timeout`, `busy`. */
  status(channelId: string): Promise<ChannelStatus>;
  /** Last known, without asking. */
  known(channelId: string): ChannelStatus | undefined;
  /** Keeps watching; the listener hears every status that is not older than the last, also the one known now. Returns stop. */
  watch(channelId: string, listener: (status: ChannelStatus) => void): () => void;
  /** Chat sockets of this edge in the room; reported to the owner on change (once a second at most) and every 2 s. */
  setViewers(channelId: string, count: number): void;
  /** Something learnt first hand (its origin is gone) says that what is known may be old: asks the actor soon, with back-off. */
  doubt(channelId: string): void;
}

interface Watched {
  channelId: string;
  subscription: Subscription;
  listeners: Set<(status: ChannelStatus) => void>;
  status: ChannelStatus | undefined;
  heardMs: number;
  /** When somebody last called `status`. */
  usedMs: number;
  asking: Promise<ChannelStatus> | undefined;
  failures: number;
  nextAskMs: number;
  refusal: Refusal | undefined;
  doubted: boolean;
  viewers: number;
  reportedViewers: number;
  reportedMs: number;
}

export interface WatchOptions {
  bus: Bus;
  caller: Caller;
  clock: Clock;
  log: Log;
  edgeId: string;
  /** How long a channel is watched after the last `status` without a listener. Default 30 s. */
  idleMs?: number;
}

export function createWatches(options: WatchOptions): ChannelWatches & { stop(): void } {
  const { bus, caller, clock, log, edgeId, idleMs = IDLE_MS } = options;
  const channels = new Map<string, Watched>();
  const stopTicking = every(clock, TICK_MS, tick);

  return {
    async status(channelId) {
      const watched = open(channelId);
      watched.usedMs = clock.monoMs();
      if (!watched.status) return ask(watched);
      if (isQuiet(watched)) askSoon(watched);
      return watched.status;
    },
    known: (channelId) => channels.get(channelId)?.status,
    watch(channelId, listener) {
      const watched = open(channelId);
      // Its own function, so that one listener given twice is two.
      const hears = (status: ChannelStatus) => listener(status);
      watched.listeners.add(hears);
      queueMicrotask(() => {
        if (watched.status && watched.listeners.has(hears)) hears(watched.status);
      });
      if (!watched.status || isQuiet(watched)) askSoon(watched);
      return () => {
        if (watched.listeners.delete(hears)) watched.usedMs = clock.monoMs();
      };
    },
    setViewers(channelId, count) {
      const watched = channels.get(channelId) ?? (count > 0 ? open(channelId) : undefined);
      if (!watched) return;
      watched.viewers = count;
      if (clock.monoMs() - watched.reportedMs >= REPORT_CHANGE_MS) reportChange(watched);
    },
    doubt(channelId) {
      const watched = channels.get(channelId);
      if (!watched) return;
      watched.doubted = true;
      askSoon(watched);
    },
    stop() {
      stopTicking();
      for (const watched of [...channels.values()]) close(watched);
    },
  };

  function open(channelId: string): Watched {
    const known = channels.get(channelId);
    if (known) return known;
    if (channels.size >= CHANNELS_MAX) makeRoom();
    const nowMs = clock.monoMs();
    const watched: Watched = {
      channelId,
      subscription: bus.subscribe(subjects.status(channelId), (body) => hear(watched, body as ChannelStatus)),
      listeners: new Set(),
      status: undefined,
      heardMs: nowMs,
      usedMs: nowMs,
      asking: undefined,
      failures: 0,
      nextAskMs: 0,
      refusal: undefined,
      doubted: false,
      viewers: 0,
      reportedViewers: 0,
      reportedMs: 0,
    };
    channels.set(channelId, watched);
    report(watched); // The owner repeats its status only while it knows that somebody watches.
    return watched;
  }

  function makeRoom() {
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

  /** A lower epoch is an owner that does not know yet that it was replaced; within one epoch the latest wins. */
  function hear(watched: Watched, status: ChannelStatus) {
    if (status.channelId !== watched.channelId) return;
    if (watched.status && status.epoch < watched.status.epoch) return;
    watched.status = status;
    watched.heardMs = clock.monoMs();
    watched.failures = 0;
    watched.refusal = undefined;
    watched.doubted = false;
    for (const listener of [...watched.listeners]) {
      try {
        listener(status);
      } catch (error) {
        log.error({ channel: watched.channelId, reason: reason(error) }, "a listener of a channel's status failed");
      }
    }
  }

  /** One question at a time per channel; while backing off, the last refusal is the answer. */
  function ask(watched: Watched): Promise<ChannelStatus> {
    if (watched.asking) return watched.asking;
    const nowMs = clock.monoMs();
    if (watched.refusal && nowMs < watched.nextAskMs) return Promise.reject(watched.refusal);
    watched.nextAskMs = nowMs + ASK_PAUSES.firstMs;
    watched.asking = caller
      .call<ChannelStatus>("channel", watched.channelId, { type: "describe" }, { timeoutMs: ASK_MS })
      .then((status) => {
        hear(watched, status);
        return watched.status ?? status;
      })
      .catch((error: unknown) => {
        // A status may have come by itself meanwhile: better than no answer.
        if (!watched.status) throw error;
        noteFailure(watched, error);
        return watched.status;
      })
      .catch((error: unknown) => {
        noteFailure(watched, error);
        throw watched.refusal;
      })
      .finally(() => {
        watched.asking = undefined;
      });
    return watched.asking;
  }

  function noteFailure(watched: Watched, error: unknown) {
    watched.nextAskMs = clock.monoMs() + backoffMs(ASK_PAUSES, watched.failures++);
    watched.refusal =
      error instanceof Refusal ? error : new Refusal("unavailable", "the channel cannot be asked", 1_000);
    log.warn({ channel: watched.channelId, reason: reason(error) }, "channel does not answer");
  }

  function askSoon(watched: Watched) {
    if (watched.asking || clock.monoMs() < watched.nextAskMs) return;
    ask(watched).catch(() => null); // Logged where it failed.
  }

  function isQuiet(watched: Watched) {
    return clock.monoMs() - watched.heardMs >= QUIET_MS;
  }

  function isHeld(watched: Watched) {
    return watched.listeners.size > 0 || watched.viewers > 0;
  }

  function report(watched: Watched) {
    watched.reportedMs = clock.monoMs();
    watched.reportedViewers = watched.viewers;
    const body: ViewersReport = { edge: edgeId, count: watched.viewers };
    bus.publish(subjects.viewers(watched.channelId), body);
  }

  function reportChange(watched: Watched) {
    if (watched.viewers !== watched.reportedViewers) report(watched);
  }

  function tick() {
    const nowMs = clock.monoMs();
    for (const watched of [...channels.values()]) {
      if (!isHeld(watched) && nowMs - watched.usedMs >= idleMs) {
        close(watched);
        continue;
      }
      const sinceReportMs = nowMs - watched.reportedMs;
      if (sinceReportMs >= REPORT_MS) report(watched);
      else if (sinceReportMs >= REPORT_CHANGE_MS) reportChange(watched);
      if (watched.doubted || isQuiet(watched) || (!watched.status && watched.listeners.size > 0)) askSoon(watched);
    }
  }
}
