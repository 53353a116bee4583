// One awake channel: its cell, its room, its audience, and who gets which message.
// A node has thousands that are awake and idle: what an idle one does not need is made with its first use.

import { openRoom, type Room } from "#actors/chat/room.ts";
import { Refusal } from "#runtime/actor/actor.ts";
import { type Answer, type AskContext, MOVED } from "#runtime/actor/calls.ts";
import { Cell } from "#runtime/actor/cell.ts";
import type { CellOwner } from "#runtime/actor/cell-options.ts";
import { refusalAnswer } from "#runtime/actor/outcome.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { randomHex } from "#runtime/base/random.ts";
import type { Activation, Ownership } from "#runtime/cluster/activation.ts";
import { type ChannelRequest, type ChannelStatus, sessionKey } from "#schema/wire/channel.ts";
import type { RoomRequest } from "#schema/wire/room.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { Audience, type AudienceOwner } from "./audience.ts";
import type { ChannelNode } from "./node.ts";
import { pullTokenOf } from "./pulls.ts";
import { Channel, type ChannelSelf, lastNumberOf } from "./rules/channel.ts";
import { HANDED_OVER_MS } from "./rules/decide.ts";
import type { Effect, Message } from "./rules/messages.ts";
import { broadcastOf, type Event, isOnAir, type Session, type State, type Unfit } from "./rules/state.ts";
import { originOf, statusOf } from "./rules/status.ts";

const HAND_OVER_WITHIN_MS = 2_000;
/** For what is on its way to an edge at that moment. */
const LAST_BYTES_MS = 300;
const READS = new Set(["describe", "health", "play", "room.history"]);

export function openChannel(node: ChannelNode, ownership: Ownership): Activation {
  return new AwakeChannel(node, ownership);
}

class AwakeChannel implements Activation, CellOwner, AudienceOwner, ChannelSelf {
  readonly channelId: string;
  readonly epoch: number;
  readonly #node: ChannelNode;
  readonly #cell: Cell<State, Message, Event, Effect>;
  readonly #audience: Audience;
  readonly #fenced: Ownership["onFenced"];
  #room: Room | null = null;
  #log: Log | null = null;
  #stopped = false;

  constructor(node: ChannelNode, { key, claimed, onFenced }: Ownership) {
    this.channelId = key;
    this.epoch = claimed.epoch;
    this.#node = node;
    this.#fenced = onFenced;
    const id = { kind: "channel", key };
    this.#cell = new Cell(new Channel(node, this), { id, claimed, world: node, owner: this });
    this.#audience = new Audience(node, this);
    this.announce(); // Every activation tells anew: an effect of the last owner may have been lost.
  }

  ask(asked: unknown, context: AskContext): Promise<Answer> {
    const message = asked as ChannelRequest | RoomRequest;
    switch (message.type) {
      case "room.say":
      case "room.history":
        return this.#askRoom(message, context);
      case "describe":
        this.#audience.interested();
        return Promise.resolve({ ok: true, value: this.#audience.status() });
      case "play":
        return Promise.resolve({ ok: true, value: { allow: this.#play(message) } });
      case "publish":
        return this.#cell.ask({ ...message, fresh: this.#freshNames() }, context);
      case "publishDone":
      case "health":
      case "stop":
        return this.#cell.ask(message, context);
      default:
        return Promise.resolve({ ok: false, code: "validation_failed", detail: "unknown verb" });
    }
  }

  reads(message: unknown) {
    return READS.has((message as { type?: string } | null)?.type ?? "");
  }

  get idleAtVersion() {
    const { clock, roomQuietMs } = this.#node;
    const quiet = !this.#room || clock.monoMs() - this.#room.lastSaidMonoMs > roomQuietMs;
    return quiet && !this.#audience.watched && this.#cell.idle ? this.#cell.savedVersion : null;
  }

  suspend() {
    return this.#cell.suspend();
  }

  resume() {
    this.#cell.resume();
    this.#cell.tell({ type: "retryDue" }); // That nothing was shown meanwhile was not the source's fault.
  }

  async handOver() {
    const { clock, address } = this.#node;
    await this.#stopRoom("ask"); // Lines that are not stored by then are said again to the new owner.
    this.#room = null;
    const deadlineMonoMs = clock.monoMs() + HAND_OVER_WITHIN_MS;
    const message = { type: "handOver", origin: address } as const;
    const answer = await this.#cell.ask(message, { id: `hand over ${this.epoch}`, deadlineMonoMs });
    if (!answer.ok) throw new Error(`not saved: ${answer.code}`);
    this.#stopped = true;
    this.#audience.stop();
    this.#cell.retire();
    const broadcast = broadcastOf(this.#cell.savedState);
    if (broadcast?.media) this.#node.packagers.get(broadcast.id)?.endAfter(lastNumberOf(broadcast.media));
    const successor = broadcast && this.#successorShows();
    return async (taken: boolean) => {
      if (taken) await successor;
      await this.#cell.close("kill");
    };
  }

  /** Resolves when viewers read elsewhere. */
  #successorShows(): Promise<void> {
    const { bus, clock, address } = this.#node;
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        void subscription.drain().then(resolve, resolve);
      };
      let cancel = clock.timer(HANDED_OVER_MS, done);
      const subscription = bus.subscribe(subjects.status(this.channelId), (body) => {
        const { epoch, origin } = body as ChannelStatus;
        if (epoch <= this.epoch || origin === address) return;
        cancel();
        cancel = clock.timer(LAST_BYTES_MS, done);
      });
    });
  }

  async stop(how: "ask" | "kill") {
    this.#stopped = true;
    this.#audience.stop();
    await Promise.all([this.#stopRoom(how), this.#cell.close(how)]);
  }

  // What the cell tells.

  onFenced() {
    this.#fenced("save");
  }

  onBug(error: unknown, what: string) {
    const stack = error instanceof Error ? error.stack : undefined;
    this.log.error({ what, reason: reason(error), stack }, "bug");
  }

  // What the audience asks and tells.

  /** `headSeq` is 0 until the room has read it: an edge takes it for "nothing missed yet". */
  describe() {
    const { channelId, epoch } = this;
    const { savedState } = this.#cell;
    const origin = originOf(savedState, this.#node.address);
    return { channelId, epoch, origin, headSeq: this.#room?.headSeq ?? 0, ...statusOf(savedState) };
  }

  /** Edges learn from the status whether they missed a last batch, perhaps of the owner before: somebody must know the head. */
  onWatched() {
    this.#openRoom();
  }

  onCount(viewers: number) {
    this.#node.onCount(this.channelId, viewers);
  }

  onHigherEpoch() {
    this.#fenced("status");
  }

  // What its rules and children ask of it.

  announce() {
    this.#audience.announce();
  }

  async handElsewhere(session: Session, why: Unfit) {
    const names = await this.#node.ingests.get(session.ingest)?.publishing({ fresh: true });
    if (names ? !names.has(session.publicName) : why === "pulls fail") return; // Perhaps nginx just died.
    if (this.air?.session.publicName !== session.publicName) return;
    this.log.warn({ session: sessionKey(session), why }, "asking for another node");
    this.#node.handElsewhere(this.channelId);
  }

  get air() {
    const { state } = this.#cell;
    return isOnAir(state) ? state : null;
  }

  get log() {
    this.#log ??= this.#node.log.child({ channel: this.channelId, epoch: this.epoch });
    return this.#log;
  }

  #openRoom(): Room | null {
    if (this.#room || this.#stopped) return this.#room;
    const { channelId, epoch } = this;
    const { clock, random, nowMs, chat, bus, roomOptions } = this.#node;
    this.#room = openRoom({
      ...{ channelId, epoch, clock, random, nowMs },
      log: this.log,
      store: chat,
      publish: (batch) => bus.publish(subjects.chat(channelId), batch),
      onFenced: () => this.#fenced("room"),
      ...roomOptions?.(),
    });
    this.#node.rooms.add(this.#room);
    return this.#room;
  }

  async #stopRoom(how: "ask" | "kill") {
    if (!this.#room) return;
    this.#node.rooms.delete(this.#room);
    await this.#room.stop(how);
  }

  async #askRoom(message: RoomRequest, context: AskContext): Promise<Answer> {
    const room = this.#openRoom();
    if (!room) return MOVED;
    this.#audience.interested();
    try {
      return { ok: true, value: await room.handle(message, context) };
    } catch (error) {
      return error instanceof Refusal ? refusalAnswer(error) : { ok: false, code: "internal" };
    }
  }

  // Answered from memory, not after a save: FFmpeg must be able to pull while the store is away.
  #play({ publicName, token, clientId }: Extract<ChannelRequest, { type: "play" }>): boolean {
    const { air } = this;
    if (!air || air.session.publicName !== publicName || pullTokenOf(air) !== token) return false;
    this.#node.pulls.set(token, clientId);
    this.#cell.tell({ type: "pulled", publicName });
    return true;
  }

  #freshNames() {
    const { random, nowMs } = this.#node;
    return {
      publicName: randomHex(random, 16),
      pullToken: randomHex(random, 16),
      broadcastId: random.uuid(nowMs()),
    };
  }
}
