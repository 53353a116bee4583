// One awake channel: its cell, its audience, and the routing of messages to them.
// A node has thousands of awake, idle channels: anything an idle channel does not need is created on first use.

import { Refusal } from "#runtime/actor/actor.ts";
import { type Answer, type AskContext, MOVED } from "#runtime/actor/calls.ts";
import { Cell } from "#runtime/actor/cell.ts";
import type { CellOwner } from "#runtime/actor/cell-options.ts";
import { refusalAnswer } from "#runtime/actor/outcome.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { randomHex } from "#runtime/base/random.ts";
import type { Activation, Ownership } from "#runtime/cluster/activation.ts";
import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import { type ChannelRequest, sessionKey } from "#schema/wire/channel.ts";
import type { RoomRequest } from "#schema/wire/room.ts";
import type { Forwarded } from "#schema/wire/targets.ts";
import { Audience, type AudienceOwner } from "./audience.ts";
import { ROOM } from "./children/room.ts";
import { handOver } from "./hand-over.ts";
import type { ChannelNode } from "./node.ts";
import { Channel, type ChannelSelf } from "./rules/channel.ts";
import { graceEndOf, type HealthOfState, latencyOf } from "./rules/health.ts";
import type { Effect, Message } from "./rules/messages.ts";
import { type Event, isOnAir, pullOf, pullTokenOf, type Session, type State, type Unfit } from "./rules/state.ts";
import { originOf, statusOf } from "./rules/status.ts";

const READS = new Set(["describe", "health", "targets", "play", "room.judge-code", "room.history"]);

export function openChannel(node: ChannelNode, ownership: Ownership): Activation {
  return new ChannelActivation(node, ownership);
}

class ChannelActivation implements Activation, CellOwner, AudienceOwner, ChannelSelf {
  readonly channelId: string;
  readonly epoch: number;
  readonly #node: ChannelNode;
  readonly #cell: Cell<State, Message, Event, Effect>;
  readonly #audience: Audience;
  readonly #fenced: Ownership["onFenced"];
  readonly mayWrite: Ownership["mayWrite"];
  #log: Log | null = null;
  /** A hand-over is in progress: the room must not open. */
  #handing = false;

  constructor(node: ChannelNode, { key, claimed, onFenced, mayWrite }: Ownership) {
    this.channelId = key;
    this.epoch = claimed.epoch;
    this.#node = node;
    this.#fenced = onFenced;
    this.mayWrite = mayWrite;
    const id = { kind: "channel", key };
    this.#cell = new Cell(new Channel(node, this), { id, claimed, world: node, owner: this });
    this.#audience = new Audience(node, this);
    this.announce(); // The last owner's announcement may have been lost.
  }

  ask(asked: unknown, context: AskContext): Promise<Answer> {
    const message = asked as ChannelRequest | RoomRequest;
    switch (message.type) {
      case "room.say":
      case "room.act":
      case "room.vote":
      case "room.judge-code":
      case "room.history":
        return this.#askRoom(message, context);
      case "describe":
        this.#audience.interested();
        return Promise.resolve({ ok: true, value: this.#audience.status() });
      case "play":
        return Promise.resolve({ ok: true, value: { allow: this.#play(message) } });
      case "publish":
      case "start":
        return this.#cell.ask({ ...message, fresh: this.#freshNames() }, context);
      case "health":
        return this.#health(context);
      case "targets":
        return this.#targets(context);
      case "publishDone":
      case "targetsChanged":
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
    return !this.#audience.watched && this.#cell.idle ? this.#cell.savedVersion : null;
  }

  suspend() {
    return this.#cell.suspend();
  }

  resume() {
    this.#cell.resume();
    this.#cell.tell({ type: "retryDue" }); // Retry at once: the source is not to blame for the time of suspension.
  }

  async handOver() {
    const { channelId, epoch } = this;
    this.#handing = true;
    try {
      return await handOver({ channelId, epoch, node: this.#node, cell: this.#cell, audience: this.#audience });
    } catch (error) {
      this.#handing = false;
      if (this.#room) this.#wantRoom(); // It could not be closed: the node is cut off.
      throw error;
    }
  }

  async stop(how: "ask" | "kill") {
    this.#audience.stop();
    await this.#cell.close(how);
  }

  // Called by the cell.

  onFenced() {
    this.#fenced("save");
  }

  onBug(error: unknown, what: string) {
    const stack = error instanceof Error ? error.stack : undefined;
    this.log.error({ what, reason: reason(error), stack }, "bug");
  }

  // Called by the audience.

  /** `headSeq` is 0 until the room has read it; edges take 0 as "nothing missed yet". */
  describe() {
    const { channelId, epoch } = this;
    const { savedState } = this.#cell;
    const origin = originOf(savedState, this.#node.address);
    return { channelId, epoch, origin, headSeq: this.#room?.headSeq ?? 0, ...statusOf(savedState) };
  }

  /** Edges compare the status's `headSeq` with their own to detect a missed batch, so the room must be open to know it. */
  onWatched() {
    this.#wantRoom();
  }

  onCount(viewers: number) {
    this.#node.onCount(this.channelId, viewers);
  }

  onSketch(sketch: string) {
    const { phase, broadcastId } = statusOf(this.#cell.savedState);
    if (!broadcastId || (phase !== "live" && phase !== "lost")) return;
    const { channelId, epoch } = this;
    this.#node.onSketch?.({ broadcastId, channelId, epoch }, sketch);
  }

  onHigherEpoch() {
    this.#fenced("status");
  }

  // Called by the rules and the children.

  onReplaced(noticedBy: "room") {
    this.#fenced(noticedBy);
  }

  announce() {
    this.#audience.announce();
  }

  async handElsewhere(session: Session, why: Unfit) {
    const names = await this.#node.ingests.get(session.ingest)?.publishing({ fresh: true });
    if (names ? !names.has(session.publicName) : why === "pulls fail") return; // nginx itself may have died.
    if (this.#air?.session.publicName !== session.publicName) return;
    this.log.warn({ session: sessionKey(session), why }, "asking for another node");
    this.#node.handElsewhere(this.channelId);
  }

  get #air() {
    const { state } = this.#cell;
    return isOnAir(state) ? state : null;
  }

  get viewers() {
    return this.#audience.viewers;
  }

  get log() {
    this.#log ??= this.#node.log.child({ channel: this.channelId, epoch: this.epoch });
    return this.#log;
  }

  get #room() {
    const room = this.#node.rooms.get(this.channelId);
    return room?.epoch === this.epoch ? room : undefined;
  }

  /** While one of this epoch closes, calls are answered `moved`: a second one would give its numbers again. */
  #wantRoom() {
    if (!this.#handing && !this.#room?.isClosing) this.#cell.want(ROOM);
  }

  async #askRoom(message: RoomRequest, context: AskContext): Promise<Answer> {
    this.#wantRoom();
    const room = this.#room;
    if (!room) return MOVED;
    this.#audience.interested();
    try {
      return { ok: true, value: await room.handle(message, context) };
    } catch (error) {
      return error instanceof Refusal ? refusalAnswer(error) : { ok: false, code: "internal" };
    }
  }

  /** What the state knows, and the plots that this node has in memory. */
  async #health(context: AskContext): Promise<Answer> {
    const answer = await this.#cell.ask({ type: "health" }, context);
    if (!answer.ok) return answer;
    const health = answer.value as HealthOfState;
    const { broadcastId } = health;
    const source = broadcastId ? this.#node.histories.get(broadcastId) : undefined;
    const history = source?.samples ?? [];
    const audio = source?.silent ? null : health.audio;
    const { players } = this.#audience;
    const { savedState } = this.#cell;
    const latency = latencyOf(savedState, players);
    const graceEndsAt = graceEndOf(savedState, this.#node.graceMs);
    return { ok: true, value: { ...health, graceEndsAt, audio, history, latency, players } satisfies BroadcastHealth };
  }

  /** What the state knows, and the counts that this node has in memory. */
  async #targets(context: AskContext): Promise<Answer> {
    const answer = await this.#cell.ask({ type: "targets" }, context);
    if (!answer.ok) return answer;
    const targets = (answer.value as Forwarded[]).map((one) => {
      const droppedFrames = this.#node.forwards.get(one.targetId)?.droppedFrames ?? 0;
      return { ...one, droppedFrames };
    });
    return { ok: true, value: targets };
  }

  // Answered from memory without waiting for a save: the intake must be able to pull while the store is away.
  #play({ publicName, token }: Extract<ChannelRequest, { type: "play" }>): boolean {
    const pull = pullOf(this.#cell.state);
    return pull !== null && pull.session.publicName === publicName && pullTokenOf(pull) === token;
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
