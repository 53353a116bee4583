// The warm second of a channel that is on air: the node that would own it next pulls the encoder too, as long as this owner asks it to. When the
// owner dies, that node has what came since.

import { type Clock, every } from "#runtime/base/clock.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import { LEASE_EVERY_MS, type SecondLease } from "#schema/wire/second.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { type Pull, pullOf, pullTokenOf } from "../rules/state.ts";
import type { ChannelChild } from "./child.ts";

export interface SecondParts {
  clock: Clock;
  bus: Pick<Bus, "publish">;
  /** Incarnation of the node that would own the channel after this one; null: there is no other node. */
  successorOf(channelId: string): string | null;
}

export const second: ChannelChild<SecondParts, Pull> = {
  name: "second",
  runs(state) {
    const pull = pullOf(state);
    return pull && pull.broadcast.liveAtMs !== null ? [pull] : [];
  },
  key: ({ session, attempt }) => `${session.publicName}#${attempt}`,
  start(pull, { parts: { clock, bus, successorOf }, channel: { channelId } }) {
    const { publicName, ingest } = pull.session;
    const lease: SecondLease = { channelId, publicName, ingest, token: pullTokenOf(pull) };
    const ask = () => {
      const node = successorOf(channelId);
      if (node) bus.publish(subjects.second(node), lease);
    };
    ask();
    const stop = every(clock, LEASE_EVERY_MS, ask);
    return { stop: async () => stop() };
  },
};
