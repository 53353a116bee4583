// Limits of offers and of sessions, by address and by account: a playback session, or the channel of a publisher.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { KeyedSemaphore } from "#runtime/base/keyed-semaphore.ts";
import type { EdgeConfig } from "#runtime/config/edge.ts";
import type { Limit, Limiter } from "../gateway/limits/limiter.ts";
import { MinuteBudget } from "../live/minute-budget.ts";
import type { KnownSession } from "../relays/relay.ts";

const MINUTE_MS = 60_000;
/** Offers of one address that are worked on at once, and that wait for it. */
const AT_ONCE_MAX = 16;
const WAITING_MAX = 256;
const RETRY_AFTER_MS = 5_000;
/** A client sends each of its candidates by a request of its own, and then ends its session. */
const CHANGES_PER_OFFER = 20;

type Config = Pick<
  EdgeConfig["limits"],
  "offersPerMinutePerIp" | "offersPerMinutePerAccount" | "webRtcSessionsPerIp" | "webRtcSessionsPerViewer"
>;

interface OfferLimitsParts {
  clock: Pick<Clock, "monoMs">;
  config: Config;
  limiter: Pick<Limiter, "enforce">;
  sessions(): Iterable<KnownSession>;
}

export class OfferLimits {
  readonly #perIp: Limit;
  readonly #perAccount: Limit;
  readonly #changes: MinuteBudget;
  readonly #atOnce = new KeyedSemaphore({
    concurrentMax: AT_ONCE_MAX,
    waitingMax: WAITING_MAX,
    full: () => new Refusal("rate_limited", "too many offers of this address at once", RETRY_AFTER_MS),
  });

  constructor(private readonly parts: OfferLimitsParts) {
    const { offersPerMinutePerIp, offersPerMinutePerAccount } = parts.config;
    this.#perIp = { name: "offers-ip", count: offersPerMinutePerIp, perMs: MINUTE_MS, whenAway: "memory" };
    this.#perAccount = {
      name: "offers-account",
      count: offersPerMinutePerAccount,
      perMs: MINUTE_MS,
      whenAway: "memory",
    };
    this.#changes = new MinuteBudget(parts.clock, CHANGES_PER_OFFER * offersPerMinutePerIp);
  }

  /** `address`: a limit key. Counts an offer before anything is done for it. Throws Refusal `rate_limited`. */
  async arrived(address: string): Promise<void> {
    await this.parts.limiter.enforce(this.#perIp, address, {});
  }

  /** Counts a request to a session. Throws Refusal `rate_limited`. */
  changed(address: string) {
    const waitMs = this.#changes.waitMs(address);
    if (waitMs > 0) throw new Refusal("rate_limited", "too many requests to sessions within a minute", waitMs);
    this.#changes.spend(address, 1);
  }

  /** Counts an offer of a playback session, or to a channel. Throws Refusal `rate_limited`. */
  async ofAccount(account: string): Promise<void> {
    await this.parts.limiter.enforce(this.#perAccount, account, {});
  }

  /** `open` makes a session, if this address and this viewer may have one more. Throws Refusal `rate_limited`. */
  within<Value>(by: { address: string; session: string | null }, open: () => Promise<Value>): Promise<Value> {
    return this.#atOnce.run(by.address, () => {
      this.#checkSessions(by);
      return open();
    });
  }

  #checkSessions({ address, session }: { address: string; session: string | null }) {
    const { webRtcSessionsPerIp: perIp, webRtcSessionsPerViewer: perViewer } = this.parts.config;
    let [ofAddress, ofViewer] = [0, 0];
    for (const { label } of this.parts.sessions()) {
      if (label?.address === address) ofAddress++;
      if (session !== null && label?.session === session) ofViewer++;
    }
    if ((perIp > 0 && ofAddress >= perIp) || (perViewer > 0 && ofViewer >= perViewer))
      throw new Refusal("rate_limited", "too many WebRTC sessions", RETRY_AFTER_MS);
  }
}
