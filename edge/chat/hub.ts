// All chat sockets and watched rooms of this edge: their counts, their limits, and a sweep over them once a second while there are any.

import type { ServerWebSocket } from "bun";
import { everyWhileBusy } from "#runtime/base/clock.ts";
import type { LoopLag } from "#runtime/base/loop-lag.ts";
import { LruMap } from "#runtime/base/lru.ts";
import { Turns } from "#runtime/base/turns.ts";
import { createWorkTraces } from "#runtime/trace/work-traces.ts";
import { close } from "#schema/wire/socket.ts";
import type { ChannelWatches } from "../channels/status-watch.ts";
import type { Floods } from "../gateway/floods/floods.ts";
import type { Limit, Limiter } from "../gateway/limits/limiter.ts";
import { limitKey } from "../gateway/requests/client-address.ts";
import type { PlaybackTokens } from "../playback/token.ts";
import { type ChannelViewers, viewerKey } from "../playback/viewers.ts";
import type { EdgeWorld } from "../world.ts";
import { rolesOf } from "./author.ts";
import { answerChatters } from "./chatters-here.ts";
import { comeBackMs } from "./come-back.ts";
import type { FanOutParts } from "./fan-out.ts";
import { FanOutPace } from "./fan-out-pace.ts";
import { frameText } from "./frames.ts";
import { roomsGauge, socketsGauge } from "./metrics.ts";
import { hearModeratorNews, type ModeratorNews } from "./moderator-news.ts";
import type { SaidLine } from "./say-queue.ts";
import { ChatSocket, type SocketData, type SocketParts } from "./socket.ts";
import type { Speakers } from "./speakers.ts";
import { WatchedRoom } from "./watched-room.ts";

const SWEEP_MS = 1_000;
/** Deleted accounts that are kept for clients that were disconnected meanwhile. */
const ERASED_KEPT = 100;
/** A drain waits this long for lines that are not answered yet. */
const SAYS_WITHIN_MS = 2_000;

interface HubParts {
  watches: Pick<ChannelWatches, "watch">;
  viewers: Pick<ChannelViewers, "joined" | "left" | "countOf">;
  tokens: Pick<PlaybackTokens, "sessionOf" | "newSession">;
  limiter: Pick<Limiter, "take" | "enforce">;
  speakers: Speakers;
  floods: Pick<Floods, "shedding" | "challenge" | "accepts">;
  /** Of this process's event loop. */
  lag: Pick<LoopLag, "lagMs">;
  /** Called for each line that is stored. */
  lineSaid?(said: SaidLine): void;
}

export class ChatHub {
  readonly #rooms = new Map<string, WatchedRoom>();
  readonly #sockets = new Set<ChatSocket>();
  readonly #byAddress = new Map<string, number>();
  readonly #byUser = new Map<string, number>();
  /** Users with deleted accounts, the last deleted at the end. */
  readonly #erased = new LruMap<string, true>(ERASED_KEPT);
  readonly #joins: Limit;
  readonly #joining: Turns;
  readonly #sending: Turns;
  readonly #fanOut: Omit<FanOutParts, "headSeq">;
  readonly #socketParts: SocketParts;
  readonly #sweeping: ReturnType<typeof everyWhileBusy>;
  readonly #stopListening: () => void;
  readonly #stopHearing: () => void;
  readonly #stopAnswering: () => void;
  #draining = false;

  constructor(
    private readonly world: EdgeWorld,
    private readonly parts: HubParts,
  ) {
    const { clock, bus, config, caller } = world;
    const broke = (error: unknown) => world.log.error({ err: error }, "chat turn broke");
    this.#joining = new Turns({ clock, broke });
    this.#sending = new Turns({ clock, broke });
    this.#fanOut = { clock, turns: this.#sending, pace: new FanOutPace(parts.lag) };
    const lines: Limit = {
      name: "lines",
      count: config.limits.linesPer30sPerUser,
      perMs: 30_000,
      whenAway: "memory",
    };
    this.#socketParts = {
      world,
      caller,
      traces: createWorkTraces(world),
      speakers: parts.speakers,
      floods: parts.floods,
      joins: this.#joining,
      comeBackMs: () => this.retryAfterMs,
      takeLine: (userId) => parts.limiter.take(lines, userId),
      lineSaid: (said) => parts.lineSaid?.(said),
      countUser: (socket) => this.#countUser(socket),
      left: (socket) => this.#left(socket),
      room: (channelId) => this.#room(channelId),
      viewerKey: (channelId, name) =>
        viewerKey(name === null ? parts.tokens.newSession() : parts.tokens.sessionOf(channelId, name)),
      erasedFrame: () => this.#erasedFrame(),
    };
    this.#joins = { name: "joins", count: config.limits.joinsPerMinutePerIp, perMs: 60_000, whenAway: "memory" };
    this.#sweeping = everyWhileBusy(clock, SWEEP_MS, {
      work: () => this.#sweep(),
      isIdle: () => this.#sockets.size === 0 && this.#rooms.size === 0,
    });
    this.#stopListening = bus.link.onChange((up) => {
      if (up) for (const room of this.#rooms.values()) room.entries.linkIsBack();
    });
    this.#stopHearing = hearModeratorNews({ bus, log: world.log, onNews: (news) => this.tellModerators(news) });
    this.#stopAnswering = answerChatters({
      ...{ bus, log: world.log },
      peopleIn: (channelId) => this.#rooms.get(channelId)?.people ?? [],
      chatterOf: async (channelId, { speaker, ownerUserId }) => {
        const { displayName, roles } = await parts.speakers.standingIn(channelId, speaker.userId);
        const { userId: id, login } = speaker;
        return {
          id,
          login,
          displayName: displayName ?? speaker.displayName,
          roles: rolesOf(speaker, ownerUserId, roles),
        };
      },
    });
  }

  /**
   * Throws Refusal `rate_limited` if this address has opened too many sockets lately. To be called before any query. Writes `RateLimit-*`
   * into `headers`.
   */
  async enforceJoinLimit(address: string, headers: Record<string, string | number>) {
    await this.parts.limiter.enforce(this.#joins, limitKey(address), headers);
  }

  addressIsFull(address: string): boolean {
    const { socketsPerIp } = this.world.config.limits;
    return socketsPerIp > 0 && (this.#byAddress.get(limitKey(address)) ?? 0) >= socketsPerIp;
  }

  isFull(): boolean {
    const { socketsPerEdge } = this.world.config.limits;
    return this.#draining || (socketsPerEdge > 0 && this.#sockets.size >= socketsPerEdge);
  }

  /** The time over which sockets are spread that are refused or sent away now. */
  get retryAfterMs(): number {
    return comeBackMs(this.#sockets.size);
  }

  open(ws: ServerWebSocket<SocketData>) {
    const socket = new ChatSocket(this.#socketParts, ws);
    ws.data.chat = socket;
    this.#sockets.add(socket);
    this.#sweeping.wake();
    count(this.#byAddress, socket.addressKey, 1);
    socketsGauge.set(this.#sockets.size);
  }

  /** Sends a user's new roles in a channel to all of the user's sockets there. */
  rolesChanged(channelId: string, userId: string) {
    if (!this.#byUser.has(userId)) return;
    for (const socket of this.#sockets)
      if (socket.userId === userId && socket.channel.id === channelId)
        socket.sendRoles().catch((error: unknown) => socket.broke(error, { staysOpen: true }));
  }

  /** Sends a frame to a room's moderators at this edge. */
  tellModerators({ channelId, frame }: ModeratorNews) {
    if (!this.#rooms.has(channelId)) return;
    for (const socket of this.#sockets) if (socket.isModerator && socket.channel.id === channelId) socket.send(frame);
  }

  /** Erases the lines of these users, whose accounts were deleted, in every room. */
  erase(userIds: ReadonlySet<string>) {
    for (const userId of userIds) this.#erased.set(userId, true);
    for (const room of this.#rooms.values()) room.erase(userIds);
  }

  /** Closes every socket of a channel that was suspended or deleted. */
  closeRoom(channelId: string) {
    if (!this.#rooms.has(channelId)) return;
    for (const socket of [...this.#sockets])
      if (socket.channel.id === channelId) socket.close(close.channelGone, "channel closed");
  }

  /** Closes every socket of these addresses. */
  closeAddresses(isBlocked: (address: string) => boolean) {
    for (const socket of [...this.#sockets])
      if (isBlocked(socket.ws.data.address)) socket.close(close.addressBlocked, "address blocked");
  }

  /** Refuses new sockets and tells all others to reconnect, spread over a time for so many. Resolves when all have got it. */
  async drain() {
    this.#draining = true;
    const { clock } = this.world;
    const untilMs = clock.monoMs() + SAYS_WITHIN_MS;
    while (clock.monoMs() < untilMs && [...this.#sockets].some((socket) => socket.isSaying)) await clock.sleep(20);
    const { retryAfterMs } = this;
    for (const socket of [...this.#sockets]) socket.goAway(retryAfterMs);
  }

  /** Closes all sockets and rooms, and ends all timers. */
  stop() {
    this.#draining = true;
    this.#sweeping.stop();
    this.#stopListening();
    this.#stopHearing();
    this.#joining.stop();
    this.#sending.stop();
    this.#stopAnswering();
    for (const socket of [...this.#sockets]) socket.goAway();
    for (const room of this.#rooms.values()) room.close();
    this.#rooms.clear();
  }

  #countUser(socket: ChatSocket): boolean {
    const { socketsPerUser } = this.world.config.limits;
    const sockets = count(this.#byUser, socket.userId!, 1);
    return socketsPerUser === 0 || sockets <= socketsPerUser;
  }

  #left(socket: ChatSocket) {
    if (!this.#sockets.delete(socket)) return;
    count(this.#byAddress, socket.addressKey, -1);
    if (socket.userId) count(this.#byUser, socket.userId, -1);
    socketsGauge.set(this.#sockets.size);
  }

  #room(channelId: string): WatchedRoom {
    let room = this.#rooms.get(channelId);
    if (!room || room.isClosed) {
      const { world, parts } = this;
      const { watches, viewers } = parts;
      room = new WatchedRoom({ world, watches, viewers, fanOut: this.#fanOut }, channelId);
      this.#rooms.set(channelId, room);
      this.#sweeping.wake();
      roomsGauge.set(this.#rooms.size);
    }
    return room;
  }

  #erasedFrame(): string | undefined {
    return this.#erased.size === 0 ? undefined : frameText({ type: "erased", userIds: [...this.#erased.keys()] });
  }

  #sweep() {
    const nowMs = this.world.clock.monoMs();
    for (const socket of this.#sockets) socket.sweep(nowMs);
    for (const [id, room] of this.#rooms) {
      if (!room.isClosed && !room.sweep(nowMs)) continue;
      room.close();
      this.#rooms.delete(id);
    }
    roomsGauge.set(this.#rooms.size);
  }
}

function count(counts: Map<string, number>, key: string, by: number): number {
  const sum = (counts.get(key) ?? 0) + by;
  if (sum > 0) counts.set(key, sum);
  else counts.delete(key);
  return sum;
}
