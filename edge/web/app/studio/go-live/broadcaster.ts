// Sends what is captured until it is ended: a session, and another one after each loss.
//
//   idle ──start──► connecting ──► live ──lost──► waiting ──► reconnecting ──► live
//                        │           │                             └──gave up──► idle, with a trouble
//                        └───────────┴──end, over──► idle

import { effect, signal } from "@preact/signals";
import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import { after, steadyMs } from "../../clock.ts";
import { random } from "../../random.ts";
import type { LiveTrouble } from "../../words/go-live.ts";
import type { Capture } from "./capture.ts";
import { afterServerClose, LiveAttempts, type Next, type SendingEnd } from "./live-attempts.ts";
import { QUALITIES } from "./quality.ts";
import { ticketEnd } from "./refusal-of.ts";
import { Sending } from "./sending.ts";
import type { SendingStats } from "./sending-figures.ts";

export type LiveState =
  /** `trouble`: why it is not live any more, or not at all. `hasEnded`: it was live. */
  | { phase: "idle"; trouble: LiveTrouble | null; hasEnded: boolean }
  | { phase: "connecting" }
  /** `stats` null: just begun. */
  | { phase: "live"; stats: SendingStats | null }
  /** Until this time on the steady clock. */
  | { phase: "waiting"; untilMs: number }
  | { phase: "reconnecting" };

/** Of the channel's, as an edge gives it. */
export interface Ticket {
  ticket: string;
}

interface BroadcasterOptions {
  capture: Capture;
  /** Where offers go. */
  url: string;
  /** A new one for each session. Rejects with an ApiError. */
  ticket(): Promise<Ticket>;
  /** What the server knows of the broadcast. Rejects with an ApiError. */
  health(): Promise<BroadcastHealth>;
}

/** The channel hears within this that its encoder is gone. */
const KNOWN_AFTER_MS = 2_000;

export class Broadcaster {
  readonly state = signal<LiveState>({ phase: "idle", trouble: null, hasEnded: false });
  private attempts = new LiveAttempts();
  private sending: Sending | null = null;
  private cancel = () => {};
  /** Which start or try is under way. */
  private run = 0;
  private readonly stopFollowing: () => void;

  constructor(private readonly options: BroadcasterOptions) {
    const { picture, quality } = options.capture;
    this.stopFollowing = effect(() => {
      const [track, name] = [picture.value, quality.value];
      const { sending } = this;
      void sending?.show(track).then(() => sending.useQuality(QUALITIES[name]));
    });
    window.addEventListener("pagehide", this.leave);
  }

  /** Something is sent, or is about to be. */
  get isOn(): boolean {
    return this.state.value.phase !== "idle";
  }

  start() {
    if (this.state.peek().phase !== "idle") return;
    this.attempts = new LiveAttempts();
    this.state.value = { phase: "connecting" };
    void this.connect();
  }

  /** By the person: nothing more is sent. */
  end() {
    const wasLive = this.state.peek().phase !== "connecting";
    this.close();
    this.state.value = { phase: "idle", trouble: null, hasEnded: wasLive };
  }

  /** The page is left. May be called twice. */
  stop() {
    this.stopFollowing();
    window.removeEventListener("pagehide", this.leave);
    this.close();
  }

  private leave = () => this.close();

  private close() {
    this.run++;
    this.cancel();
    this.sending?.close();
    this.sending = null;
  }

  private async connect() {
    const run = ++this.run;
    const { options } = this;
    const { capture } = options;
    let ticket: string;
    try {
      ({ ticket } = await options.ticket());
    } catch (error) {
      if (run === this.run) void this.ended(ticketEnd(error));
      return;
    }
    const sound = capture.sound.peek();
    if (run !== this.run || !sound) return;
    this.sending = new Sending({
      ...{ url: options.url, ticket, picture: capture.picture.peek(), sound: sound.track },
      quality: QUALITIES[capture.quality.peek()],
      events: {
        connected: () => {
          this.attempts.live(steadyMs());
          this.state.value = { phase: "live", stats: null };
        },
        stats: (stats) => {
          if (this.state.peek().phase === "live") this.state.value = { phase: "live", stats };
        },
        ended: (end) => void this.ended(end),
      },
    });
  }

  private async ended(end: SendingEnd) {
    const { run } = this;
    this.sending = null;
    if (end.why === "closed") {
      this.state.value = { phase: "reconnecting" };
      const next = await this.closedByServer();
      if (run !== this.run) return;
      if (next?.phase === "over") return this.over(next.trouble);
    }
    const next = this.attempts.ended(end, steadyMs(), random());
    if (next.phase === "over") this.over(next.trouble);
    else this.again(next.afterMs);
  }

  /** Null: it is to be tried again. */
  private async closedByServer(): Promise<Next | null> {
    const ask = () => this.options.health().then(afterServerClose, () => null);
    const next = await ask();
    if (next?.phase !== "over" || next.trouble === null) return next;
    // Perhaps the channel has not heard of the loss yet, and what seems to be another encoder is what was sent from here.
    await new Promise<void>((heard) => {
      this.cancel = after(KNOWN_AFTER_MS, heard);
    });
    return ask();
  }

  private again(afterMs: number) {
    // At the first try nothing was lost yet.
    if (this.state.peek().phase !== "connecting")
      this.state.value = { phase: "waiting", untilMs: steadyMs() + afterMs };
    this.cancel = after(afterMs, () => {
      if (this.state.peek().phase === "waiting") this.state.value = { phase: "reconnecting" };
      void this.connect();
    });
  }

  private over(trouble: LiveTrouble | null) {
    const wasLive = this.state.peek().phase !== "connecting";
    this.close();
    this.state.value = { phase: "idle", trouble, hasEnded: wasLive };
  }
}
