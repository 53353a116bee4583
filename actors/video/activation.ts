// One awake video: its cell. It is awake while its upload is completed, processed or cleared away, and while the pictures of a recording are drawn.

import type { Answer, AskContext } from "#runtime/actor/calls.ts";
import { Cell } from "#runtime/actor/cell.ts";
import type { CellOwner, CellWorld } from "#runtime/actor/cell-options.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Activation, Ownership } from "#runtime/cluster/activation.ts";
import type { VideoRequest } from "#schema/wire/video-actor.ts";
import type { AwakeVideo, EquippedChild } from "./children/child.ts";
import type { Event, Message, State } from "./rules/state.ts";
import { Video } from "./rules/video.ts";

/** One for all videos of a node. */
export interface VideoNode extends CellWorld {
  log: Log;
  children: readonly EquippedChild[];
}

export function openVideo(node: VideoNode, ownership: Ownership): Activation {
  return new VideoActivation(node, ownership);
}

class VideoActivation implements Activation, CellOwner, AwakeVideo {
  readonly videoId: string;
  readonly epoch: number;
  readonly log: Log;
  readonly mayWrite: Ownership["mayWrite"];
  readonly #cell: Cell<State, Message, Event, never>;
  readonly #fenced: Ownership["onFenced"];

  constructor(node: VideoNode, { key, claimed, onFenced, mayWrite }: Ownership) {
    this.videoId = key;
    this.epoch = claimed.epoch;
    this.log = node.log.child({ video: key, epoch: claimed.epoch });
    this.#fenced = onFenced;
    this.mayWrite = mayWrite;
    const id = { kind: "video", key };
    this.#cell = new Cell(new Video(node.children, this), { id, claimed, world: node, owner: this });
  }

  ask(asked: unknown, context: AskContext): Promise<Answer> {
    const { type } = asked as VideoRequest;
    if (type !== "complete" && type !== "cancel")
      return Promise.resolve({ ok: false, code: "validation_failed", detail: "unknown verb" });
    return this.#cell.ask({ type }, context);
  }

  reads() {
    return false;
  }

  get idleAtVersion() {
    return this.#cell.idle ? this.#cell.savedVersion : null;
  }

  suspend() {
    return this.#cell.suspend();
  }

  resume() {
    this.#cell.resume();
  }

  stop(how: "ask" | "kill") {
    return this.#cell.close(how);
  }

  onFenced() {
    this.#fenced("save");
  }

  onBug(error: unknown, what: string) {
    this.log.error({ what, reason: reason(error), stack: error instanceof Error ? error.stack : undefined }, "bug");
  }
}
