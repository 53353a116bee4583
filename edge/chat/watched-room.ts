// A room that this edge watches: its sockets, and one publish to all of them. Its entries: entries.ts.

import type { RoomSettings } from "#schema/api/chat.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import { DEFAULT_ROOM_SETTINGS, type Told } from "#schema/wire/room.ts";
import type { ViewerKey } from "#schema/wire/viewers.ts";
import type { ChannelWatches } from "../channels/status-watch.ts";
import type { ChannelViewers } from "../playback/viewers.ts";
import type { EdgeWorld } from "../world.ts";
import { RoomEntries, type Start } from "./entries.ts";
import { entriesFrames, frameText } from "./frames.ts";
import { RoomGoingOn } from "./going-on.ts";
import { fannedOut } from "./metrics.ts";
import type { Speaker } from "./speakers.ts";

/** A hello waits this long for the room. */
const OPEN_WITHIN_MS = 8_000;
const VIEWERS_EVERY_MS = 5_000;
/** A room without sockets is kept for this time, for pages that reload. */
const IDLE_MS = 5_000;
/** After this many bytes of entries, sockets that do not keep up are looked for: where megabytes are said in a second, the sweep would come
 *  too late, and Bun cut them without a code. */
const LOOK_EVERY_BYTES = 128 * 1024;

export interface RoomParts {
  world: EdgeWorld;
  watches: Pick<ChannelWatches, "watch">;
  viewers: Pick<ChannelViewers, "joined" | "left" | "countOf">;
  /** Sends a frame to every socket that is subscribed to the topic. */
  publish(topic: string, frame: string): void;
}

/** A socket in the room, after its welcome. */
export interface Member {
  /** Null: not signed in. */
  readonly speaker: Speaker | null;
  readonly channel: { ownerUserId: string };
  /** Tells the client to reconnect, because the room starts again. */
  goAway(): void;
  /** Sends a frame that is for some sockets alone, if this is one of them. */
  tell(told: Told): void;
  /** Closes the socket if it holds more than any that reads. */
  closeIfFull(): void;
}

export class WatchedRoom {
  readonly topics: { entries: string; news: string };
  readonly entries: RoomEntries;
  readonly goingOn = new RoomGoingOn();
  readonly #members = new Map<Member, ViewerKey | null>();
  /** Sockets between hello and welcome. */
  #greeting = 0;
  #status: ChannelStatus | undefined;
  #idleSinceMs: number;
  #sentViewers = 0;
  #sentViewersMs = Number.NEGATIVE_INFINITY;
  #sentStatus = "";
  #unlookedBytes = 0;
  readonly #stopWatching: () => void;

  constructor(
    private readonly parts: RoomParts,
    readonly channelId: string,
  ) {
    this.topics = { entries: `e/${channelId}`, news: `n/${channelId}` };
    const { world } = parts;
    this.#idleSinceMs = world.clock.monoMs();
    this.#stopWatching = parts.watches.watch(channelId, (status) => this.#receiveStatus(status));
    this.entries = new RoomEntries({
      world,
      channelId,
      isWatched: () => this.#members.size > 0,
      onGrown: (texts) => this.#publish(texts),
      onSettings: (settings) => parts.publish(this.topics.news, frameText({ type: "room", ...settings })),
      onState: (state) => {
        for (const frame of this.goingOn.take(state)) parts.publish(this.topics.news, frameText(frame));
      },
      onTold: (told) => this.#tell(told),
      onLost: () => this.#startAgain(),
    });
  }

  get isClosed() {
    return this.entries.isClosed;
  }

  /** The default until the owner's first answer. */
  get settings(): RoomSettings {
    return this.entries.settings ?? DEFAULT_ROOM_SETTINGS;
  }

  /** Viewers at all edges, as the owner counts them; at least those at this edge. */
  get viewers() {
    return Math.max(this.#status?.viewers ?? 0, this.parts.viewers.countOf(this.channelId));
  }

  /** Undefined until the channel's state is known. */
  get statusFrame(): string | undefined {
    if (!this.#status) return undefined;
    const { phase, broadcastId } = this.#status;
    // `starting` is off air for viewers.
    if (phase !== "live" && phase !== "lost") return frameText({ type: "status", phase: "offline" });
    return frameText({ type: "status", phase, ...(broadcastId ? { broadcastId } : {}) });
  }

  /** The start of a new socket: right after `resumeSeq`, or at the newest entries. Null: the owner does not answer. */
  async startFor(resumeSeq: number | undefined): Promise<Start | null> {
    const late = Promise.withResolvers<null>();
    const cancel = this.parts.world.clock.timer(OPEN_WITHIN_MS, () => late.resolve(null));
    this.#greeting++;
    const start = await Promise.race([this.entries.startFor(resumeSeq), late.promise]);
    this.#greeting--;
    cancel();
    this.#idleSinceMs = this.parts.world.clock.monoMs();
    return this.isClosed ? null : start;
  }

  /** `key` null: a bot, which is no viewer. */
  join(member: Member, key: ViewerKey | null) {
    this.#members.set(member, key);
    if (key !== null) this.parts.viewers.joined(this.channelId, key);
  }

  /** The signed-in people, each once. */
  get people(): { speaker: Speaker; ownerUserId: string }[] {
    const byId = new Map<string, { speaker: Speaker; ownerUserId: string }>();
    for (const { speaker, channel } of this.#members.keys())
      if (speaker) byId.set(speaker.userId, { speaker, ownerUserId: channel.ownerUserId });
    return [...byId.values()];
  }

  leave(member: Member) {
    const key = this.#members.get(member);
    if (key === undefined) return;
    this.#members.delete(member);
    if (this.#members.size === 0) this.#idleSinceMs = this.parts.world.clock.monoMs();
    if (key !== null) this.parts.viewers.left(this.channelId, key);
  }

  /** Erases the lines of these users here and on open pages. May be called twice. */
  erase(userIds: ReadonlySet<string>) {
    const found = this.entries.erase(userIds);
    if (found.length > 0) this.parts.publish(this.topics.news, frameText({ type: "erased", userIds: found }));
  }

  /** To be called once a second. True if the room can be closed. */
  sweep(nowMs: number): boolean {
    this.entries.sweep(nowMs);
    if (this.viewers !== this.#sentViewers && nowMs - this.#sentViewersMs >= VIEWERS_EVERY_MS) {
      this.#sentViewers = this.viewers;
      this.#sentViewersMs = nowMs;
      this.parts.publish(this.topics.news, frameText({ type: "viewers", count: this.viewers }));
    }
    return this.#members.size === 0 && this.#greeting === 0 && nowMs - this.#idleSinceMs >= IDLE_MS;
  }

  close() {
    if (this.isClosed) return;
    this.#stopWatching();
    this.entries.close();
  }

  /** One publish for all sockets that have caught up; the others read the ring. */
  #publish(texts: string[]) {
    if (this.#unlookedBytes >= LOOK_EVERY_BYTES) {
      this.#unlookedBytes = 0;
      for (const member of this.#members.keys()) member.closeIfFull();
    }
    for (const frame of entriesFrames(texts)) {
      this.#unlookedBytes += Buffer.byteLength(frame);
      this.parts.publish(this.topics.entries, frame);
    }
    fannedOut.inc(texts.length * this.#members.size);
  }

  #tell(told: readonly Told[]) {
    for (const member of this.#members.keys()) for (const one of told) member.tell(one);
  }

  #receiveStatus(status: ChannelStatus) {
    this.#status = status;
    this.entries.ownerHas(status.headSeq);
    const frame = this.statusFrame!;
    if (frame !== this.#sentStatus) {
      this.parts.publish(this.topics.news, frame);
      this.#sentStatus = frame;
    }
  }

  /** All clients reconnect with `resume`, and get the owner's entries. */
  #startAgain() {
    this.parts.world.log.warn({ channel: this.channelId, seq: this.entries.headSeq }, "room starts afresh");
    this.close();
    for (const member of [...this.#members.keys()]) member.goAway();
  }
}
