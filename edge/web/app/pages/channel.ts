// Follows one channel: asks the API now and then, and believes the chat socket's `status` at once.

import { signal } from "@preact/signals";
import type { Phase } from "#schema/api/broadcasts.ts";
import type { ChannelView, LiveView } from "#schema/api/channels.ts";
import { backoffMs } from "../../../client/backoff.ts";
import { ApiError } from "../api.ts";
import { after } from "../clock.ts";
import { random } from "../random.ts";
import { call } from "../session.ts";

export type Known = { phase: "asking" } | { phase: "missing" } | { phase: "known"; channel: ChannelView };

/** With a chat socket that tells of changes, and without one. */
const CALM_MS = 15_000;
const ALONE_MS = 4_000;
/** While the server does not answer. */
const AWAY_PAUSES = { firstMs: 8_000, longestMs: 30_000 };

export class ChannelFollower {
  readonly known = signal<Known>({ phase: "asking" });
  /** The server did not answer the last time. */
  readonly away = signal(false);
  /** True while the chat socket is open: the API is then asked less often. */
  told = false;
  private cancel = () => {};
  private failures = 0;
  /** Counts what was heard, so that an answer older than a status is dropped. */
  private heard = 0;
  private readonly ending = new AbortController();

  constructor(private readonly login: string) {}

  start() {
    document.addEventListener(
      "visibilitychange",
      () => {
        if (document.visibilityState === "visible") void this.ask();
      },
      { signal: this.ending.signal },
    );
    void this.ask();
  }

  stop() {
    this.cancel();
    this.ending.abort();
  }

  /** A `status` frame. What it does not carry (address, start) is asked for. */
  status({ phase, broadcastId }: { phase: Phase; broadcastId: string | null }) {
    const now = this.known.value;
    if (now.phase !== "known") return;
    const onAir = phase === "live" || phase === "lost";
    const { live } = now.channel;
    if (!onAir && live === null) return;
    this.heard++;
    if (!onAir) this.set({ ...now.channel, live: null });
    else if (live && live.broadcastId === broadcastId) {
      if (live.phase !== phase) this.set({ ...now.channel, live: { ...live, phase } });
      return;
    }
    void this.ask();
  }

  /** The player was told that the channel is off air, or the like: is it? */
  async ask() {
    this.cancel();
    const heard = this.heard;
    try {
      const channel = await call<ChannelView>(`/channels/${this.login}`, { signal: this.ending.signal });
      this.failures = 0;
      this.away.value = false;
      if (heard === this.heard) this.set(channel);
    } catch (error) {
      if (this.ending.signal.aborted) return;
      if (error instanceof ApiError && error.status === 404 && this.known.value.phase === "asking") {
        this.known.value = { phase: "missing" };
        return;
      }
      this.failures++;
      this.away.value = true;
    }
    const pollMs = (this.told ? CALM_MS : ALONE_MS) * (0.85 + 0.3 * random());
    const delayMs = this.failures > 0 ? backoffMs(AWAY_PAUSES, this.failures - 1, random()) : pollMs;
    this.cancel();
    this.cancel = after(delayMs, () => void this.ask());
  }

  private set(channel: ChannelView) {
    this.known.value = { phase: "known", channel };
  }
}

/** What can be watched; null: off air, or nothing is known yet. */
export const onAir = (channel: ChannelView | null): LiveView | null => channel?.live ?? null;
