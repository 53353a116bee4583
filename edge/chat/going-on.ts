// What is going on in a watched room beside its lines, as its owner tells it, and the frames that tell its changes to the sockets.

import type { ServerFrame } from "#schema/api/chat-frames.ts";
import type { RoomState } from "#schema/wire/room-events.ts";

type Welcome = Extract<ServerFrame, { type: "welcome" }>;

export class RoomGoingOn {
  #state: RoomState | null = null;

  /** Takes a state unless it is older than the known one. Answers the frames for those who know the old one. */
  take(state: RoomState): ServerFrame[] {
    const before = this.#state;
    if (before && isOlder(state, before)) return [];
    this.#state = state;
    const frames: ServerFrame[] = [];
    const { pinned, poll, raid } = state;
    if (!isSame(pinned, before?.pinned ?? null)) frames.push({ type: "pinned", pinned });
    if (poll && !isSame(poll, before?.poll ?? null)) frames.push({ type: "poll", poll });
    if (raid && !isSame(raid, before?.raid ?? null)) frames.push({ type: "raid", ...raid });
    return frames;
  }

  /** Its fields of a welcome: what is over is left out. */
  get welcome(): Required<Pick<Welcome, "pinned" | "poll" | "raid">> {
    const { pinned = null, poll = null, raid = null } = this.#state ?? {};
    return {
      pinned,
      poll: poll?.endedAt === null ? poll : null,
      raid: raid?.state === "counting" ? raid : null,
    };
  }
}

/** A state that comes again is none: the counts of a poll are repeated in case that one was lost. */
const isOlder = (state: RoomState, known: RoomState) =>
  state.epoch < known.epoch || (state.epoch === known.epoch && state.number <= known.number);

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
