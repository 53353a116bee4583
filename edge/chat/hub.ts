// All chat sockets and watched rooms of this edge: their counts, their limits, and the look at each of them once a second.

import type { Server, ServerWebSocket } from "bun";
import { every } from "#runtime/base/clock.ts";
import { LruMap } from "#runtime/base/lru.ts";
import { close } from "#schema/wire/socket.ts";
import type { ChannelWatches } from "../channels/status-watch.ts";
import type { Limit, Limiter } from "../gateway/limits/limiter.ts";
import { limitKey } from "../gateway/requests/client-address.ts";
import type { EdgeWorld } from "../world.ts";
import { frameText } from "./frames.ts";
import { roomsGauge, socketsGauge } from "./metrics.ts";
import { WatchedRoom } from "./room.ts";
import { ChatSocket, type SocketData, type SocketParts } from "./socket.ts";
import type { Speakers } from "./speakers.ts";

const SWEEP_MS = 1_000;
/** So many of those who left are told to pages that were away meanwhile. */
const DEPARTED_KEPT = 100;
/** Lines under way when the edge drains are waited for so long. */
const SAYS_WITHIN_MS = 2_000;

interface HubParts {
  watches: Pick<ChannelWatches, "watch" | "setViewers">;
  limiter: Pick<Limiter, "take" | "enforce">;
  speakers: Speakers;
}

export class ChatHub {
  readonly #rooms = new Map<string, WatchedRoom>();
  readonly #sockets = new Set<ChatSocket>();
  readonly #byAddress = new Map<string, number>();
  readonly #byUser = new Map<string, number>();
  /** Whose accounts were deleted, those who left last at the end. */
  readonly #departed = new LruMap<string, true>(DEPARTED_KEPT);
  readonly #joins: Limit;
  readonly #socketParts: SocketParts;
  readonly #stopSweeping: () => void;
  readonly #stopListening: () => void;
  #server: Server<SocketData> | undefined;
  #draining = false;

  constructor(
    private readonly world: EdgeWorld,
    private readonly parts: HubParts,
  ) {
    const { clock, bus, config, caller } = world;
    const lines: Limit = {
      name: "lines",
      count: config.limits.linesPer30sPerUser,
      perMs: 30_000,
      whenAway: "memory",
    };
    this.#socketParts = {
      world,
      caller,
      speakers: parts.speakers,
      mayLine: (userId) => parts.limiter.take(lines, userId),
      countUser: (socket) => this.#countUser(socket),
      left: (socket) => this.#left(socket),
      room: (channelId) => this.#room(channelId),
      erasedFrame: () => this.#erasedFrame(),
    };
    this.#joins = { name: "joins", count: config.limits.joinsPerMinutePerIp, perMs: 60_000, whenAway: "memory" };
    this.#stopSweeping = every(clock, SWEEP_MS, () => this.#sweep());
    this.#stopListening = bus.link.onChange((up) => {
      if (up) for (const room of this.#rooms.values()) room.entries.linkIsBack();
    });
  }

  /**
   * Throws Refusal `rate_limited` when too many sockets of this address came lately: before anything is looked up for them. Writes
   * `RateLimit-*` into `headers`.
   */
  async mustMayJoin(address: string, headers: Record<string, string | number>) {
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

  serve(server: Server<SocketData>) {
    this.#server = server;
  }

  open(ws: ServerWebSocket<SocketData>) {
    const socket = new ChatSocket(this.#socketParts, ws);
    ws.data.chat = socket;
    this.#sockets.add(socket);
    count(this.#byAddress, socket.addressKey, 1);
    socketsGauge.set(this.#sockets.size);
  }

  /** Tells somebody what they may do in a room now, wherever they have it open. */
  rolesChanged(channelId: string, userId: string) {
    if (!this.#byUser.has(userId)) return;
    for (const socket of this.#sockets)
      if (socket.userId === userId && socket.channel.id === channelId)
        socket.tellRoles().catch((error: unknown) => socket.broke(error, { staysOpen: true }));
  }

  /** Nothing that these people said is shown any more, in any room: their accounts are deleted. */
  erase(userIds: ReadonlySet<string>) {
    for (const userId of userIds) this.#departed.set(userId, true);
    for (const room of this.#rooms.values()) room.erase(userIds);
  }

  /** Closes every socket of a channel that is there no more. */
  closeRoom(channelId: string) {
    if (!this.#rooms.has(channelId)) return;
    for (const socket of [...this.#sockets])
      if (socket.channel.id === channelId) socket.close(close.channelGone, "channel closed");
  }

  /** Refuses new sockets and tells the others to come back within `retryAfterMs`. Resolves when all were told. */
  async drain(retryAfterMs: number) {
    this.#draining = true;
    const { clock } = this.world;
    const untilMs = clock.monoMs() + SAYS_WITHIN_MS;
    while (clock.monoMs() < untilMs && [...this.#sockets].some((socket) => socket.isSaying)) await clock.sleep(20);
    for (const socket of [...this.#sockets]) socket.goAway(retryAfterMs);
  }

  /** Leaves nothing running. */
  stop() {
    this.#draining = true;
    this.#stopSweeping();
    this.#stopListening();
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
      const publish = (topic: string, frame: string) => void this.#server!.publish(topic, frame);
      room = new WatchedRoom({ world, watches: parts.watches, publish }, channelId);
      this.#rooms.set(channelId, room);
      roomsGauge.set(this.#rooms.size);
    }
    return room;
  }

  #erasedFrame(): string | undefined {
    return this.#departed.size === 0 ? undefined : frameText({ type: "erased", userIds: [...this.#departed.keys()] });
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
