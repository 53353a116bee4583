// For tests: a channel that only counts what its rules ask of it, and a session.

import { createLog } from "#runtime/base/log.ts";
import type { ChannelSelf } from "./rules/channel.ts";
import type { Session } from "./rules/state.ts";

interface FakeChannel extends ChannelSelf {
  announced: number;
  /** By clientId: sessions for which another node was asked for. */
  handedElsewhere: string[];
}

export function fakeChannel(): FakeChannel {
  const channel: FakeChannel = {
    channelId: "c",
    epoch: 1,
    log: createLog({ name: "test", level: "silent" }),
    onReplaced() {},
    announced: 0,
    handedElsewhere: [],
    announce() {
      channel.announced++;
    },
    async handElsewhere({ clientId }) {
      channel.handedElsewhere.push(clientId);
    },
  };
  return channel;
}

export const sessionOf = (clientId: string): Session => ({
  ingest: "main",
  boot: "b",
  clientId,
  publicName: `public-${clientId}`,
  pullToken: "token",
  publishedAtMs: 0,
  encoder: "OBS",
});
