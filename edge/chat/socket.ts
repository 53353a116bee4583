// One viewer's socket: hello, welcome, catching up. What the room's entries are is entries.ts' business, what is said saying.ts'.
//
//   new ──hello──► greeting ──welcome──► open ──► closed
//    └─ 10 s: 4002     └─ token: 4003, 4501

import type { ServerWebSocket } from "bun";
import { Refusal } from "#runtime/actor/actor.ts";
import { spreadMs } from "#runtime/base/backoff.ts";
import { reason } from "#runtime/base/log.ts";
import type { ChannelRole } from "#schema/api/channel-roles.ts";
import { type ClientFrame, close, HELLO_WITHIN_MS, type ServerFrame } from "#schema/wire/socket.ts";
import { limitKey } from "../gateway/requests/client-address.ts";
import type { EdgeWorld } from "../world.ts";
import { rolesOf } from "./author.ts";
import type { Start } from "./entries.ts";
import { entriesFrame, fittingCount, frameText, readClientFrame, welcomeFrame } from "./frames.ts";
import { closes } from "./metrics.ts";
import type { WatchedRoom } from "./room.ts";
import { Saying, type SayingParts, type Voice } from "./saying.ts";
import type { Speaker, Speakers } from "./speakers.ts";

const MALFORMED_MAX = 3;
const RETRY_AFTER_MS = 2_000;
/** Catching up pauses over it, until the socket has drained. */
const PACE_BYTES = 128 * 1024;
/** Over it, and nothing drained for so long: too slow. */
const SLOW_BYTES = 256 * 1024;
const SLOW_AFTER_MS = 5_000;

export interface SocketData {
  /** Undefined: not open yet, or closed before it counted. */
  chat: ChatSocket | undefined;
  channel: { id: string; ownerUserId: string };
  address: string;
  /** Too many of its address: closed right after it opened. */
  surplus: boolean;
}

export interface SocketParts extends SayingParts {
  world: Pick<EdgeWorld, "clock" | "log" | "random">;
  speakers: Speakers;
  /** False when this user has too many sockets already; it is counted all the same, until it has left. */
  countUser(socket: ChatSocket): boolean;
  /** Called once, with a socket that is gone. */
  left(socket: ChatSocket): void;
  /** Throws Refusal `busy` when this edge watches as many channels as it can. */
  room(channelId: string): WatchedRoom;
  /** For a page that was away and goes on with the lines it has, wherever it got them; undefined: nobody has left lately. */
  erasedFrame(): string | undefined;
}

/** One for all sockets: a timer that is over is not kept. */
const NOTHING = () => {};

export class ChatSocket implements Voice {
  #phase: "new" | "greeting" | "open" | "closed" = "new";
  #speaker: Speaker | null = null;
  #room: WatchedRoom | null = null;
  #malformed = 0;
  /** Null until the first line: most only read. */
  #saying: Saying | null = null;
  /** Last `seq` sent while catching up; null while the room's topic brings the entries. */
  #cursor: number | null = null;
  /** Since when too much is buffered without a drain. */
  #slowSinceMs: number | null = null;
  #cancelHello: () => void;

  constructor(
    private readonly parts: SocketParts,
    readonly ws: ServerWebSocket<SocketData>,
  ) {
    this.#cancelHello = parts.world.clock.timer(HELLO_WITHIN_MS, () => {
      if (this.#phase === "new") this.close(close.noHello, "no hello");
    });
  }

  get channel() {
    return this.ws.data.channel;
  }

  /** For limits: one customer's addresses are one. */
  get addressKey() {
    return limitKey(this.ws.data.address);
  }

  get userId() {
    return this.#speaker?.userId;
  }

  /** Null: nobody who has signed in, as far as is known. */
  get speaker(): Speaker | null {
    return this.#speaker;
  }

  /** Welcomed, and not closed. */
  get isOpen() {
    return this.#phase === "open";
  }

  get isSaying() {
    return this.#saying?.isBusy ?? false;
  }

  heard(data: string | Uint8Array) {
    if (this.#phase === "closed") return;
    const frame = readClientFrame(data);
    if (frame?.type === "hello" && this.#phase === "new") {
      this.#cancelHello();
      this.#cancelHello = NOTHING;
      this.#phase = "greeting";
      this.#greet(frame).catch((error: unknown) => this.broke(error));
    } else if (frame?.type === "say" && this.#phase !== "new") {
      this.#saying ??= new Saying(this.parts, this);
      this.#saying.ask(frame);
    } else {
      this.#refuseFrame();
    }
  }

  #refuseFrame() {
    this.send({ type: "refused", code: "bad_message" });
    if (++this.#malformed >= MALFORMED_MAX) this.close(close.tooManyMalformed, "too many malformed frames");
  }

  async #greet({ token, resume }: Extract<ClientFrame, { type: "hello" }>) {
    if (token !== undefined) {
      const who = await this.parts.speakers.verify(token);
      if (this.#isClosed) return;
      if (who === "expired") return this.close(close.tokenExpired, "token expired");
      if (who === "bad" || !mayRead(who)) return this.close(close.badToken, "bad token");
      this.#speaker = who;
      if (!this.parts.countUser(this)) return this.close(close.tooManySockets, "too many sockets of this user");
    }
    const granted = this.#speaker ? await this.grantedTo(this.#speaker) : [];
    if (this.#isClosed) return;
    const room = this.parts.room(this.channel.id);
    this.#room = room;
    const start = await room.startFor(resume?.seq);
    if (this.#isClosed) return;
    if (!start) return this.goAway();
    this.#welcome(room, start, granted);
    this.#saying?.next();
  }

  /** From here to the end of `catchUp` nothing awaits: each entry is either in the ring now or published later. */
  #welcome(room: WatchedRoom, { fromSeq, resumed }: Start, granted: readonly ChannelRole[]) {
    this.#phase = "open";
    room.join(this);
    const who = this.#speaker;
    const welcome = {
      type: "welcome",
      protocol: 1,
      you: who && this.#you(who, granted),
      room: room.settings,
      seq: room.entries.headSeq,
      viewers: room.viewers,
      resumed,
    } as const;
    const texts = room.entries.after(fromSeq) ?? [];
    const count = fittingCount(texts, Buffer.byteLength(JSON.stringify(welcome)) + 16);
    this.ws.send(welcomeFrame(welcome, texts.slice(0, count)));
    this.#cursor = fromSeq + Math.min(count, texts.length);
    if (room.statusFrame) this.ws.send(room.statusFrame);
    const erased = resumed ? this.parts.erasedFrame() : undefined;
    if (erased) this.ws.send(erased);
    this.ws.subscribe(room.topics.news);
    this.catchUp();
  }

  /** Sends what is missing as far as the socket takes it, then lets the room's topic bring the rest. Called again by each drain. */
  catchUp() {
    const room = this.#room;
    if (this.#cursor === null || !room || this.#phase !== "open") return;
    while (this.#cursor < room.entries.headSeq) {
      if (this.ws.getBufferedAmount() > PACE_BYTES) return;
      const texts = room.entries.after(this.#cursor);
      if (!texts) return this.close(close.tooSlow, "too slow");
      const count = fittingCount(texts);
      this.ws.send(entriesFrame(texts.slice(0, count)));
      this.#cursor += count;
    }
    this.#cursor = null;
    this.ws.subscribe(room.topics.entries);
  }

  drained() {
    this.#slowSinceMs = null;
    this.catchUp();
  }

  /** Once a second: whose sign-in has ended goes; a socket that does not read is closed with a code that says so. A drain nobody told us of is made up for. */
  sweep(nowMs: number) {
    if (this.#speaker && this.isRevoked(this.#speaker)) return;
    this.catchUp();
    if (this.ws.getBufferedAmount() <= SLOW_BYTES) this.#slowSinceMs = null;
    else if (this.#slowSinceMs === null) this.#slowSinceMs = nowMs;
    else if (nowMs - this.#slowSinceMs >= SLOW_AFTER_MS) this.close(close.tooSlow, "too slow");
  }

  /** What they may do here has changed. */
  async tellRoles() {
    const who = this.#speaker;
    if (!who) return;
    const granted = await this.grantedTo(who);
    // Before the welcome there is nothing to correct: it asks by itself.
    if (this.#phase === "open") this.send({ type: "you", ...this.#you(who, granted) });
  }

  /** What the channel's owner gave them; nobody gives the owner anything. */
  async grantedTo({ userId }: Speaker): Promise<readonly ChannelRole[]> {
    const { id, ownerUserId } = this.channel;
    return userId === ownerUserId ? [] : this.parts.speakers.rolesIn(id, userId);
  }

  #you(who: Speaker, granted: readonly ChannelRole[]) {
    return { id: who.userId, login: who.login, roles: rolesOf(who, this.channel.ownerUserId, granted) };
  }

  /** Closes the socket then. Whose role or name has changed comes back with a new token and is known anew. */
  isRevoked(speaker: Speaker): boolean {
    const validity = this.parts.speakers.validity(speaker);
    if (validity === "ended") this.close(close.badToken, "token revoked");
    else if (validity === "stale") this.close(close.tokenExpired, "token expired");
    return validity !== "valid";
  }

  send(frame: ServerFrame) {
    if (this.#phase !== "closed") this.ws.send(frameText(frame));
  }

  /** This edge, or its way to the room, is going away: come back between half of that time and all of it, not all at once. */
  goAway(retryAfterMs = RETRY_AFTER_MS) {
    const awayMs = spreadMs(retryAfterMs, this.parts.world.random.next());
    this.send({ type: "bye", retryAfterMs: Math.round(awayMs) });
    this.close(close.goingAway, "going away");
  }

  /** Logs what should not have happened; the socket comes back and starts anew, unless it stays open. */
  broke(error: unknown, { staysOpen = false } = {}) {
    const fields = { channel: this.channel.id, reason: reason(error) };
    if (error instanceof Refusal) this.parts.world.log.warn(fields, "chat socket was refused");
    else this.parts.world.log.error(fields, "chat socket broke");
    if (!staysOpen) this.goAway();
  }

  close(code: number, reason: string) {
    if (this.#phase === "closed") return;
    closes.inc({ code: String(code) });
    this.#left();
    this.ws.close(code, reason);
  }

  /** The connection is gone, or is about to be: Bun says so within `close`. */
  #left() {
    if (this.#phase === "closed") return;
    this.#phase = "closed";
    this.#saying = null;
    this.#cancelHello();
    this.#room?.leave(this);
    this.parts.left(this);
  }

  gone() {
    this.#left();
  }

  // A getter, so that the compiler does not believe the phase stays what it was before an await.
  get #isClosed() {
    return this.#phase === "closed";
  }
}

/** A bot needs the scope for it. */
const mayRead = ({ scopes }: Speaker) => scopes === null || scopes.has("chat:read");
