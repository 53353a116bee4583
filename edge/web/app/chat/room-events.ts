// What a room tells beside its lines: what is pinned, a poll, a raid, a warning; and to moderators what waits for them.

import { signal } from "@preact/signals";
import type { ServerFrame } from "#schema/api/chat-frames.ts";
import type { PinView } from "#schema/api/pins.ts";
import type { PollView } from "#schema/api/polls.ts";
import type { RaidView } from "#schema/api/raids.ts";

/** Frames that only moderators get. */
type ModeratorFrame = Extract<
  ServerFrame,
  { type: "held" | "held_decided" | "suspicious" | "newcomer" | "unban_request" }
>;
type HearModerators = (frame: ModeratorFrame) => void;

export class RoomEvents {
  readonly pinned = signal<PinView | null>(null);
  /** The one that is open, or the last one, which has ended. */
  readonly poll = signal<PollView | null>(null);
  readonly raid = signal<RaidView | null>(null);
  /** Of another channel, to this one; told to moderators. */
  readonly coming = signal<RaidView | null>(null);
  /** Reason of the warning that the person must acknowledge before writing; null: there is none, as far as is known. */
  readonly warning = signal<string | null>(null);
  private readonly hearers = new Set<HearModerators>();

  /** Returns what ends it. */
  hear(hearer: HearModerators): () => void {
    this.hearers.add(hearer);
    return () => this.hearers.delete(hearer);
  }

  apply(frame: ServerFrame) {
    if (frame.type === "pinned") this.pinned.value = frame.pinned;
    else if (frame.type === "poll") this.poll.value = frame.poll;
    else if (frame.type === "raid_coming") this.coming.value = frame.raid;
    else if (frame.type === "warning") this.warning.value = frame.reason;
    else if (frame.type === "raid") {
      const { type: _, ...raid } = frame;
      this.raid.value = raid;
    } else if (isForModerators(frame)) for (const hearer of this.hearers) hearer(frame);
  }

  /** Of a server of an earlier release nothing is known. */
  welcomed({ pinned = null, poll = null, raid = null }: Extract<ServerFrame, { type: "welcome" }>) {
    this.pinned.value = pinned;
    this.poll.value = poll;
    this.raid.value = raid;
  }
}

const FOR_MODERATORS: ReadonlySet<string> = new Set<ModeratorFrame["type"]>([
  "held",
  "held_decided",
  "suspicious",
  "newcomer",
  "unban_request",
]);
const isForModerators = (frame: ServerFrame): frame is ModeratorFrame => FOR_MODERATORS.has(frame.type);
