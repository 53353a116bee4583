// A channel as actors/channel/activation.ts opens it, with the shipping rules, room, packager and audience; FFmpeg and nginx are simulated.

import { Audience } from "#actors/channel/audience.ts";
import { Channel, type ChannelWorld, statusOf } from "#actors/channel/channel.ts";
import type { Effect, Message } from "#actors/channel/decide.ts";
import { dropEncoder, watchEncoder } from "#actors/channel/ingest-children.ts";
import { endPackager, startPackager } from "#actors/channel/media-children.ts";
import { type Event, isOnAir, type State } from "#actors/channel/state.ts";
import { openRoom } from "#actors/chat/room.ts";
import type { ActorWorld } from "#actors/world.ts";
import type { Child } from "#runtime/actor.ts";
import { Refusal } from "#runtime/actor.ts";
import { type Answer, Cell } from "#runtime/cell.ts";
import type { Activation } from "#runtime/host.ts";
import { randomHex } from "#runtime/random.ts";
import { type ChannelRequest, sessionKey } from "#schema/wire/channel.ts";
import type { RoomRequest } from "#schema/wire/room.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { pull } from "./media.ts";
import type { CodeMutation, OpenOptions } from "./node.ts";

const GRACE_MS = 90_000;

class SimChannel extends Channel {
  constructor(
    world: ChannelWorld,
    private readonly mutation: CodeMutation,
  ) {
    super(world, GRACE_MS);
  }

  override revive(saved: unknown, claim: { nowMs: number; sinceSavedMs: number }): State {
    const state = super.revive(saved, claim);
    const { reviveBroadcast } = this.mutation;
    return reviveBroadcast && state.phase !== "offline"
      ? { ...state, broadcast: reviveBroadcast(state.broadcast) }
      : state;
  }
}

export function openChannel(options: OpenOptions): Activation {
  const { world, process, ownership, clock, random, nowMs, log, bus, store, packagers, address, ingest, onBug } =
    options;
  const { key, claimed, onFenced } = ownership;
  const { epoch } = claimed;
  const nginx = ingest.clientOf(process);

  const room = openRoom({
    channelId: key,
    epoch,
    clock,
    random,
    log,
    nowMs,
    store: store.chat,
    publish: (batch) => bus.publish(subjects.chat(key), batch),
    onFenced,
    ...options.mutation.room?.({ random }),
  });

  const air = () => (isOnAir(cell.state) ? cell.state : null);
  // What startPackager and endPackager take of it.
  const actorWorld = { clock, bus, packagers, config: { ladder: "none" } } as unknown as ActorWorld;
  const channelWorld: ChannelWorld = {
    startPackager: (broadcast, self) => startPackager({ world: actorWorld, epoch, broadcast, air }, self),
    startEnder: (broadcastId) => endPackager(actorWorld, broadcastId),
    startTranscoder: ({ session, attempt, broadcast }, self) => {
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
        onExit: () => self.tell({ type: "transcoderExited", ...told, problem: null }),
      });
      return { stop: async () => stop() };
    },
    startEncoderWatch: (session, self) => watchEncoder(session, nginx, clock, self),
    startDropper: (session, self) => dropEncoder(session, nginx, clock, self),
    startRegistrar: ({ broadcastId, phase }, self): Child => {
      let stopped = false;
      const work = async () => {
        while (!stopped)
          try {
            await store.fencedWrite(key, epoch);
            if (phase === "ended") self.tell({ type: "recorded", broadcastId });
            return;
          } catch {
            await clock.sleep(500); // Away.
          }
      };
      void work();
      return {
        stop: async () => {
          stopped = true;
        },
      };
    },
    announce: () => audience.announce(),
  };

  const cell: Cell<State, Message, Event, Effect> = new Cell(new SimChannel(channelWorld, options.mutation), {
    id: { kind: "channel", key },
    claimed,
    clock,
    nowMs,
    store: store.actors,
    onFenced,
    onBug,
  });

  const audience = new Audience({
    channelId: key,
    epoch,
    bus,
    clock,
    status: () => {
      const status = statusOf(cell.savedState);
      const origin = status.broadcastId === null ? null : address;
      return { channelId: key, epoch, origin, headSeq: room.headSeq, ...status };
    },
    onCount: () => {},
    onHigherEpoch: onFenced,
  });
  audience.announce();

  const fresh = () => ({
    publicName: randomHex(random, 8),
    pullToken: randomHex(random, 8),
    broadcastId: random.uuid(nowMs()),
  });

  async function ask(
    message: ChannelRequest | RoomRequest,
    context: { id: string; deadlineMonoMs: number },
  ): Promise<Answer> {
    if (message.type === "room.say" || message.type === "room.history") return answerOf(room.handle(message, context));
    if (message.type === "describe") return { ok: true, value: audience.status() };
    if (message.type === "publish") return cell.ask({ ...message, fresh: fresh() }, context);
    if (message.type === "publishDone" || message.type === "health" || message.type === "stop")
      return cell.ask(message, context);
    return { ok: false, code: "validation_failed" };
  }

  return {
    ask: (message, context) => ask(message as ChannelRequest | RoomRequest, context),
    reads: (message) => ["describe", "health", "play", "room.history"].includes((message as { type: string }).type),
    get idleAtVersion() {
      const quiet = clock.monoMs() - room.lastSaidMonoMs > options.sleepAfterMs && !audience.watched;
      return quiet && cell.idle ? cell.savedVersion : null;
    },
    suspend: () => cell.suspend(),
    resume: () => cell.resume(),
    async stop(how) {
      audience.stop();
      await Promise.all([room.stop(how), cell.close(how)]);
    },
  };
}

async function answerOf(work: Promise<unknown>): Promise<Answer> {
  try {
    return { ok: true, value: await work };
  } catch (error) {
    if (!(error instanceof Refusal)) return { ok: false, code: "internal" };
    const { code, retryAfterMs } = error;
    return { ok: false, code, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
}
