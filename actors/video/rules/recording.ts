// What an actor does that wakes for the first time: it sees to an upload, puts a highlight together, or draws the pictures of a recording that
// has ended.

import type { Decision } from "#runtime/actor/actor.ts";
import type { VideoTask } from "#schema/queries/videos/uploads.ts";
import { retryAtMs } from "./retry.ts";
import type { Event, Message, State } from "./state.ts";

/** After an hour the video goes without pictures. */
const DRAWING_TRIES_MAX = 10;

export function read(state: State, task: VideoTask): Decision<Event, never> {
  if (state.phase !== "uploading" || state.expiresAtMs !== null) return {};
  switch (task.type) {
    case "upload":
      return { events: [{ type: "expiryRead", expiresAtMs: task.expiresAtMs }] };
    case "pictures":
      return { events: [{ type: "drawing" }] };
    case "highlight":
      return { events: [{ type: "copying" }] };
    case "nothing":
      return { events: [{ type: "done" }] };
    case "unknown":
      return { events: [{ type: "givenUp", failure: null, media: true }] };
  }
}

export function drawn(
  { tries }: Extract<State, { phase: "drawing" }>,
  end: Extract<Message, { type: "drawn" }>["end"],
  nowMs: number,
): Decision<Event, never> {
  if (end.type !== "broke" || tries + 1 >= DRAWING_TRIES_MAX) return { events: [{ type: "done" }] };
  return { events: [{ type: "tried", retryAtMs: retryAtMs(tries, nowMs) }] };
}
