// One awake channel: its cell, its room, its audience, and who gets which message.

import { openRoom } from "#actors/chat/room.ts";
import type { ActorWorld } from "#actors/world.ts";
import { Refusal } from "#runtime/actor.ts";
import { type Answer, type AskContext, Cell } from "#runtime/cell.ts";
import type { Activation, Ownership } from "#runtime/host.ts";
import { type Log, reason } from "#runtime/log.ts";
import { randomHex } from "#runtime/random.ts";
import type { ChannelRequest } from "#schema/wire/channel.ts";
import type { RoomRequest } from "#schema/wire/room.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { Audience } from "./audience.ts";
import { Channel, type ChannelWorld, statusOf } from "./channel.ts";
import type { Effect, Message } from "./decide.ts";
import { dropEncoder, watchEncoder } from "./ingest-children.ts";
import { endPackager, pullTokenOf, startAttempt, startPackager } from "./media-children.ts";
import { registerBroadcast } from "./registrar.ts";
import { type Event, isOnAir, type State } from "./state.ts";

/** A room in which nobody spoke or asked for so long lets its channel sleep. */
const ROOM_QUIET_MS = 60_000;
const PULLS_KEPT = 20;

export function openChannel(world: ActorWorld, { key, claimed, onFenced }: Ownership): Activation {
  const { clock, bus, random, nowMs, store, ingests, config } = world;
  const { sql } = world.database;
  const { epoch } = claimed;
  let ownLog: Log | undefined;
  /** Made when there is something to say: most channels never log. */
  const log = () => {
    ownLog ??= world.log.child({ channel: key, epoch });
    return ownLog;
  };
  /** nginx' clientid of our own pulls, by the token they showed. */
  const pulls = new Map<string, string>();

  const room = openRoom({
    channelId: key,
    epoch,
    clock,
    random,
    get log() {
      return log();
    },
    nowMs,
    store: world.chat,
    publish: (batch) => bus.publish(subjects.chat(key), batch),
    onFenced: () => onFenced("room"),
  });

  const air = () => (isOnAir(cell.state) ? cell.state : null);
  const channelWorld: ChannelWorld = {
    startPackager: (broadcast, self) => startPackager({ world, epoch, broadcast, air }, self),
    startEnder: (broadcastId) => endPackager(world, broadcastId),
    startTranscoder: (onAir, self) =>
      startAttempt({ world, channelId: key, air: onAir, pullClientId: () => pulls.get(pullTokenOf(onAir)) }, self),
    startEncoderWatch: (session, self) => watchEncoder(session, ingests.get(session.ingest), clock, self),
    startDropper: (session, self) => dropEncoder(session, ingests.get(session.ingest), clock, self),
    startRegistrar: (entry, self) => registerBroadcast({ entry, channelId: key, epoch, sql, clock, log: log() }, self),
    announce: () => audience.announce(),
  };

  const cell: Cell<State, Message, Event, Effect> = new Cell(new Channel(channelWorld, config.graceMs), {
    id: { kind: "channel", key },
    claimed,
    clock,
    nowMs,
    store: store.actors,
    onFenced: () => onFenced("save"),
    onBug: (error, what) =>
      log().error({ what, reason: reason(error), stack: error instanceof Error ? error.stack : undefined }, "bug"),
  });

  const audience = new Audience({
    channelId: key,
    epoch,
    bus,
    clock,
    status: () => {
      const status = statusOf(cell.savedState);
      const origin = status.broadcastId === null ? null : config.address;
      return { channelId: key, epoch, origin, headSeq: room.headSeq, ...status };
    },
    onCount: (viewers) => void world.redis.set(`viewers:${key}`, viewers, "EX", 15).catch(() => {}), // Only a count.
    onHigherEpoch: () => onFenced("status"),
  });
  audience.announce(); // Every activation tells anew: an effect of the last owner may have been lost.

  async function ask(message: ChannelRequest | RoomRequest, context: AskContext): Promise<Answer> {
    if (message.type === "room.say" || message.type === "room.history") return answerOf(room.handle(message, context));
    if (message.type === "describe") return { ok: true, value: audience.status() };
    if (message.type === "play") return { ok: true, value: { allow: play(message) } };
    if (message.type === "publish") return cell.ask({ ...message, fresh: fresh() }, context);
    if (message.type === "publishDone" || message.type === "health" || message.type === "stop")
      return cell.ask(message, context);
    return { ok: false, code: "validation_failed", detail: "unknown verb" };
  }

  // Answered from memory, not after a save: FFmpeg must be able to pull while the store is away.
  function play({ publicName, token, clientId }: Extract<ChannelRequest, { type: "play" }>): boolean {
    const onAir = air();
    if (!onAir || onAir.session.publicName !== publicName || pullTokenOf(onAir) !== token) return false;
    pulls.set(token, clientId);
    if (pulls.size > PULLS_KEPT) pulls.delete(pulls.keys().next().value ?? "");
    cell.tell({ type: "pulled", publicName });
    return true;
  }

  const fresh = () => ({
    publicName: randomHex(random, 16),
    pullToken: randomHex(random, 16),
    broadcastId: random.uuid(nowMs()),
  });

  return {
    ask: (message, context) => ask(message as ChannelRequest | RoomRequest, context),
    reads: (message) =>
      ["describe", "health", "play", "room.history"].includes((message as { type?: string } | null)?.type ?? ""),
    get idleAtVersion() {
      const quiet = clock.monoMs() - room.lastSaidMonoMs > ROOM_QUIET_MS && !audience.watched;
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
    const { code, detail, retryAfterMs } = error;
    return {
      ok: false,
      code,
      ...(detail !== undefined && { detail }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    };
  }
}
