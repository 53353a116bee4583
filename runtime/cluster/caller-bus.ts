// Calls actors over the bus: finds or wakes the owner, and retries under one id until the deadline.

import type { CallAnswer, CallRequest, WakeAnswer, WakeRequest } from "#schema/wire/call.ts";
import { type ActorKindName, subjects } from "#schema/wire/subjects.ts";
import { Refusal } from "../actor/actor.ts";
import { Backoff } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import { LruMap } from "../base/lru.ts";
import { type Random, randomHex } from "../base/random.ts";
import { currentTrace, traceparentOf } from "../base/trace.ts";
import { type Bus, BusError } from "../bus/bus.ts";
import { inSpan } from "../trace/spans.ts";
import type { Caller, CallOptions } from "./caller.ts";
import { countCall, duplicateOwners } from "./metrics.ts";
import { SilentOwners } from "./silent-owners.ts";

const TIMEOUT_MS = 5_000;
/** Time-out of each try. A node that was just killed or paused does not answer, and only the next try gets "no responders". A retry
 *  joins the call that it repeats. */
const TRY_TIMEOUTS = { firstMs: 300, longestMs: 1_000 };
/** Long enough to judge a dead node. The node that got the request may be paused itself; the next try goes to all nodes. */
const WAKE_TRY_MS = 1_800;
/** Pauses between tries. */
const PAUSES = { firstMs: 20, longestMs: 400 };

const WOKEN = Symbol("woken");

/** Resolves with the answer or with `WOKEN`, whichever comes first. */
function answerOrWoken(answer: Promise<unknown>, waking: Promise<boolean>): Promise<unknown> {
  return Promise.race([answer, waking.then((woken) => (woken ? WOKEN : answer))]);
}

/** `silent`: the node that got the request did not answer. */
type Woken = { outcome: "awake"; refusal?: undefined } | { outcome: "refused" | "silent"; refusal: Refusal };

/** Actors whose owner is remembered. */
const OWNERS_MAX = 10_000;

/** Calls in flight from this process to one actor; more are refused here. The owner accepts no more than that anyway (cell.ts), and
 *  retries would only keep it from answering. */
const IN_FLIGHT_MAX = 1_000;
const BUSY_RETRY_MS = 200;

/** Codes after which a call is retried under the same id. */
const RETRY_CODES = new Set(["moved", "asleep"]);

export function createCaller({ bus, clock, random }: { bus: Bus; clock: Clock; random: Random }): Caller {
  // Drawn once: ids only have to be unique, and random bytes for each call would be expensive.
  const idPrefix = `${randomHex(random, 12)}.`;
  let lastId = 0;
  /** The node that last answered for each actor. */
  const owners = new LruMap<string, { node: string; epoch: number }>(OWNERS_MAX);
  const callsInFlight = new Map<string, number>();
  const silentOwners = new SilentOwners({
    clock,
    isCalled: (at) => callsInFlight.has(at),
    async wakeElsewhere(at) {
      const [kind, key] = at.split("/") as [ActorKindName, string];
      const { outcome } = await wake(kind, key, { withinMs: WAKE_TRY_MS, toAll: true });
      return outcome === "awake";
    },
  });
  return { call };

  async function call<Value>(kind: ActorKindName, key: string, message: unknown, options: CallOptions = {}) {
    const at = `${kind}/${key}`;
    const inFlight = callsInFlight.get(at) ?? 0;
    if (inFlight >= IN_FLIGHT_MAX) throw new Refusal("busy", "too many concurrent calls to one actor", BUSY_RETRY_MS);
    callsInFlight.set(at, inFlight + 1);
    const fromMs = clock.monoMs();
    let code: string | null = null;
    try {
      const verb = String((message as { type?: unknown } | null)?.type ?? "");
      return await inSpan(
        { name: `call ${kind}`, kind: "client", attributes: { "actor.key": key, "actor.verb": verb } },
        () => callUntilDeadline<Value>(kind, key, message, options),
      );
    } catch (error) {
      code = error instanceof Refusal ? error.code : "internal";
      throw error;
    } finally {
      countCall(kind, code, (clock.monoMs() - fromMs) / 1_000);
      const left = (callsInFlight.get(at) ?? 1) - 1;
      if (left > 0) callsInFlight.set(at, left);
      else callsInFlight.delete(at);
    }
  }

  async function callUntilDeadline<Value>(kind: ActorKindName, key: string, message: unknown, options: CallOptions) {
    const { timeoutMs = TIMEOUT_MS, id = idPrefix + (++lastId).toString(36) } = options;
    const deadlineMs = clock.monoMs() + timeoutMs;
    const leftMs = () => deadlineMs - clock.monoMs();
    const pauses = new Backoff(PAUSES, random);
    const tries = new Backoff(TRY_TIMEOUTS);
    let tryMs = tries.nextMs();
    let last: Refusal | null = null;
    const at = `${kind}/${key}`;
    const traced = tracedBy();
    let woken = false;
    /** The node that was asked to wake the actor did not answer. */
    let toAll = false;

    while (leftMs() > 0) {
      const sentMonoMs = clock.monoMs();
      try {
        const request: CallRequest = { id, remainingMs: leftMs(), message, ...traced };
        const timeoutMs = Math.min(tryMs, leftMs());
        const asked = bus.request(subjects.actor(kind, key), request, { timeoutMs });
        const waking = silentOwners.waking(at);
        const answer = (await (waking ? answerOrWoken(asked, waking) : asked)) as CallAnswer<Value> | typeof WOKEN;
        if (answer === WOKEN) continue; // The actor has a new owner; the pending request went to the old one.
        silentOwners.answered(at);
        if (answer.ok) {
          noteOwner(at, answer);
          return answer.value;
        }
        last = new Refusal(answer.code, answer.detail, answer.retryAfterMs);
        if (!RETRY_CODES.has(answer.code)) throw last;
      } catch (error) {
        if (!(error instanceof BusError)) throw error;
        if (error.fault === "timeout") {
          silentOwners.unanswered(at, sentMonoMs);
          tryMs = tries.nextMs();
          continue;
        }
        if (error.fault === "no_responders") {
          const { outcome, refusal } = await wake(kind, key, { withinMs: leftMs(), toAll });
          toAll ||= outcome === "silent";
          if (refusal) last = refusal;
          else if (!woken) {
            woken = true;
            continue; // The actor is awake now: retry at once.
          }
        } else if (error.fault === "disconnected") {
          last = new Refusal("unavailable", "the message bus is away");
          if (!bus.link.up) {
            await linkUp(leftMs());
            pauses.reset(); // The owner was not asked meanwhile, so it needs no rest.
          }
        }
      }
      await clock.sleep(Math.max(0, Math.min(leftMs(), pauses.nextMs())));
    }
    last ??= new Refusal("timeout", `no answer within ${timeoutMs} ms`);
    // An actor that keeps changing owners is unavailable to the asker.
    throw RETRY_CODES.has(last.code) ? new Refusal("unavailable", last.detail) : last;
  }

  /** Detects two nodes that own an actor with the same epoch. */
  function noteOwner(at: string, { node, epoch }: { node: string; epoch: number }) {
    const before = owners.get(at);
    if (before?.epoch === epoch) {
      if (before.node !== node) duplicateOwners.inc();
      return;
    }
    owners.set(at, { node, epoch });
  }

  async function wake(
    kind: ActorKindName,
    key: string,
    { withinMs, toAll }: { withinMs: number; toAll: boolean },
  ): Promise<Woken> {
    if (withinMs <= 0) return { outcome: "refused", refusal: new Refusal("timeout") };
    const timeoutMs = Math.min(WAKE_TRY_MS, withinMs);
    const request: WakeRequest = { kind, key, remainingMs: timeoutMs, ...(toAll && { toAll }), ...tracedBy() };
    try {
      const answer = (await bus.request(subjects.wake, request, { timeoutMs })) as WakeAnswer;
      if (answer.ok) return { outcome: "awake" };
      return { outcome: "refused", refusal: new Refusal(answer.code, undefined, answer.retryAfterMs) };
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      const noNode = error.fault === "no_responders";
      const refusal = new Refusal("unavailable", noNode ? "no actor node is running" : "no actor node answered");
      return { outcome: error.fault === "timeout" ? "silent" : "refused", refusal };
    }
  }

  /** The field of a request by which its trace goes on. */
  function tracedBy() {
    const trace = currentTrace();
    return trace && { trace: traceparentOf(trace) };
  }

  function linkUp(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        off();
        resolve();
      };
      const cancel = clock.timer(withinMs, done);
      const off = bus.link.onChange((up) => up && done());
    });
  }
}
