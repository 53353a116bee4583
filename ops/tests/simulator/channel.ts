// Opens the channels of a simulated node by actors/channel/activation.ts, with the shipping rules, children, intake, room and audience.
// nginx, FFmpeg's pictures and the list of broadcasts are simulated; there is no ladder.

import { openChannel as openAwake } from "#actors/channel/activation.ts";
import { equip } from "#actors/channel/children/child.ts";
import { dropper } from "#actors/channel/children/dropper.ts";
import { encoderWatch } from "#actors/channel/children/encoder-watch.ts";
import { ender } from "#actors/channel/children/ender.ts";
import { intake } from "#actors/channel/children/intake.ts";
import { packager } from "#actors/channel/children/packager.ts";
import { recorder } from "#actors/channel/children/recorder.ts";
import { type BroadcastList, registrar } from "#actors/channel/children/registrar.ts";
import { room } from "#actors/channel/children/room.ts";
import { second } from "#actors/channel/children/second.ts";
import { sourceWatch } from "#actors/channel/children/source-watch.ts";
import { thumbnailer } from "#actors/channel/children/thumbnailer.ts";
import { LadderPlan } from "#actors/channel/ladder-plan.ts";
import type { ChannelNode } from "#actors/channel/node.ts";
import { NO_LIMITS } from "#actors/channel/rules/limits.ts";
import { createHistories } from "#actors/channel/source-history.ts";
import type { RunningSource } from "#actors/channel/sources.ts";
import type { Room } from "#actors/chat/room.ts";
import type { Activation } from "#runtime/cluster/activation.ts";
import { ENCODER_GRACE_MS } from "#runtime/config/actor.ts";
import { pictureTurns } from "#transcoding/pictures/turns.ts";
import type { OpenOptions } from "./cluster.ts";
import { simulatedFfmpeg } from "./ffmpeg.ts";

export function openChannel(options: OpenOptions): Activation {
  return openAwake(channelNode(options), options.ownership);
}

const NO_LADDER = new LadderPlan({
  allowed: [],
  preset: "veryfast",
  encoder: { name: "software", vaapiDevice: "" },
  budgetCores: 0,
});

function channelNode(options: OpenOptions): ChannelNode {
  const { process, clock, random, nowMs, log, bus, store, packagers, address, ingest, sim } = options;
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
    partMs: 500,
    thumbnailIntervalMs: 10_000,
    pictureTurns: pictureTurns(),
    processes: simulatedFfmpeg({ clock, sim }),
    ffmpegPath: "ffmpeg",
    connect: options.seconds.connect,
    successorOf: options.successorOf,
    ladderPlan: NO_LADDER,
    recording: options.recording,
    forwards: new Map<string, never>(),
    sources: new Map<string, RunningSource>(),
    histories: createHistories(),
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
      equip(recorder, parts),
      equip(registrar, parts),
      equip(encoderWatch, parts),
      equip(intake, parts),
      equip(second, parts),
      equip(sourceWatch, parts),
      equip(thumbnailer, parts),
      equip(room, parts),
    ],
    store: store.actors,
    graceMs: ENCODER_GRACE_MS,
    limits: NO_LIMITS,
    onCount: () => {},
    handElsewhere: () => {},
  };
}
