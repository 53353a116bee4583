// The budgets of media bytes that apply to one request: of its playback session, and of its address.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { EdgeConfig } from "#runtime/config/edge.ts";
import { limitKey } from "../gateway/requests/client-address.ts";
import type { PlaybackRight } from "../playback/rights.ts";
import { ByteBudget } from "./byte-budget.ts";

export type MediaByteLimits = Pick<EdgeConfig["limits"], "mediaBytesPerMinutePerSession" | "mediaBytesPerMinutePerIp">;

export class MediaBudgets {
  readonly #bySession: ByteBudget;
  readonly #byAddress: ByteBudget;

  constructor(
    clock: Pick<Clock, "monoMs">,
    limits: MediaByteLimits,
    private readonly addressOf: (request: Request) => string,
  ) {
    this.#bySession = new ByteBudget(clock, limits.mediaBytesPerMinutePerSession);
    this.#byAddress = new ByteBudget(clock, limits.mediaBytesPerMinutePerIp);
  }

  /** Answers the request within its budgets. Throws Refusal `rate_limited`, before any work. */
  async within(request: Request, { session }: PlaybackRight, answer: () => Promise<Response>): Promise<Response> {
    const address = limitKey(this.addressOf(request));
    const waitMs = Math.max(this.#byAddress.waitMs(address), session === null ? 0 : this.#bySession.waitMs(session));
    if (waitMs > 0) throw new Refusal("rate_limited", "too many bytes of media within a minute", waitMs);
    const response = await answer();
    const bytes = request.method === "HEAD" ? 0 : Number(response.headers.get("content-length"));
    this.#byAddress.spend(address, bytes);
    if (session !== null) this.#bySession.spend(session, bytes);
    return response;
  }
}
