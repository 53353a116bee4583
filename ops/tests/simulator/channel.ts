// A node's channels as actors/channel/activation.ts opens them, with the shipping rules, room, packager and audience;
// FFmpeg, nginx and the directory are simulated.

import { openChannel as openAwake } from "#actors/channel/activation.ts";
import { endPackager, startPackager } from "#actors/channel/children/media-children.ts";
import type { ChannelNode } from "#actors/channel/node.ts";
import type { Broadcast, State } from "#actors/channel/rules/state.ts";
import type { ActorWorld } from "#actors/world.ts";
import type { Activation, Ownership } from "#runtime/cluster/activation.ts";
import { sessionKey } from "#schema/wire/channel.ts";
import type { OpenOptions } from "./cluster.ts";
import { pull } from "./media.ts";

const GRACE_MS = 90_000;
const REGISTRAR_RETRY_MS = 500;

export function openChannel(options: OpenOptions): Activation {
  const { reviveBroadcast } = options.mutation;
  return openAwake(
    channelNode(options),
    reviveBroadcast ? broken(options.ownership, reviveBroadcast) : options.ownership,
  );
}

/** The new owner finds another broadcast than the last one saved. */
function broken(ownership: Ownership, reviveBroadcast: (broadcast: Broadcast) => Broadcast): Ownership {
  const state = ownership.claimed.state as State | null;
  if (!state || state.phase === "offline") return ownership;
  const found = { ...state, broadcast: reviveBroadcast(state.broadcast) };
  return { ...ownership, claimed: { ...ownership.claimed, state: found } };
}

function channelNode(options: OpenOptions): ChannelNode {
  const { world, process, clock, random, nowMs, log, bus, store, packagers, address, ingest, mutation } = options;
  const nginx = ingest.clientOf(process);
  // What startPackager and endPackager take of it.
  const actorWorld = { clock, bus, packagers, config: { ladder: "none" } } as unknown as ActorWorld;
  return {
    ...{ bus, clock, nowMs, random, log, address },
    store: store.actors,
    chat: store.chat,
    ingests: { get: () => nginx },
    graceMs: GRACE_MS,
    roomQuietMs: options.sleepAfterMs,
    rooms: new Set(),
    roomOptions: () => mutation.room?.({ random }) ?? {},
    startPackager: (run, self) => startPackager({ world: actorWorld, ...run }, self),
    startEnder: (broadcastId) => endPackager(actorWorld, broadcastId),
    endPackagerAfter: (broadcastId, lastNumber) => packagers.get(broadcastId)?.endAfter(lastNumber),
    startTranscoder({ air: { session, attempt, broadcast } }, self) {
      const packager = packagers.get(broadcast.id);
      if (!packager) throw new Error("no packager");
      const told = { session: sessionKey(session), attempt };
      const stop = pull({
        world,
        process,
        ingest,
        publicName: session.publicName,
        attached: () => self.tell({ type: "pulled", publicName: session.publicName }),
        begin: () => packager.begin({ ...told, baseMs: session.publishedAtMs }),
        onExit: () => self.tell({ type: "transcoderExited", ...told, problem: null, pulled: true }),
      });
      return { stop: async () => stop() };
    },
    startRegistrar({ entry, channelId, epoch }, self) {
      let stopped = false;
      const work = async () => {
        while (!stopped)
          try {
            await store.fencedWrite(channelId, epoch);
            if (entry.phase === "ended") self.tell({ type: "recorded", broadcastId: entry.broadcastId });
            return;
          } catch {
            await clock.sleep(REGISTRAR_RETRY_MS); // Away.
          }
      };
      void work();
      return {
        stop: async () => {
          stopped = true;
        },
      };
    },
    onCount: () => {},
    handElsewhere: () => {},
  };
}
