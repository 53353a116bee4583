// What is going on in a room beside its lines.

import type { PinView } from "#schema/api/pins.ts";
import type { PollView } from "#schema/api/polls.ts";
import type { StoredRaid } from "#schema/queries/chat/raids.ts";

export interface GoingOn {
  pinned: PinView | null;
  /** The open one, or the last that ended under this owner. */
  poll: PollView | null;
  /** The one that counts down or whose target is not told yet, or the last that ended under this owner. */
  raid: StoredRaid | null;
}

export const openPoll = ({ poll }: GoingOn) => (poll?.endedAt === null ? poll : null);

export const countingRaid = ({ raid }: GoingOn) => (raid?.view.state === "counting" ? raid : null);
