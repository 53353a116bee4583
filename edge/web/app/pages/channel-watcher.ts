// Keeps one channel's state up to date: polls the API, and applies the `status` frames of the chat socket at once.

import { signal } from "@preact/signals";
import type { Phase } from "#schema/api/broadcasts.ts";
import type { ChannelView } from "#schema/api/channels.ts";
import { backoffMs } from "../../../client/backoff.ts";
import { ApiError } from "../api.ts";
import { after, wallMs } from "../clock.ts";
import { random } from "../random.ts";
import { call } from "../session.ts";

type ChannelState =
  | { phase: "loading" }
  /** `wasThere`: it is gone since the page was opened: deleted, renamed or suspended. */
  | { phase: "missing"; wasThere: boolean }
  | { phase: "known"; channel: ChannelView };

/** Poll interval while the chat socket is open and reports changes, and while it is not. */
const POLL_WITH_SOCKET_MS = 15_000;
const POLL_WITHOUT_SOCKET_MS = 4_000;
/** Spread, since all pages of a lost edge ask then. */
const SOCKET_CLOSED_MS = 2_000;
/** Pauses while the server does not answer. */
const RETRY_PAUSES = { firstMs: 8_000, longestMs: 30_000 };

export class ChannelWatcher {
  readonly state = signal<ChannelState>({ phase: "loading" });
  /** The server does not answer. One late answer, while the chat's socket shows that the server is there, says nothing. */
  readonly isAway = signal(false);
  /** While it is away: wall time in ms of the next try. */
  readonly retryMs = signal<number | null>(null);
  private isSocketOpen = false;
  private cancel = () => {};
  private failures = 0;
  /** Number of status frames, so that an API answer older than a status is dropped. */
  private statuses = 0;
  private readonly ending = new AbortController();

  constructor(private readonly login: string) {}

  start() {
    document.addEventListener(
      "visibilitychange",
      () => {
        if (document.visibilityState === "visible") void this.load();
      },
      { signal: this.ending.signal },
    );
    window.addEventListener("online", () => void this.load(), { signal: this.ending.signal });
    window.addEventListener("offline", () => this.away(), { signal: this.ending.signal });
    void this.load();
  }

  stop() {
    this.cancel();
    this.ending.abort();
  }

  /** While the chat socket is open, the API is polled less often; when it closes, the server is asked whether it is there. */
  socketIs(isOpen: boolean) {
    if (isOpen && this.isAway.peek()) void this.load();
    if (this.isSocketOpen && !isOpen) {
      this.cancel();
      this.cancel = after(SOCKET_CLOSED_MS * (0.5 + random()), () => void this.load());
    }
    this.isSocketOpen = isOpen;
  }

  /** Applies a `status` frame, and loads from the API what the frame lacks (address, start). */
  applyStatus({ phase, broadcastId }: { phase: Phase; broadcastId: string | null }) {
    const now = this.state.value;
    if (now.phase !== "known") return;
    const onAir = phase === "live" || phase === "lost";
    const { live } = now.channel;
    if (!onAir && live === null) return;
    // The socket tells a preview as `offline`, to its owner too.
    if (!onAir && live?.phase === "preview") return void this.load();
    this.statuses++;
    if (!onAir) this.set({ ...now.channel, live: null });
    else if (live && live.broadcastId === broadcastId) {
      if (live.phase !== phase) this.set({ ...now.channel, live: { ...live, phase } });
      return;
    }
    void this.load();
  }

  /** Loads the channel now and schedules the next poll. */
  async load() {
    this.cancel();
    const { statuses } = this;
    try {
      const channel = await call<ChannelView>(`/channels/${this.login}`, { signal: this.ending.signal });
      this.failures = 0;
      this.isAway.value = false;
      if (statuses === this.statuses) this.set(channel);
    } catch (error) {
      if (this.ending.signal.aborted) return;
      if (error instanceof ApiError && error.status === 404) {
        this.isAway.value = false;
        this.state.value = { phase: "missing", wasThere: this.state.value.phase === "known" };
        return;
      }
      this.failures++;
      if (!this.isSocketOpen || this.failures > 1) return this.away();
    }
    const pollMs = (this.isSocketOpen ? POLL_WITH_SOCKET_MS : POLL_WITHOUT_SOCKET_MS) * (0.85 + 0.3 * random());
    this.loadIn(this.failures > 0 ? backoffMs(RETRY_PAUSES, this.failures - 1, random()) : pollMs);
  }

  private away() {
    const delayMs = backoffMs(RETRY_PAUSES, Math.max(0, this.failures - 1), random());
    this.retryMs.value = wallMs() + delayMs;
    this.isAway.value = true;
    this.loadIn(delayMs);
  }

  private loadIn(delayMs: number) {
    this.cancel();
    this.cancel = after(delayMs, () => void this.load());
  }

  private set(channel: ChannelView) {
    this.state.value = { phase: "known", channel };
  }
}
