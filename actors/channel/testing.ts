// For tests: a channel that only counts its rules' calls, a session, and an nginx that has the session.

import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import type { ChannelChild } from "./children/child.ts";
import type { DropperParts } from "./children/dropper.ts";
import type { IngestClient } from "./ingest.ts";
import type { ChannelSelf } from "./rules/channel.ts";
import type { Message } from "./rules/messages.ts";
import type { Session } from "./rules/state.ts";

interface FakeChannel extends ChannelSelf {
  announced: number;
  /** Client ids of the sessions for which another node was asked. */
  handedElsewhere: string[];
}

export function fakeChannel(): FakeChannel {
  const channel: FakeChannel = {
    channelId: "c",
    epoch: 1,
    log: createLog({ name: "test", level: "silent" }),
    viewers: 0,
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

/** An nginx that knows nothing. */
export const ingestOf = (): IngestClient => ({
  pullUrl: (publicName) => publicName,
  publishing: async () => null,
  dropPublisher: async () => {},
  hasPicture: async () => null,
  recent: async () => [],
});

/** Starts a child for a session that nginx lists as `name`. */
export function againstNginx({ start }: ChannelChild<DropperParts, Session>) {
  const clock = new ManualClock();
  /** Null: nginx does not answer. */
  let listed: Set<string> | null = new Set(["name"]);
  const ingest: IngestClient = {
    ...ingestOf(),
    publishing: async () => listed,
    dropPublisher: async () => {
      if (!listed) throw new Error("silent");
    },
  };
  const told: Message[] = [];
  const child = start(
    { ...sessionOf("1"), publicName: "name" },
    {
      parts: { clock, ingests: new Map([["main", ingest]]) },
      channel: fakeChannel(),
      self: { tell: (message) => told.push(message) },
    },
  );
  const list = (names: string[] | null) => {
    listed = names && new Set(names);
  };
  return { clock, child, list, told };
}
