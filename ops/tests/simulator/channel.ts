// Opens the channels of a simulated node by actors/channel/activation.ts, with the shipping rules, children, room and audience. FFmpeg,
// nginx and the list of broadcasts are simulated.

import { openChannel as openAwake } from "#actors/channel/activation.ts";
import { type ChannelChild, equip } from "#actors/channel/children/child.ts";
import { dropper } from "#actors/channel/children/dropper.ts";
import { encoderWatch } from "#actors/channel/children/encoder-watch.ts";
import { ender } from "#actors/channel/children/ender.ts";
import { packager } from "#actors/channel/children/packager.ts";
import { type BroadcastList, registrar } from "#actors/channel/children/registrar.ts";
import { room } from "#actors/channel/children/room.ts";
import { transcoder } from "#actors/channel/children/transcoder.ts";
import type { ChannelNode } from "#actors/channel/node.ts";
import { createPulls } from "#actors/channel/pulls.ts";
import type { Broadcast, OnAir, State } from "#actors/channel/rules/state.ts";
import type { Room } from "#actors/chat/room.ts";
import type { Activation, Ownership } from "#runtime/cluster/activation.ts";
import { ENCODER_GRACE_MS } from "#runtime/config/actor.ts";
import { sessionKey } from "#schema/wire/channel.ts";
import { ladder } from "#transcoding/ladder/renditions.ts";
import type { OpenOptions } from "./cluster.ts";
import { pull } from "./media.ts";

export function openChannel(options: OpenOptions): Activation {
  const { reviveBroadcast } = options.mutation;
  return openAwake(
    channelNode(options),
    reviveBroadcast ? broken(options.ownership, reviveBroadcast) : options.ownership,
  );
}

/** Makes the new owner find a changed broadcast instead of the saved one. */
function broken(ownership: Ownership, reviveBroadcast: (broadcast: Broadcast) => Broadcast): Ownership {
  const state = ownership.claimed.state as State | null;
  if (!state || state.phase === "offline") return ownership;
  const found = { ...state, broadcast: reviveBroadcast(state.broadcast) };
  return { ...ownership, claimed: { ...ownership.claimed, state: found } };
}

function channelNode(options: OpenOptions): ChannelNode {
  const { process, clock, random, nowMs, log, bus, store, packagers, address, ingest, mutation } = options;
  const nginx = ingest.clientOf(process);
  const broadcasts: BroadcastList = {
    write: ({ channelId, epoch }) => store.fencedWrite(channelId, epoch),
    hasChannel: async () => true,
  };
  const parts = {
    clock,
    random,
    nowMs,
    bus,
    packagers,
    broadcasts,
    ingests: { get: () => nginx },
    ladder: ladder("none"),
    partMs: 500,
    chat: store.chat,
    rooms: new Map<string, Room>(),
    roomQuietMs: options.sleepAfterMs,
  };
  return {
    ...parts,
    log,
    address,
    children: [
      equip(dropper, parts),
      equip(packager, parts),
      equip(ender, parts),
      equip(registrar, parts),
      equip(encoderWatch, parts),
      equip(simulatedTranscoder, options),
      equip(room, { ...parts, ...mutation.room?.({ random }) }),
    ],
    store: store.actors,
    pulls: createPulls(),
    graceMs: ENCODER_GRACE_MS,
    onCount: () => {},
    handElsewhere: () => {},
  };
}

/** Runs when the shipping transcoder would; starts no process. */
const simulatedTranscoder: ChannelChild<OpenOptions, OnAir> = {
  ...transcoder,
  start({ session, attempt, broadcast }, { parts: { sim, process, ingest, packagers }, self }) {
    const packager = packagers.get(broadcast.id);
    if (!packager) throw new Error("no packager");
    const attemptRef = { session: sessionKey(session), attempt };
    const stop = pull({
      sim,
      process,
      ingest,
      publicName: session.publicName,
      attached: () => self.tell({ type: "pulled", publicName: session.publicName }),
      begin: () => packager.begin({ ...attemptRef, baseMs: session.publishedAtMs }),
      onExit: () => self.tell({ type: "transcoderExited", ...attemptRef, problem: null, pulled: true }),
    });
    return { stop: async () => stop() };
  },
};
