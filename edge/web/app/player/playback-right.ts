// The right to watch one channel's media: asks for a playback token where the media need one, and asks anew before it ends.
//
//   open ──want──► asking ──► granted ◄──► refused        A failure of the network changes nothing: it is asked again.

import { signal } from "@preact/signals";
import type { PlaybackView } from "#schema/api/playback.ts";
import { backoffMs } from "../../../client/backoff.ts";
import { ApiError } from "../api.ts";
import { after, steadyMs, wallMs } from "../clock.ts";
import { random } from "../random.ts";
import { type Kept, keepRight, keptRight } from "./kept-rights.ts";

/** What a visitor lacks. */
export type Need = "sign-in" | "follow" | "password";

export type RightState =
  /** Was not needed so far: anybody may watch. */
  | { phase: "open" }
  | { phase: "asking" }
  /** `url`: of the multivariant playlist, with the token in its path. */
  | { phase: "granted"; url: string }
  | { phase: "refused"; needs: Need };

const NEEDS: Record<string, Need> = {
  not_signed_in: "sign-in",
  followers_only: "follow",
  password_required: "password",
  wrong_password: "password",
};
/** A new token is asked for this long before the old one ends, or after half of its life where that is shorter. */
const RENEW_BEFORE_END_MS = 10 * 60_000;
const RETRY_PAUSES = { firstMs: 2_000, longestMs: 60_000 };
/** A player whose media are refused says so with each request: it is heard once in this time. */
const DENIED_PAUSE_MS = 5_000;

interface PlaybackRightOptions {
  login: string;
  /** `POST …/playback` as the present user. Throws ApiError. */
  ask(password: string | null): Promise<PlaybackView>;
}

export class PlaybackRight {
  readonly state = signal<RightState>({ phase: "open" });
  /** For renewals; gone with the page. */
  private password: string | null = null;
  private busy = false;
  private failures = 0;
  private deniedMs = Number.NEGATIVE_INFINITY;
  private cancel = () => {};
  private stopped = false;

  constructor(private readonly options: PlaybackRightOptions) {}

  /** The media need a right: takes the one that this tab has kept, or asks. */
  want() {
    if (this.state.peek().phase !== "open") return;
    const kept = keptRight(this.options.login);
    if (kept) return this.grant(kept);
    this.state.value = { phase: "asking" };
    void this.ask();
  }

  /** The media need no right any more. One that was granted stays in use, so that the player goes on. */
  unwant() {
    if (this.state.peek().phase === "granted") return;
    this.cancel();
    this.state.value = { phase: "open" };
  }

  /** Asks again, after the visitor has signed in or followed the channel. Never rejects. */
  async ask() {
    if (this.busy || this.stopped) return;
    this.busy = true;
    this.cancel();
    try {
      this.take(await this.options.ask(this.password));
    } catch (error) {
      this.failed(error);
    }
    this.busy = false;
  }

  /** Asks with a password of the visitor. Throws ApiError: `wrong_password`, `rate_limited`, `validation_failed`. */
  async enter(password: string) {
    const view = await this.options.ask(password);
    this.password = password;
    this.take(view);
  }

  /** The server has refused media: the token has ended early, or the channel's visibility was changed. False: it was said a moment ago. */
  denied(): boolean {
    const nowMs = steadyMs();
    if (nowMs - this.deniedMs < DENIED_PAUSE_MS) return false;
    this.deniedMs = nowMs;
    keepRight(this.options.login, null);
    void this.ask();
    return true;
  }

  /** May be called twice. */
  stop() {
    this.stopped = true;
    this.cancel();
  }

  private take(view: PlaybackView) {
    if (this.stopped) return;
    if (this.password !== null) keepRight(this.options.login, view);
    this.grant(view);
  }

  private grant({ hlsUrl, expiresAt }: Kept) {
    this.failures = 0;
    this.state.value = { phase: "granted", url: hlsUrl };
    const leftMs = Date.parse(expiresAt) - wallMs();
    this.askAfter(Math.max(leftMs - RENEW_BEFORE_END_MS, leftMs / 2));
  }

  private failed(error: unknown) {
    const needs = error instanceof ApiError ? NEEDS[error.code] : undefined;
    if (needs === undefined) return this.askAfter(backoffMs(RETRY_PAUSES, this.failures++, random()));
    this.failures = 0;
    this.password = null;
    keepRight(this.options.login, null);
    this.state.value = { phase: "refused", needs };
  }

  private askAfter(ms: number) {
    this.cancel();
    if (!this.stopped) this.cancel = after(Math.max(0, ms), () => void this.ask());
  }
}
