// What becomes of a highlight whose parts were copied, or could not be.

import type { Decision } from "#runtime/actor/actor.ts";
import { retryAtMs } from "./retry.ts";
import type { Event, Message, State } from "./state.ts";

/** Failures of the world after which it fails for good: about an hour of them. */
const TRIES_MAX = 10;

const BROKEN = { code: "internal", detail: "The highlight could not be put together; please make it again." };

export function copied(
  { tries }: Extract<State, { phase: "copying" }>,
  end: Extract<Message, { type: "copied" }>["end"],
  nowMs: number,
): Decision<Event, never> {
  switch (end.type) {
    case "copied":
      return { events: [{ type: "drawing" }] };
    case "gone":
      return { events: [{ type: "givenUp", failure: null, media: true }] };
    case "refused":
      return { events: [{ type: "givenUp", failure: { code: end.code, detail: end.detail }, media: true }] };
    case "broke":
      if (tries + 1 >= TRIES_MAX) return { events: [{ type: "givenUp", failure: BROKEN, media: true }] };
      return { events: [{ type: "tried", retryAtMs: retryAtMs(tries, nowMs) }] };
  }
}
