// Those who use the cluster: callers that repeat under one id, speakers that repeat under one nonce, an encoder, viewers.

import { Refusal } from "#runtime/actor/actor.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import { createCaller } from "#runtime/cluster/caller-bus.ts";
import type { ChannelStatus, PublishAnswer, SessionRef } from "#schema/wire/channel.ts";
import type { ChatBatch, SayAnswer } from "#schema/wire/room.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { SimLink } from "./bus.ts";
import { type Checks, parsePlaylist } from "./checks.ts";
import { SimClock } from "./clock.ts";
import type { Cluster } from "./cluster.ts";
import type { SimNode } from "./node.ts";
import { Process, WALL_START_MS, type World } from "./world.ts";

/** An edge node, as far as clients go through it. */
export class SimEdge {
  readonly process: Process;
  readonly link: SimLink;
  readonly clock: SimClock;
  readonly caller: Caller;
  readonly world: World;

  constructor(
    readonly cluster: Cluster,
    readonly checks: Checks,
    readonly name: string,
  ) {
    const { world, hub } = cluster;
    this.world = world;
    this.process = new Process(name);
    this.link = new SimLink(hub, this.process);
    this.clock = new SimClock(world, this.process);
    const random = new SeededRandom(Math.floor(world.random.next() * 2 ** 31));
    this.caller = createCaller({ bus: this.link, clock: this.clock, random });
  }

  /** Until it is answered, under one id. Null: it was still not when time was over. */
  async insist<Value>(key: string, message: unknown, id: string, untilMs: number): Promise<Value | null> {
    while (this.world.nowMs < untilMs)
      try {
        const timeoutMs = Math.max(1, Math.min(4_000, untilMs - this.world.nowMs));
        return await this.caller.call<Value>("channel", key, message, { id, timeoutMs });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (error.code === "internal") this.world.violation(`${id} was answered with internal`);
        this.world.count(`refused: ${error.code}`);
        this.world.trace(`${id} refused: ${error.message}`);
        await this.clock.sleep(this.world.between(100, 300));
      }
    return null;
  }
}

export interface ClientOptions {
  edge: SimEdge;
  key: string;
  name: string;
  /** Begins nothing new after it. */
  untilMs: number;
  /** A call that is still not answered then is a violation of I7. */
  answerByMs: number;
  pauseMs: readonly [number, number];
  /** Share of calls that only ask. Default 0.3. */
  asks?: number;
}

/** Adds, asks, and makes appointments. */
export async function count({ edge, key, name, untilMs, answerByMs, pauseMs, asks = 0.3 }: ClientOptions) {
  const { world, checks, clock } = edge;
  for (let n = 1; world.nowMs < untilMs; n++) {
    await clock.sleep(world.between(...pauseMs));
    if (world.nowMs >= untilMs) return;
    const floor = checks.floor(key);
    const roll = world.random.next();
    const id = `${name}-${n}`;
    if (roll < asks) {
      const value = await edge.insist<number>(key, { type: "get" }, id, answerByMs);
      if (value === null) return world.violation(`I7: ${id} was never answered`);
      checks.got(key, value, floor);
    } else if (roll < asks + 0.1) {
      const dueMs = Math.round(WALL_START_MS + world.nowMs + world.between(500, 5_000));
      if ((await edge.insist(key, { type: "appoint", dueMs }, id, answerByMs)) === null && world.nowMs >= answerByMs)
        return world.violation(`I7: ${id} was never answered`);
    } else {
      const value = await edge.insist<number>(key, { type: "add", mark: id }, id, answerByMs);
      if (value === null) return world.violation(`I7: ${id} was never answered`);
      checks.added(key, id, value, floor);
    }
  }
}

/** Says lines, one at a time, each under one nonce until it is known. */
export async function speak({ edge, key, name, untilMs, answerByMs, pauseMs }: ClientOptions) {
  const { world, checks, clock } = edge;
  const user = { id: name, login: name, displayName: name, color: "#000000", badges: [] };
  for (let nth = 1; world.nowMs < untilMs; nth++) {
    await clock.sleep(world.between(...pauseMs));
    if (world.nowMs >= untilMs) return;
    const nonce = `${name}-${nth}`;
    let said: SayAnswer | null = null;
    for (let again = 0; said === null; again++) {
      if (world.nowMs >= answerByMs) return world.violation(`I7: line ${nonce} was never answered`);
      const by = Math.min(answerByMs, world.nowMs + 4_000);
      said = await edge.insist<SayAnswer>(key, { type: "room.say", user, nonce, body: nonce }, `${nonce}.${again}`, by);
    }
    checks.said({ channelId: key, sender: name, nth, nonce, ...said });
  }
}

/** nginx waits so long for the answer to on_publish. */
const HOOK_MS = 4_000;

/** Publishes, and comes back with a new session whenever it is cut off. */
export class Encoder {
  #session = 0;
  #publicName: string | null = null;
  #onDrop = () => {};

  constructor(
    private readonly edge: SimEdge,
    private readonly key: string,
  ) {}

  get publishing() {
    return this.#publicName !== null;
  }

  async run(answerByMs: number) {
    const { world, clock, cluster } = this.edge;
    for (;;) {
      await clock.sleep(world.between(200, 2_000));
      if (world.nowMs >= answerByMs) return world.violation("I7: publish was never answered");
      const session: SessionRef = { ingest: "one", boot: "1", clientId: `${++this.#session}` };
      const startedMs = world.nowMs;
      const message = { type: "publish", session, remoteAddress: "", encoder: "obs" };
      const by = world.nowMs + HOOK_MS;
      const answer = await this.edge.insist<PublishAnswer>(this.key, message, `publish-${this.#session}`, by);
      if (answer === null) continue; // nginx drops it, and OBS comes back.
      const { publicName } = answer;
      cluster.ingest.publishers.set(publicName, { startedMs, onDropped: () => this.drop() });
      this.#publicName = publicName;
      world.trace(`published ${this.#session}`);
      await new Promise<void>((resolve) => {
        this.#onDrop = resolve;
      });
      cluster.ingest.publishers.delete(publicName);
      this.#publicName = null;
      world.count("encoders cut off");
      if (world.chance(0.7))
        void this.edge.insist(this.key, { type: "publishDone", session }, `done-${this.#session}`, answerByMs);
    }
  }

  drop() {
    this.#onDrop();
  }
}

/** An edge with somebody watching: follows the status by epoch, asks the origin for its playlist. */
export class Viewer {
  broadcastId: string | null = null;
  #epoch = 0;
  #origin: string | null = null;
  #heardMs = 0;

  constructor(
    private readonly edge: SimEdge,
    private readonly key: string,
    private readonly nodes: SimNode[],
  ) {
    const { link, checks, clock, world } = edge;
    link.subscribe(subjects.status(key), (body) => this.#follow(body as ChannelStatus));
    link.subscribe(subjects.chat(key), (body) => checks.heard(key, (body as ChatBatch).entries));
    const report = () => {
      link.publish(subjects.viewers(key), { edge: edge.name, count: 1 });
      clock.timer(2_000, report);
    };
    clock.timer(world.between(0, 2_000), report);
    const look = () => {
      if (world.nowMs - this.#heardMs > 5_000) void this.#ask();
      this.#look();
      clock.timer(700, look);
    };
    clock.timer(world.between(0, 700), look);
  }

  #follow(status: ChannelStatus) {
    if (status.epoch < this.#epoch) return;
    this.#heardMs = this.edge.world.nowMs;
    this.#epoch = status.epoch;
    this.#origin = status.origin;
    this.broadcastId = status.broadcastId;
  }

  async #ask() {
    this.#heardMs = this.edge.world.nowMs;
    try {
      this.#follow(
        await this.edge.caller.call<ChannelStatus>("channel", this.key, { type: "describe" }, { timeoutMs: 4_000 }),
      );
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // Asked again in 5 s.
    }
  }

  #look() {
    const { world, checks, process } = this.edge;
    const { broadcastId } = this;
    const epoch = this.#epoch;
    const node = this.nodes.find(({ address }) => address === this.#origin);
    if (!broadcastId || !node) return;
    const asked = node.process;
    world.after(
      1,
      async () => {
        const answer = await node.packagers.get(broadcastId)?.serving.playlist("source", {});
        if (answer?.type !== "playlist" || asked.dead) return;
        const { text } = answer;
        world.after(
          1,
          () => {
            // What a former owner says late is dropped.
            if (epoch === this.#epoch) checks.watched(this.edge.name, broadcastId, asked.name, parsePlaylist(text));
          },
          process,
        );
      },
      asked,
    );
  }
}
