// The limits that apply to one media request: of its address and of its playback session. An honest player meets none of them, nor does a
// household or a classroom behind one address.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { EdgeConfig } from "#runtime/config/edge.ts";
import { limitKey } from "../gateway/requests/client-address.ts";
import type { PlaybackRight } from "../playback/rights.ts";
import { MinuteBudget } from "./minute-budget.ts";

export type MediaLimitsConfig = Pick<
  EdgeConfig["limits"],
  | "mediaBytesPerMinutePerSession"
  | "mediaBytesPerMinutePerIp"
  | "mediaRequestsPerMinutePerSession"
  | "mediaRequestsPerMinutePerIp"
  | "mediaWaitingPerSession"
  | "mediaWaitingPerIp"
>;

/** What has arrived and is not answered yet: hardly more than the requests that wait for an origin. */
class OpenRequests {
  readonly #byKey = new Map<string, number>();

  /** 0 = no limit. */
  constructor(private readonly perKeyMax: number) {}

  isFull(key: string): boolean {
    return this.perKeyMax > 0 && (this.#byKey.get(key) ?? 0) >= this.perKeyMax;
  }

  opened(key: string) {
    this.#byKey.set(key, (this.#byKey.get(key) ?? 0) + 1);
  }

  closed(key: string) {
    const left = this.#byKey.get(key)! - 1;
    if (left > 0) this.#byKey.set(key, left);
    else this.#byKey.delete(key);
  }
}

/** The limits of addresses, or those of sessions. */
class Limits {
  readonly bytes: MinuteBudget;
  readonly requests: MinuteBudget;
  readonly open: OpenRequests;

  constructor(clock: Pick<Clock, "monoMs">, per: { bytes: number; requests: number; waiting: number }) {
    this.bytes = new MinuteBudget(clock, per.bytes);
    this.requests = new MinuteBudget(clock, per.requests);
    this.open = new OpenRequests(per.waiting);
  }

  /** Counts a request. Throws Refusal `rate_limited`. */
  count(key: string) {
    const waitMs = this.requests.waitMs(key);
    if (waitMs > 0) throw new Refusal("rate_limited", "too many media requests within a minute", waitMs);
    this.requests.spend(key, 1);
  }
}

interface LimitedRequest extends Pick<PlaybackRight, "session"> {
  request: Request;
  /** Of `arrived`. */
  address: string;
  /** The answer counts against the budgets of bytes. */
  spendsBytes: boolean;
}

/** Time until an address or a session with too many open requests may try again: some of them are answered until then. */
const WAITING_AGAIN_MS = 1_000;

export class MediaLimits {
  readonly #addresses: Limits;
  readonly #sessions: Limits;

  constructor(
    clock: Pick<Clock, "monoMs">,
    config: MediaLimitsConfig,
    private readonly addressOf: (request: Request) => string,
  ) {
    this.#addresses = new Limits(clock, {
      bytes: config.mediaBytesPerMinutePerIp,
      requests: config.mediaRequestsPerMinutePerIp,
      waiting: config.mediaWaitingPerIp,
    });
    this.#sessions = new Limits(clock, {
      bytes: config.mediaBytesPerMinutePerSession,
      requests: config.mediaRequestsPerMinutePerSession,
      waiting: config.mediaWaitingPerSession,
    });
  }

  /** Counts a request of its address, whose key it returns; to be called before any work for it. Throws Refusal `rate_limited`. */
  arrived(request: Request): string {
    const address = limitKey(this.addressOf(request));
    this.#addresses.count(address);
    return address;
  }

  /** Answers a request within the limits. Throws Refusal `rate_limited`, before any work. */
  async within(
    { request, address, session, spendsBytes }: LimitedRequest,
    answer: () => Promise<Response>,
  ): Promise<Response> {
    if (session !== null) this.#sessions.count(session);
    const limited = [{ limits: this.#addresses, key: address }];
    if (session !== null) limited.push({ limits: this.#sessions, key: session });
    if (spendsBytes) {
      const waitMs = Math.max(...limited.map(({ limits, key }) => limits.bytes.waitMs(key)));
      if (waitMs > 0) throw new Refusal("rate_limited", "too many bytes of media within a minute", waitMs);
    }
    if (limited.some(({ limits, key }) => limits.open.isFull(key)))
      throw new Refusal("rate_limited", "too many media requests wait at once", WAITING_AGAIN_MS);
    for (const { limits, key } of limited) limits.open.opened(key);
    try {
      const response = await answer();
      if (spendsBytes && request.method !== "HEAD") {
        const bytes = Number(response.headers.get("content-length"));
        for (const { limits, key } of limited) limits.bytes.spend(key, bytes);
      }
      return response;
    } finally {
      for (const { limits, key } of limited) limits.open.closed(key);
    }
  }
}
