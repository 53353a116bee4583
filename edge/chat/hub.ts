// All chat sockets and watched rooms of this edge: their counts, their limits, and the look at each of them once a second.

import type { Server } from "bun";
import { Refusal } from "#runtime/actor/actor.ts";
import { every } from "#runtime/base/clock.ts";
import { reason } from "#runtime/base/log.ts";
import type { ChannelRole } from "#schema/api/channel-roles.ts";
import { close } from "#schema/wire/socket.ts";
import type { ChannelWatches } from "../channels/status-watch.ts";
import type { Limit, Limiter, Verdict } from "../gateway/limits/limiter.ts";
import { limitKey } from "../gateway/requests/client-address.ts";
import type { Standing } from "../identity/tokens/revocations.ts";
import type { EdgeWorld } from "../world.ts";
import type { Speaker } from "./author.ts";
import { frameText } from "./frames.ts";
import { roomsGauge, socketsGauge } from "./metrics.ts";
import { WatchedRoom } from "./room.ts";
import type { ChatSocket, SocketData } from "./socket.ts";

const SWEEP_MS = 1_000;
const RETRY_AFTER_MS = 2_000;
/** So many of those who left are told to pages that were away meanwhile. */
const DEPARTED_KEPT = 100;
/** Lines under way when the edge drains are waited for so long. */
const SAYS_WITHIN_MS = 2_000;

export interface HubParts {
  watches: Pick<ChannelWatches, "watch" | "setViewers">;
  limiter: Pick<Limiter, "take" | "enforce">;
  verify(token: string): Promise<Speaker | "expired" | "bad">;
  /** Of what they came in with. */
  standing(speaker: Speaker): Standing;
  /** What the channel's owner gave somebody, at most some seconds old. Never throws. */
  rolesIn(channelId: string, userId: string): Promise<readonly ChannelRole[]>;
}

export class ChatHub {
  readonly #rooms = new Map<string, WatchedRoom>();
  readonly #sockets = new Set<ChatSocket>();
  readonly #byAddress = new Map<string, number>();
  readonly #byUser = new Map<string, number>();
  readonly #lines: Limit;
  /** Whose accounts were deleted, those who left last at the end. */
  readonly #departed = new Set<string>();
  readonly #joins: Limit;
  readonly #stopSweeping: () => void;
  readonly #stopListening: () => void;
  #server: Server<SocketData> | undefined;
  draining = false;

  constructor(
    readonly world: EdgeWorld,
    private readonly parts: HubParts,
  ) {
    const { clock, bus, config } = world;
    this.#lines = { name: "lines", count: config.limits.linesPer30sPerUser, perMs: 30_000, whenAway: "memory" };
    this.#joins = { name: "joins", count: config.limits.joinsPerMinutePerIp, perMs: 60_000, whenAway: "memory" };
    this.#stopSweeping = every(clock, SWEEP_MS, () => this.#sweep());
    this.#stopListening = bus.link.onChange((up) => {
      if (up) for (const room of this.#rooms.values()) room.entries.linkIsBack();
    });
  }

  get size() {
    return this.#sockets.size;
  }

  verify(token: string) {
    return this.parts.verify(token);
  }

  standing(speaker: Speaker): Standing {
    return this.parts.standing(speaker);
  }

  /** Of a user who is not the owner. */
  async rolesIn({ id, ownerUserId }: SocketData["channel"], userId: string): Promise<readonly ChannelRole[]> {
    return userId === ownerUserId ? [] : this.parts.rolesIn(id, userId);
  }

  /** Null: no limit. */
  mayLine(userId: string): Promise<Verdict | null> {
    return this.parts.limiter.take(this.#lines, userId);
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
    return this.draining || (socketsPerEdge > 0 && this.#sockets.size >= socketsPerEdge);
  }

  serve(server: Server<SocketData>) {
    this.#server = server;
  }

  add(socket: ChatSocket) {
    this.#sockets.add(socket);
    count(this.#byAddress, socket.addressKey, 1);
    socketsGauge.set(this.#sockets.size);
  }

  /** False when this user has too many already; it is counted all the same, until it has left. */
  countUser(socket: ChatSocket): boolean {
    const { socketsPerUser } = this.world.config.limits;
    const sockets = count(this.#byUser, socket.userId!, 1);
    return socketsPerUser === 0 || sockets <= socketsPerUser;
  }

  /** Called once for each that was added. */
  left(socket: ChatSocket) {
    if (!this.#sockets.delete(socket)) return;
    count(this.#byAddress, socket.addressKey, -1);
    if (socket.userId) count(this.#byUser, socket.userId, -1);
    socketsGauge.set(this.#sockets.size);
  }

  /** Throws Refusal `busy` when this edge watches as many channels as it can. */
  enter(socket: ChatSocket): WatchedRoom {
    const { id } = socket.channel;
    let room = this.#rooms.get(id);
    if (!room || room.isClosed) {
      room = new WatchedRoom({ world: this.world, watches: this.parts.watches, server: this.#server! }, id);
      this.#rooms.set(id, room);
      roomsGauge.set(this.#rooms.size);
    }
    return room;
  }

  /** They are told, wherever they have the room open. */
  rolesChanged(channelId: string, userId: string) {
    if (!this.#byUser.has(userId)) return;
    for (const socket of this.#sockets)
      if (socket.userId === userId && socket.channel.id === channelId)
        socket.tellRoles().catch((error: unknown) => this.broke(socket, error, { staysOpen: true }));
  }

  /** Their accounts are deleted. */
  erase(userIds: ReadonlySet<string>) {
    for (const userId of userIds) {
      this.#departed.delete(userId);
      this.#departed.add(userId);
      if (this.#departed.size > DEPARTED_KEPT) this.#departed.delete(this.#departed.values().next().value!);
    }
    for (const room of this.#rooms.values()) room.erase(userIds);
  }

  /** For a page that was away and goes on with the lines it has, wherever it got them; undefined: nobody has left lately. */
  get erasedFrame(): string | undefined {
    return this.#departed.size === 0 ? undefined : frameText({ type: "erased", userIds: [...this.#departed] });
  }

  /** Nobody stays: the channel is there no more. */
  closeRoom(channelId: string) {
    if (!this.#rooms.has(channelId)) return;
    for (const socket of [...this.#sockets])
      if (socket.channel.id === channelId) socket.close(close.channelGone, "channel closed");
  }

  /** A client's bye: between half of it and all of it. */
  spread(retryAfterMs = RETRY_AFTER_MS): number {
    return Math.round(retryAfterMs * (0.5 + this.world.random.next() / 2));
  }

  /** Logs what should not have happened; the socket comes back and starts anew, unless it stays open. */
  broke(socket: ChatSocket, error: unknown, { staysOpen = false } = {}) {
    const fields = { channel: socket.channel.id, reason: reason(error) };
    if (error instanceof Refusal) this.world.log.warn(fields, "chat socket was refused");
    else this.world.log.error(fields, "chat socket broke");
    if (!staysOpen) socket.goAway();
  }

  /** No new sockets; those that are here are told when to come back, and go. */
  async drain(retryAfterMs: number) {
    this.draining = true;
    const { clock } = this.world;
    const untilMs = clock.monoMs() + SAYS_WITHIN_MS;
    while (clock.monoMs() < untilMs && [...this.#sockets].some((socket) => socket.isSaying)) await clock.sleep(20);
    for (const socket of [...this.#sockets]) socket.goAway(retryAfterMs);
  }

  stop() {
    this.draining = true;
    this.#stopSweeping();
    this.#stopListening();
    for (const socket of [...this.#sockets]) socket.goAway();
    for (const room of this.#rooms.values()) room.close();
    this.#rooms.clear();
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
