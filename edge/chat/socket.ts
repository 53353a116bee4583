// One viewer's socket: hello, welcome, catching up. The room's entries: entries.ts. The viewer's lines: say-queue.ts.
//
//   new ──hello──► greeting ──welcome──► open ──► closed
//    │                │ └─ token: 4003, 4501
//    └─ 10 s: 4002    └─challenge─► challenged ──proof──► greeting        without a token, while this edge is flooded
//                                       └─ 60 s, or a wrong proof: 4005

import type { ServerWebSocket } from "bun";
import { Refusal } from "#runtime/actor/actor.ts";
import { spreadMs } from "#runtime/base/backoff.ts";
import { reason } from "#runtime/base/log.ts";
import type { Turns } from "#runtime/base/turns.ts";
import type { ChannelRole } from "#schema/api/channel-roles.ts";
import type { ClientFrame, ServerFrame } from "#schema/api/chat-frames.ts";
import type { Standing } from "#schema/queries/people/channel-roles.ts";
import type { LineTokens, Told } from "#schema/wire/room.ts";
import { close } from "#schema/wire/socket.ts";
import type { ViewerKey } from "#schema/wire/viewers.ts";
import type { Floods } from "../gateway/floods/floods.ts";
import { SHED_RETRY_AFTER_MS } from "../gateway/floods/shedding.ts";
import { limitKey } from "../gateway/requests/client-address.ts";
import type { EdgeWorld } from "../world.ts";
import { isModerator, rolesOf } from "./author.ts";
import { readClientFrame } from "./client-frames.ts";
import type { Start } from "./entries.ts";
import { fittingCount, frameText, welcomeFrame } from "./frames.ts";
import { closes, welcomes } from "./metrics.ts";
import { type SayingSocket, SayQueue, type SayQueueParts } from "./say-queue.ts";
import type { Speaker, Speakers } from "./speakers.ts";
import type { WatchedRoom } from "./watched-room.ts";

const HELLO_WITHIN_MS = 10_000;
const MALFORMED_MAX = 3;
/** Each viewer is pinged this often; the first time earlier, so that those who joined together are not pinged together. */
const PING_EVERY_MS = 25_000;
/** A viewer who sends nothing for this time, not even pongs, is gone: after two pings, and within a minute. */
const GONE_AFTER_MS = 55_000;

export interface SocketData {
  /** Undefined: not open yet, or closed at once. */
  chat: ChatSocket | undefined;
  channel: { id: string; ownerUserId: string };
  address: string;
  /** Above the limit of its address: closed right after opening. */
  surplus: boolean;
}

export interface SocketParts extends SayQueueParts {
  world: Pick<EdgeWorld, "clock" | "log" | "random">;
  speakers: Speakers;
  floods: Pick<Floods, "shedding" | "challenge" | "accepts">;
  /** The turns of those who join. */
  joins: Pick<Turns, "add">;
  /** Counts the socket until `left`. False: the user has too many sockets. */
  countUser(socket: ChatSocket): boolean;
  /** The time over which sockets are spread that are sent away. */
  comeBackMs(): number;
  /** Called once, when the socket is closed. */
  left(socket: ChatSocket): void;
  /** Throws Refusal `busy` if this edge watches as many channels as it can. */
  room(channelId: string): WatchedRoom;
  /** The key by which a viewer of this name is counted in the channel; null: by a key of their own. */
  viewerKey(channelId: string, name: string | null): ViewerKey;
  /** Names recently deleted accounts, for a page that resumes with lines it already has; undefined: none. */
  erasedFrame(): string | undefined;
}

type Hello = Extract<ClientFrame, { type: "hello" }>;

/** Shared by all sockets, so that none keeps its old timer's closure. */
const NOTHING = () => {};

export class ChatSocket implements SayingSocket {
  #phase: "new" | "challenged" | "greeting" | "open" | "closed" = "new";
  /** That waits for a proof of work. */
  #challenged: Hello | null = null;
  #speaker: Speaker | null = null;
  #room: WatchedRoom | null = null;
  #malformed = 0;
  /** Null until the first line: most viewers only read. */
  #says: SayQueue | null = null;
  /** `seq` of the last entry that was sent. */
  #cursor = 0;
  /** What was sent is not read yet: the drain is waited for. */
  #isFull = false;
  /** Nobody looks at it. */
  #isHidden = false;
  #cancelHello: () => void;
  #heardMs: number;
  #pingAtMs: number;
  #isModerator = false;
  /** The reason of the warning that the viewer was told of; null: none. */
  #warning: string | null = null;

  constructor(
    private readonly parts: SocketParts,
    readonly ws: ServerWebSocket<SocketData>,
  ) {
    const { clock, random } = parts.world;
    this.#heardMs = clock.monoMs();
    this.#pingAtMs = this.#heardMs + PING_EVERY_MS * random.next();
    this.#cancelHello = clock.timer(HELLO_WITHIN_MS, () => {
      if (this.#phase === "new") this.close(close.noHello, "no hello");
    });
  }

  get channel() {
    return this.ws.data.channel;
  }

  /** Key of limits by address. */
  get addressKey() {
    return limitKey(this.ws.data.address);
  }

  get userId() {
    return this.#speaker?.userId;
  }

  /** Null: not signed in, or not known yet. */
  get speaker(): Speaker | null {
    return this.#speaker;
  }

  /** After the welcome. */
  get isModerator() {
    return this.#isModerator;
  }

  /** After the welcome, and not closed. */
  get isOpen() {
    return this.#phase === "open";
  }

  get isSaying() {
    return this.#says?.isBusy ?? false;
  }

  /** The viewer sent something, or answered a ping. */
  heard() {
    this.#heardMs = this.parts.world.clock.monoMs();
  }

  receive(data: string | Uint8Array) {
    if (this.#phase === "closed") return;
    this.heard();
    const read = readClientFrame(data);
    if ("mistake" in read) return this.#refuseFrame(read.mistake);
    const { frame } = read;
    if (frame.type === "ping") return this.send({ type: "pong" });
    if (frame.type === "hello") {
      if (this.#phase !== "new") return this.#refuseFrame("hello was sent already");
      if (frame.token === undefined && !this.#mayEnter(frame)) return;
      return this.#enter(frame);
    }
    if (frame.type === "proof") return this.#prove(frame);
    if (this.#phase === "new") return this.#refuseFrame("the first frame must be hello");
    if (this.#phase === "challenged") return this.#refuseFrame("a proof is missing");
    if (frame.type === "attention") this.#attend(frame.hidden);
    else {
      this.#says ??= new SayQueue(this.parts, this);
      this.#says.add(frame);
    }
  }

  #enter(hello: Hello) {
    this.#cancelHello();
    this.#cancelHello = NOTHING;
    this.#phase = "greeting";
    this.#inTurn(() => this.#greet(hello).catch((error: unknown) => this.broke(error)));
  }

  /** False: the viewer, who is not signed in, was refused, or must prove work first. */
  #mayEnter(hello: Hello): boolean {
    const { floods, world } = this.parts;
    if (floods.shedding.refuses("joins")) {
      this.goAway(SHED_RETRY_AFTER_MS);
      return false;
    }
    const challenge = floods.challenge(this.#beginner);
    if (!challenge) return true;
    this.#cancelHello();
    this.#cancelHello = world.clock.timer(challenge.expiresInMs, () => this.close(close.noProof, "no proof"));
    this.#phase = "challenged";
    this.#challenged = hello;
    this.send({ type: "challenge", ...challenge });
    return false;
  }

  #prove(proof: Extract<ClientFrame, { type: "proof" }>) {
    const hello = this.#challenged;
    if (!hello) return this.#refuseFrame("there is no challenge");
    this.#challenged = null;
    this.parts.floods.accepts(this.#beginner, proof).then(
      (isGood) => {
        if (this.#isClosed) return;
        if (isGood) this.#enter(hello);
        else this.close(close.noProof, "wrong proof");
      },
      (error: unknown) => this.broke(error),
    );
  }

  get #beginner() {
    return { kind: "chat" as const, channelId: this.channel.id, address: this.ws.data.address };
  }

  /** In the order of those who join, and not all at once. */
  #inTurn(work: () => void) {
    this.parts.joins.add(() => {
      try {
        if (!this.#isClosed) work();
      } catch (error) {
        this.broke(error);
      }
      return true;
    });
  }

  #attend(hidden: boolean) {
    this.#isHidden = hidden;
    if (this.#phase !== "open") return;
    this.#room?.attend(this, hidden);
    // Otherwise it would lack these until the next entry.
    this.catchUp();
  }

  #refuseFrame(mistake: string) {
    this.#malformed++;
    const detail = `${mistake} (mistake ${this.#malformed} of ${MALFORMED_MAX})`;
    this.send({ type: "refused", code: "bad_message", detail });
    if (this.#malformed >= MALFORMED_MAX) this.close(close.tooManyMalformed, "too many malformed frames");
  }

  async #greet({ token, resume, viewer }: Hello) {
    if (token !== undefined) {
      const who = await this.parts.speakers.verify(token);
      if (this.#isClosed) return;
      if (who === "expired") return this.close(close.tokenExpired, "token expired");
      if (who === "bad" || !mayRead(who)) return this.close(close.badToken, "bad token");
      this.#speaker = who;
      if (!this.parts.countUser(this)) return this.close(close.tooManySockets, "too many sockets of this user");
    }
    const standing = this.#speaker ? await this.standingOf(this.#speaker) : null;
    if (this.#isClosed) return;
    const room = this.parts.room(this.channel.id);
    this.#room = room;
    const start = await room.startFor(resume?.seq);
    if (this.#isClosed) return;
    if (!start) return this.goAway();
    this.#inTurn(() => {
      if (room.isClosed) return this.goAway();
      this.#welcome(room, start, standing?.roles ?? [], this.#viewerKey(viewer));
      if (standing) this.#took(standing);
      this.#says?.next();
    });
  }

  /** Null: a bot. */
  #viewerKey(viewer: string | undefined): ViewerKey | null {
    const speaker = this.#speaker;
    if (speaker?.tokenId) return null;
    return this.parts.viewerKey(this.channel.id, viewer ?? (speaker ? `user ${speaker.userId}` : null));
  }

  #welcome(room: WatchedRoom, { fromSeq, resumed }: Start, granted: readonly ChannelRole[], key: ViewerKey | null) {
    this.#phase = "open";
    welcomes.inc({ resumed: String(resumed) });
    room.join(this, key, this.#isHidden);
    const who = this.#speaker;
    const welcome = {
      type: "welcome",
      protocol: 1,
      you: who && this.#you(who, granted),
      room: room.settings,
      seq: room.entries.headSeq,
      viewers: room.viewers,
      resumed,
      ...room.goingOn.welcome,
    } as const;
    const texts = room.entries.after(fromSeq) ?? [];
    const count = fittingCount(texts, Buffer.byteLength(JSON.stringify(welcome)) + 16);
    this.#isFull = this.ws.send(welcomeFrame(welcome, texts.slice(0, count))) < 0;
    this.#cursor = fromSeq + Math.min(count, texts.length);
    if (room.statusFrame) this.ws.send(room.statusFrame);
    const erased = resumed ? this.parts.erasedFrame() : undefined;
    if (erased) this.ws.send(erased);
    this.catchUp();
  }

  /** Sends the entries that the socket lacks while it reads them. Answers the number of writes. */
  catchUp(): number {
    const room = this.#room;
    if (this.#phase !== "open" || !room) return 0;
    let count = 0;
    while (this.#cursor < room.entries.headSeq && !this.#isFull) {
      const frame = room.entries.frameAbove(this.#cursor);
      if (!frame) {
        this.close(close.tooSlow, "too slow");
        break;
      }
      // What does not fit into the buffers of the system is kept here, and the rest waits in the ring.
      this.#isFull = this.ws.send(frame.text) < 0;
      this.#cursor = frame.toSeq;
      count++;
    }
    return count;
  }

  tell(frame: string) {
    if (this.#phase === "open" && this.ws.send(frame) < 0) this.#isFull = true;
  }

  drained() {
    this.#isFull = false;
    this.catchUp();
  }

  /** To be called once a second: closes the socket of a revoked token, of a viewer who is gone, and one that is too slow: the ring has lost what it
   *  lacks. Makes up for a missed drain event. */
  sweep(nowMs: number) {
    if (this.#speaker && this.isRevoked(this.#speaker)) return;
    if (nowMs - this.#heardMs >= GONE_AFTER_MS) return this.#cut();
    if (nowMs >= this.#pingAtMs) {
      this.#pingAtMs = nowMs + PING_EVERY_MS;
      this.ws.ping();
    }
    if (this.#phase !== "open") return;
    if (this.#isFull && this.ws.getBufferedAmount() === 0) this.drained();
    else if (!this.#room?.entries.reaches(this.#cursor)) this.close(close.tooSlow, "too slow");
  }

  /** Sends the speaker's changed roles, and a new warning. */
  async sendRoles() {
    const who = this.#speaker;
    if (!who) return;
    const standing = await this.standingOf(who);
    // Before the welcome there is nothing to correct: the welcome has the roles.
    if (this.#phase !== "open") return;
    this.send({ type: "you", ...this.#you(who, standing.roles) });
    this.#took(standing);
  }

  /** Tells of a warning, and of its end. */
  #took({ roles, warning = null }: Standing) {
    this.#isModerator = isModerator(this.#speaker!, this.#you(this.#speaker!, roles).roles);
    if (warning === this.#warning) return;
    this.#warning = warning;
    this.send({ type: "warning", reason: warning });
  }

  /** Sends a frame that is for some sockets alone, if this is one of them. */
  tellSome({ to, frame }: Told) {
    if (to === "moderators" ? this.#isModerator : to.userId === this.userId) this.send(frame);
  }

  /** Display name and roles in this channel; the channel's owner has no roles. */
  standingOf({ userId }: Speaker): Promise<Standing> {
    return this.parts.speakers.standingIn(this.channel.id, userId);
  }

  tokensOf(body: string): Promise<LineTokens> {
    return this.parts.speakers.tokensIn(this.channel.id, body);
  }

  #you(who: Speaker, granted: readonly ChannelRole[]) {
    return { id: who.userId, login: who.login, roles: rolesOf(who, this.channel.ownerUserId, granted) };
  }

  /** If true, the socket is closed. A speaker whose role or name has changed reconnects with a new token. */
  isRevoked(speaker: Speaker): boolean {
    const validity = this.parts.speakers.validity(speaker);
    if (validity === "ended") this.close(close.badToken, "token revoked");
    else if (validity === "stale") this.close(close.tokenExpired, "token expired");
    return validity !== "valid";
  }

  send(frame: ServerFrame) {
    if (this.#phase !== "closed") this.ws.send(frameText(frame));
  }

  /** Tells the client to reconnect after a random part, at least half, of this time: this edge goes away, or cannot reach the room. */
  goAway(retryAfterMs = this.parts.comeBackMs()) {
    const awayMs = spreadMs(retryAfterMs, this.parts.world.random.next());
    this.send({ type: "bye", retryAfterMs: Math.round(awayMs) });
    this.close(close.goingAway, "going away");
  }

  /** Logs an unexpected error; unless the socket stays open, the client is told to reconnect. */
  broke(error: unknown, { staysOpen = false } = {}) {
    const fields = { channel: this.channel.id, reason: reason(error) };
    if (error instanceof Refusal) this.parts.world.log.warn(fields, "chat socket was refused");
    else this.parts.world.log.error(fields, "chat socket broke");
    if (!staysOpen) this.goAway();
  }

  /** Nobody is there to read a close frame. */
  #cut() {
    closes.inc({ code: "gone" });
    this.#left();
    this.ws.terminate();
  }

  close(code: number, reason: string) {
    if (this.#phase === "closed") return;
    closes.inc({ code: String(code) });
    this.#left();
    this.ws.close(code, reason);
  }

  /** The connection is closed or closing; Bun calls it from within `close`, too. */
  #left() {
    if (this.#phase === "closed") return;
    this.#phase = "closed";
    this.#says = null;
    this.#cancelHello();
    this.#room?.leave(this);
    this.parts.left(this);
  }

  gone() {
    this.#left();
  }

  // A getter, because the compiler would assume that the phase is the same after an await.
  get #isClosed() {
    return this.#phase === "closed";
  }
}

/** A bot needs the scope `chat:read`. */
const mayRead = ({ scopes }: Speaker) => scopes === null || scopes.has("chat:read");
