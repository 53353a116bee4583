// Asks actors over the bus: finds or wakes the owner, and repeats under one id until the deadline.

import type { CallAnswer, CallRequest, WakeAnswer, WakeRequest } from "#schema/wire/call.ts";
import { type ActorKindName, subjects } from "#schema/wire/subjects.ts";
import { Refusal } from "../actor/actor.ts";
import { Backoff } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import { LruMap } from "../base/lru.ts";
import { type Random, randomHex } from "../base/random.ts";
import { type Bus, BusError } from "../bus/bus.ts";
import type { Caller, CallOptions } from "./caller.ts";
import { duplicateOwners } from "./metrics.ts";

const TIMEOUT_MS = 5_000;
/** A peer that was just killed or paused answers nothing, and only the next question hears that nobody is there. A repeat joins
 *  the call it repeats; each try waits twice as long as the one before. */
const TRIES = { firstMs: 300, longestMs: 1_000 };
/** Enough for a verdict on a dead node. Whoever got the question may be paused: then another one gets the next. */
const WAKE_TRY_MS = 1_800;
/** An owner silent for so long may be paused or cut off: whoever places actors is asked to look, beside the next try. */
const SILENT_OWNER_MS = 2_000;
/** Before a repeat. */
const PAUSES = { firstMs: 20, longestMs: 400 };

const WOKEN = Symbol("woken");

/** The answer, or that the actor is awake, whichever comes first. A refusal to wake it leaves the answer to be waited for. */
function sooner(answer: Promise<unknown>, waking: Promise<Refusal | null>): Promise<unknown> {
  const woken = waking.then((refused) => (refused ? answer : WOKEN));
  return Promise.race([answer, woken]);
}

/** Actors whose owner is remembered. */
const OWNERS_MAX = 10_000;

/** Calls of one actor that this process has under way; over it they are refused here. An owner takes no more than that (cell.ts), and
 *  who only asks again and again keeps it from answering anybody. */
const UNDER_WAY_MAX = 1_000;
const BUSY_RETRY_MS = 200;

/** Codes after which the same call, under the same id, is sent again. */
const AGAIN = new Set(["moved", "asleep"]);

export function createCaller({ bus, clock, random }: { bus: Bus; clock: Clock; random: Random }): Caller {
  // Drawn once: an id need only be unlike all others, and random bytes for each call would be dear.
  const idPrefix = `${randomHex(random, 12)}.`;
  let lastId = 0;
  /** The node that last answered for an actor. */
  const owners = new LruMap<string, { node: string; epoch: number }>(OWNERS_MAX);
  const underWay = new Map<string, number>();
  return { call };

  async function call<Value>(kind: ActorKindName, key: string, message: unknown, options: CallOptions = {}) {
    const at = `${kind}/${key}`;
    const others = underWay.get(at) ?? 0;
    if (others >= UNDER_WAY_MAX) throw new Refusal("busy", "too many calls of one actor at once", BUSY_RETRY_MS);
    underWay.set(at, others + 1);
    try {
      return await insist<Value>(kind, key, message, options);
    } finally {
      const left = (underWay.get(at) ?? 1) - 1;
      if (left > 0) underWay.set(at, left);
      else underWay.delete(at);
    }
  }

  async function insist<Value>(kind: ActorKindName, key: string, message: unknown, options: CallOptions) {
    const { timeoutMs = TIMEOUT_MS, id = idPrefix + (++lastId).toString(36) } = options;
    const deadlineMs = clock.monoMs() + timeoutMs;
    const leftMs = () => deadlineMs - clock.monoMs();
    const pauses = new Backoff(PAUSES, random);
    const tries = new Backoff(TRIES);
    let tryMs = tries.nextMs();
    let last: Refusal | null = null;
    let silentMs = 0;
    let woken = false;
    /** Somebody looks after an owner that is silent. */
    let waking: Promise<Refusal | null> | null = null;

    while (leftMs() > 0) {
      try {
        const request: CallRequest = { id, remainingMs: leftMs(), message };
        const timeoutMs = Math.min(tryMs, leftMs());
        const asked = bus.request(subjects.actor(kind, key), request, { timeoutMs });
        const answer = (await (waking ? sooner(asked, waking) : asked)) as CallAnswer<Value> | typeof WOKEN;
        if (answer === WOKEN) {
          waking = null;
          continue; // It has another owner now: what was asked went to the one before.
        }
        if (answer.ok) {
          heard(`${kind}/${key}`, answer);
          return answer.value;
        }
        last = new Refusal(answer.code, answer.detail, answer.retryAfterMs);
        if (!AGAIN.has(answer.code)) throw last;
      } catch (error) {
        if (!(error instanceof BusError)) throw error;
        if (error.fault === "timeout") {
          if (silentMs < SILENT_OWNER_MS && silentMs + tryMs >= SILENT_OWNER_MS) waking = wake(kind, key, WAKE_TRY_MS);
          silentMs += tryMs;
          tryMs = tries.nextMs();
          continue;
        }
        if (error.fault === "no_responders") {
          const refused = await wake(kind, key, leftMs());
          if (refused) last = refused;
          else if (!woken) {
            woken = true;
            continue; // Awake now: ask at once.
          }
        } else if (error.fault === "disconnected") {
          last = new Refusal("unavailable", "the message bus is away");
          if (!bus.link.up) {
            await linkUp(leftMs());
            pauses.reset(); // Nobody was asked meanwhile: soon again.
          }
        }
      }
      await clock.sleep(Math.max(0, Math.min(leftMs(), pauses.nextMs())));
    }
    last ??= new Refusal("timeout", `no answer within ${timeoutMs} ms`);
    // What changes owners all the time is, to the asker, unavailable.
    throw AGAIN.has(last.code) ? new Refusal("unavailable", last.detail) : last;
  }

  /** Notices two nodes that own an actor with one epoch. */
  function heard(at: string, { node, epoch }: { node: string; epoch: number }) {
    const before = owners.get(at);
    if (before?.epoch === epoch) {
      if (before.node !== node) duplicateOwners.inc();
      return;
    }
    owners.set(at, { node, epoch });
  }

  /** Null when the actor is awake. */
  async function wake(kind: ActorKindName, key: string, leftMs: number): Promise<Refusal | null> {
    if (leftMs <= 0) return new Refusal("timeout");
    const timeoutMs = Math.min(WAKE_TRY_MS, leftMs);
    const request: WakeRequest = { kind, key, remainingMs: timeoutMs };
    try {
      const answer = (await bus.request(subjects.wake, request, { timeoutMs })) as WakeAnswer;
      return answer.ok ? null : new Refusal(answer.code, undefined, answer.retryAfterMs);
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      const nobody = error.fault === "no_responders";
      return new Refusal("unavailable", nobody ? "no actor node is there" : "no actor node answered");
    }
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
