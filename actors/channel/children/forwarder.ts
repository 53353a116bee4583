// Forwards the source to one target over one connection. Address and key are read when it starts; the key is in memory here and nowhere else.

import type { Clock } from "#runtime/base/clock.ts";
import { reason } from "#runtime/base/log.ts";
import { Counter } from "#runtime/base/metrics.ts";
import type { Random } from "#runtime/base/random.ts";
import type { Vet } from "#runtime/outbound/vet.ts";
import type { TargetAddress, TargetFault } from "#schema/wire/targets.ts";
import { type Forward, startForward } from "#transcoding/restream/forward.ts";
import { forwardsOf } from "../rules/restream.ts";
import type { Pull } from "../rules/state.ts";
import type { TargetRef } from "../rules/target-runs.ts";
import type { Sources } from "../sources.ts";
import type { ChannelChild } from "./child.ts";

const ends = new Counter({
  name: "restream_ends_total",
  help: "Connections to restreaming targets that failed or ended without being asked to, by reason",
  labelNames: ["reason"],
});

/** A target with its key. */
export interface OpenedTarget {
  address: TargetAddress;
  streamKey: string;
}

/** What a node needs to forward. */
export interface Restreaming {
  /** Null: it is gone, switched off or changed meanwhile. `key_lost`: see TargetFault. Rejects while the store is away. */
  open(channelId: string, target: TargetRef): Promise<OpenedTarget | "key_lost" | null>;
  vet: Vet;
  /** How we name ourselves to targets. */
  encoder: string;
  /** See ConnectionOptions. */
  ca?: string;
}

export interface ForwarderParts {
  clock: Clock;
  random: Random;
  sources: Sources;
  /** By target: what is forwarded now. */
  forwards: Map<string, Pick<Forward, "droppedFrames">>;
  /** Null: this node forwards nothing. */
  restreaming: Restreaming | null;
}

interface Forwarding {
  target: TargetRef;
  pull: Pull;
}

/** Tells `targetUp` once, and `targetEnded` when the connection fails or ends without being asked to. */
export const forwarder: ChannelChild<ForwarderParts, Forwarding> = {
  name: "forwarder",
  runs: forwardsOf,
  key: ({ target: { id, revision, run }, pull: { session, attempt } }) =>
    `${id} ${revision}.${run} ${session.publicName}#${attempt}`,
  start({ target: { id, revision, run }, pull }, { parts, channel, self }) {
    const { clock, random, sources, forwards, restreaming } = parts;
    const ref = { publicName: pull.session.publicName, attempt: pull.attempt };
    const source = sources.get(ref.publicName);
    // The intake starts before: without a source there is nothing to forward until the next pull.
    if (!restreaming || !source) return { stop: async () => {} };
    const target = { id, revision, run };
    const log = channel.log.child({ target: id });
    let forward: Forward | null = null;
    let stopped = false;
    const ended = (why: TargetFault) => {
      ends.inc({ reason: why });
      log.info({ why }, "forwarding ended");
      self.tell({ type: "targetEnded", target, why });
    };
    const open = async () => {
      const opened = await restreaming.open(channel.channelId, target);
      if (stopped || opened === null) return;
      if (opened === "key_lost") return ended("key_lost");
      const { vet, encoder, ca } = restreaming;
      forward = startForward({
        ...{ clock, random, vet, encoder, ...opened, ...(ca !== undefined && { ca }) },
        init: () => source.media?.init ?? null,
        onUp() {
          log.info("forwarding");
          self.tell({ type: "targetUp", target, ...ref });
        },
        onEnd: ended,
      });
      forwards.set(id, forward);
    };
    const listening = source.listen({ tag: (tag) => forward?.tag(tag), segmentBegins: () => {} });
    open().catch((error: unknown) => {
      log.warn({ reason: reason(error) }, "target not read");
      if (!stopped) ended("unavailable");
    });
    return {
      async stop(how) {
        stopped = true;
        listening();
        if (forward && forwards.get(id) === forward) forwards.delete(id);
        await forward?.stop(how);
      },
    };
  },
};
