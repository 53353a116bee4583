// Reads which targets a broadcast is to be forwarded to: when it begins, when it is told that they have changed, and now and then, since
// that word may be lost.

import { Backoff } from "#runtime/base/backoff.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { reason } from "#runtime/base/log.ts";
import { restreamedId } from "../rules/restream.ts";
import type { ListedTarget } from "../rules/target-runs.ts";
import type { ChannelChild } from "./child.ts";

const LOOK_MS = 30_000;
const RETRY_PAUSES = { firstMs: 500, longestMs: 10_000 };

export interface TargetListParts {
  clock: Clock;
  /** The channel's targets that are switched on, in their order. Rejects while the store is away. Null: this node forwards nothing. */
  listTargets: ((channelId: string) => Promise<ListedTarget[]>) | null;
}

interface Listing {
  broadcastId: string;
  asked: number;
  /** Some are known already. */
  any: boolean;
}

/** Tells `targetsListed` when there are some, and whenever the list has changed. */
export const targetList: ChannelChild<TargetListParts, Listing> = {
  name: "target-list",
  runs(state) {
    const broadcastId = restreamedId(state);
    const { asked = 0, targets = [] } = state.restream ?? {};
    return broadcastId === null ? [] : [{ broadcastId, asked, any: targets.length > 0 }];
  },
  key: ({ broadcastId, asked }) => `${broadcastId} ${asked}`,
  start({ broadcastId, any }, { parts: { clock, listTargets }, channel: { channelId, log }, self }) {
    let stopped = false;
    let cancel = () => {};
    let told = any ? null : "[]";
    const pauses = new Backoff(RETRY_PAUSES);
    const look = async (list: NonNullable<typeof listTargets>) => {
      let nextMs = LOOK_MS;
      try {
        const targets = await list(channelId);
        const text = JSON.stringify(targets);
        if (!stopped && text !== told) self.tell({ type: "targetsListed", broadcastId, targets });
        told = text;
        pauses.reset();
      } catch (error) {
        log.warn({ broadcast: broadcastId, reason: reason(error) }, "targets not read yet");
        nextMs = pauses.nextMs();
      }
      if (!stopped) cancel = clock.timer(nextMs, () => void look(list));
    };
    if (listTargets) void look(listTargets);
    return {
      stop: async () => {
        stopped = true;
        cancel();
      },
    };
  },
};
