// Walks from a place to the end, and tells now and then where it is. Slowly: nobody waits for it.

import type { Child, Self } from "#runtime/actor/actor.ts";
import { Backoff } from "#runtime/base/backoff.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Message } from "../rules/orphan-sweep.ts";
import type { WalkParts } from "../walk/parts.ts";
import { type Place, step } from "../walk/walk.ts";

/** Between two steps, so that stores serve others first. */
const PAUSE_MS = 50;
/** How much a successor does again. */
const TELL_EVERY_MS = 5_000;
/** While a store is away. */
const PAUSES = { firstMs: 1_000, longestMs: 60_000 };

export interface WalkerParts extends WalkParts {
  clock: Clock;
  log: Log;
}

/** Tells `went`. Once it is stopped nothing is removed any more, but for the step under way. */
export function startWalker(from: Place, { parts, self }: { parts: WalkerParts; self: Self<Message> }): Child {
  const { clock, log } = parts;
  const stopping = Promise.withResolvers<void>();
  let stopped = false;
  const pause = (ms: number) => Promise.race([clock.sleep(ms), stopping.promise]);
  const walk = async () => {
    const pauses = new Backoff(PAUSES);
    let toldMs = clock.monoMs();
    for (let place: Place | null = from; !stopped && place; ) {
      try {
        place = await step(parts, place);
        pauses.reset();
      } catch (error) {
        log.warn({ place: place?.in, reason: reason(error) }, "the orphan sweep waits for a store");
        await pause(pauses.nextMs());
        continue;
      }
      if (stopped) return;
      if (!place || clock.monoMs() - toldMs >= TELL_EVERY_MS) {
        toldMs = clock.monoMs();
        self.tell({ type: "went", place });
      }
      await pause(PAUSE_MS);
    }
  };
  const walking = walk().catch((error) => log.error({ reason: reason(error) }, "bug"));
  return {
    async stop(how) {
      stopped = true;
      stopping.resolve();
      if (how === "ask") await walking;
    },
  };
}
