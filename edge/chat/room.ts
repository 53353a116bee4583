// A room as this edge watches it: who is in it, and one publish to all of them. What is said there: entries.ts.

import type { ChannelStatus } from "#schema/wire/channel.ts";
import { DEFAULT_ROOM_SETTINGS, type RoomSettings } from "#schema/wire/room.ts";
import type { ChannelWatches } from "../channels/status-watch.ts";
import type { EdgeWorld } from "../world.ts";
import { RoomEntries, type Start } from "./entries.ts";
import { entriesFrames, frameText } from "./frames.ts";
import { fannedOut } from "./metrics.ts";

/** How long a hello waits for the room. */
const OPEN_WITHIN_MS = 8_000;
const VIEWERS_EVERY_MS = 5_000;
/** A room without sockets is kept so long: a page that reloads finds it warm. */
const IDLE_MS = 5_000;

export interface RoomParts {
  world: EdgeWorld;
  watches: Pick<ChannelWatches, "watch" | "setViewers">;
  /** One frame to every socket that listens to the topic. */
  publish(topic: string, frame: string): void;
}

/** A socket in the room, after hello. */
export interface Member {
  /** Told to come back: the room starts afresh. */
  goAway(): void;
}

export class WatchedRoom {
  readonly topics: { entries: string; news: string };
  readonly entries: RoomEntries;
  readonly #members = new Set<Member>();
  /** Sockets between hello and welcome. */
  #greeting = 0;
  #status: ChannelStatus | undefined;
  #idleSinceMs: number;
  #toldViewers = 0;
  #toldViewersMs = Number.NEGATIVE_INFINITY;
  #toldPhase = "";
  readonly #stopWatching: () => void;

  constructor(
    private readonly parts: RoomParts,
    readonly channelId: string,
  ) {
    this.topics = { entries: `e/${channelId}`, news: `n/${channelId}` };
    const { world } = parts;
    this.#idleSinceMs = world.clock.monoMs();
    this.#stopWatching = parts.watches.watch(channelId, (status) => this.#heardStatus(status));
    this.entries = new RoomEntries({
      world,
      channelId,
      isWatched: () => this.#members.size > 0,
      onGrown: (texts) => this.#tell(texts),
      onLost: () => this.#startAfresh(),
    });
  }

  get isClosed() {
    return this.entries.isClosed;
  }

  /** The default until the owner has told. */
  get settings(): RoomSettings {
    return this.entries.settings ?? DEFAULT_ROOM_SETTINGS;
  }

  /** Sockets of all edges, as far as the owner knows; ours at once. */
  get viewers() {
    return Math.max(this.#status?.viewers ?? 0, this.#members.size);
  }

  /** Undefined until the channel's state is known. */
  get statusFrame(): string | undefined {
    if (!this.#status) return undefined;
    const { phase, broadcastId } = this.#status;
    // `starting` is off air to the outside.
    if (phase !== "live" && phase !== "lost") return frameText({ type: "status", phase: "offline" });
    return frameText({ type: "status", phase, ...(broadcastId ? { broadcastId } : {}) });
  }

  /** Where a newcomer starts: right after `resumeSeq`, or with the newest. Null: the room cannot be reached. */
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

  join(member: Member) {
    this.#members.add(member);
    this.parts.watches.setViewers(this.channelId, this.#members.size);
  }

  leave(member: Member) {
    if (!this.#members.delete(member)) return;
    if (this.#members.size === 0) this.#idleSinceMs = this.parts.world.clock.monoMs();
    this.parts.watches.setViewers(this.channelId, this.#members.size);
  }

  /** Nobody is shown any more what these people said; may be asked again for the same. */
  erase(userIds: ReadonlySet<string>) {
    const found = this.entries.erase(userIds);
    if (found.length > 0) this.parts.publish(this.topics.news, frameText({ type: "erased", userIds: found }));
  }

  /** Once a second. True when nobody needs the room any more. */
  sweep(nowMs: number): boolean {
    this.entries.sweep(nowMs);
    if (this.viewers !== this.#toldViewers && nowMs - this.#toldViewersMs >= VIEWERS_EVERY_MS) {
      this.#toldViewers = this.viewers;
      this.#toldViewersMs = nowMs;
      this.parts.publish(this.topics.news, frameText({ type: "viewers", count: this.viewers }));
    }
    return this.#members.size === 0 && this.#greeting === 0 && nowMs - this.#idleSinceMs >= IDLE_MS;
  }

  close() {
    if (this.isClosed) return;
    this.#stopWatching();
    this.entries.close();
  }

  /** One publish for all who have caught up; the others read it from the ring. */
  #tell(texts: string[]) {
    for (const frame of entriesFrames(texts)) this.parts.publish(this.topics.entries, frame);
    fannedOut.inc(texts.length * this.#members.size);
  }

  #heardStatus(status: ChannelStatus) {
    this.#status = status;
    this.entries.ownerHas(status.headSeq);
    const frame = this.statusFrame!;
    if (frame !== this.#toldPhase) {
      this.parts.publish(this.topics.news, frame);
      this.#toldPhase = frame;
    }
  }

  /** Everybody comes back with `resume` and is told what is true now. */
  #startAfresh() {
    this.parts.world.log.warn({ channel: this.channelId, seq: this.entries.headSeq }, "room starts afresh");
    this.close();
    for (const member of [...this.#members]) member.goAway();
  }
}
