// Clients of the cluster: callers that retry under one id, chatters that retry under one nonce, an encoder, viewers.

import { Refusal } from "#runtime/actor/actor.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import { createCaller } from "#runtime/cluster/caller-bus.ts";
import type { ChannelStatus, PublishAnswer, SessionRef } from "#schema/wire/channel.ts";
import type { ActAnswer, ChatBatch, SayAnswer } from "#schema/wire/room.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { SimLink } from "./bus.ts";
import { type Checks, parsePlaylist } from "./checks.ts";
import { SimClock } from "./clock.ts";
import type { Cluster } from "./cluster.ts";
import type { SimNode } from "./node.ts";
import { Process, type Simulation, WALL_START_MS } from "./simulation.ts";

/** An edge node, reduced to what clients need. */
export class SimEdge {
  readonly process: Process;
  readonly link: SimLink;
  readonly clock: SimClock;
  readonly caller: Caller;
  readonly sim: Simulation;

  constructor(
    readonly cluster: Cluster,
    readonly checks: Checks,
    readonly name: string,
  ) {
    const { sim, hub } = cluster;
    this.sim = sim;
    this.process = new Process(name);
    this.link = new SimLink(hub, this.process);
    this.clock = new SimClock(sim, this.process);
    const random = new SeededRandom(Math.floor(sim.random.next() * 2 ** 31));
    this.caller = createCaller({ bus: this.link, clock: this.clock, random });
  }

  /** Retries a call under one id until it is answered. Null: no answer by `untilMs`. */
  async callUntil<Value>(key: string, message: unknown, id: string, untilMs: number): Promise<Value | null> {
    while (this.sim.nowMs < untilMs)
      try {
        const timeoutMs = Math.max(1, Math.min(4_000, untilMs - this.sim.nowMs));
        return await this.caller.call<Value>("channel", key, message, { id, timeoutMs });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (error.code === "internal") this.sim.violation(`${id} was answered with internal`);
        this.sim.count(`refused: ${error.code}`);
        this.sim.trace(`${id} refused: ${error.message}`);
        await this.clock.sleep(this.sim.between(100, 300));
      }
    return null;
  }

  /** Repeats a call, each few seconds under another id, until it is answered or refused for good. Null: neither by `untilMs`. */
  async askUntil<Value>(
    key: string,
    message: unknown,
    { id, untilMs, final }: { id: string; untilMs: number; final: readonly string[] },
  ): Promise<{ value: Value } | { code: string } | null> {
    for (let again = 0; this.sim.nowMs < untilMs; again++) {
      const timeoutMs = Math.max(1, Math.min(4_000, untilMs - this.sim.nowMs));
      try {
        return { value: await this.caller.call<Value>("channel", key, message, { id: `${id}.${again}`, timeoutMs }) };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (error.code === "internal") this.sim.violation(`${id} was answered with internal`);
        if (final.includes(error.code)) return { code: error.code };
        this.sim.trace(`${id} refused: ${error.message}`);
        await this.clock.sleep(this.sim.between(100, 300));
      }
    }
    return null;
  }

  /** One call. Null: it was answered; else the code of its refusal. */
  async callOnce(key: string, message: unknown, id: string): Promise<string | null> {
    try {
      await this.caller.call("channel", key, message, { id, timeoutMs: 4_000 });
      return null;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code === "internal") this.sim.violation(`${id} was answered with internal`);
      return error.code;
    }
  }
}

export interface ClientOptions {
  edge: SimEdge;
  key: string;
  name: string;
  /** The client starts nothing new after this time. */
  untilMs: number;
  /** A call without an answer by this time violates I7. */
  answerByMs: number;
  pauseMs: readonly [number, number];
  /** Share of calls that only read. Default 0.3. */
  reads?: number;
}

/** Calls a counter: adds, reads and sets alarms. */
export async function count({ edge, key, name, untilMs, answerByMs, pauseMs, reads = 0.3 }: ClientOptions) {
  const { sim, checks, clock } = edge;
  for (let n = 1; sim.nowMs < untilMs; n++) {
    await clock.sleep(sim.between(...pauseMs));
    if (sim.nowMs >= untilMs) return;
    const floor = checks.floor(key);
    const roll = sim.random.next();
    const id = `${name}-${n}`;
    if (roll < reads) {
      const value = await edge.callUntil<number>(key, { type: "get" }, id, answerByMs);
      if (value === null) return sim.violation(`I7: ${id} was never answered`);
      checks.got(key, value, floor);
    } else if (roll < reads + 0.1) {
      const dueMs = Math.round(WALL_START_MS + sim.nowMs + sim.between(500, 5_000));
      if ((await edge.callUntil(key, { type: "setAlarm", dueMs }, id, answerByMs)) === null && sim.nowMs >= answerByMs)
        return sim.violation(`I7: ${id} was never answered`);
    } else {
      const value = await edge.callUntil<number>(key, { type: "add", mark: id }, id, answerByMs);
      if (value === null) return sim.violation(`I7: ${id} was never answered`);
      checks.added(key, id, value, floor);
    }
  }
}

/** Sends chat lines one at a time, each under one nonce until it is acknowledged. */
export async function chat({ edge, key, name, untilMs, answerByMs, pauseMs }: ClientOptions) {
  const { sim, checks, clock } = edge;
  for (let nth = 1; sim.nowMs < untilMs; nth++) {
    await clock.sleep(sim.between(...pauseMs));
    if (sim.nowMs >= untilMs) return;
    const nonce = `${name}-${nth}`;
    const said = await say({ edge, key, name, nonce, byMs: answerByMs });
    if (!said) return sim.violation(`I7: line ${nonce} was never answered`);
    checks.acknowledged({ channelId: key, sender: name, nth, nonce, ...said });
  }
}

/** Says lines in a room where they are banned from time to time: some are refused, and given up then. */
export async function troll({ edge, key, name, untilMs, pauseMs }: ClientOptions) {
  const { sim, checks, clock } = edge;
  for (let nth = 1; sim.nowMs < untilMs; nth++) {
    await clock.sleep(sim.between(...pauseMs));
    if (sim.nowMs >= untilMs) return;
    const nonce = `${name}-${nth}`;
    const message = { type: "room.say", user: userOf(name), nonce, body: nonce };
    const refused = await edge.callOnce(key, message, nonce);
    if (refused) checks.refused(refused);
  }
}

/** Bans the troll and lifts the ban, in turn; each act is repeated under one id until it is acknowledged. */
export async function moderate({ edge, key, name, untilMs, answerByMs, pauseMs }: ClientOptions, target: string) {
  const { sim, checks, clock } = edge;
  const by = { id: userIdOf(name), login: name, displayName: name };
  const userId = userIdOf(target);
  for (let nth = 1; sim.nowMs < untilMs; nth++) {
    await clock.sleep(sim.between(...pauseMs));
    if (sim.nowMs >= untilMs) return;
    const id = `e0000000-0000-7000-8000-${String(nth).padStart(12, "0")}`;
    const act =
      nth % 2 === 1 ? { act: "ban", userId, durationMs: null, reason: "", unrole: false } : { act: "unban", userId };
    let answer: ActAnswer | null = null;
    for (let again = 0; !answer && sim.nowMs < answerByMs; again++) {
      const byMs = Math.min(answerByMs, sim.nowMs + 4_000);
      answer = await edge.callUntil<ActAnswer>(key, { type: "room.act", id, by, ...act }, `${id}.${again}`, byMs);
    }
    if (!answer) return sim.violation(`I7: act ${id} was never answered`);
    checks.moderated({ channelId: key, id, seq: answer.seq });
  }
}

/** Says a line, again and again under one nonce. Null: not acknowledged by `byMs`. */
export async function say({ edge, key, name, nonce, byMs }: Said): Promise<SayAnswer | null> {
  const { sim } = edge;
  const user = userOf(name);
  for (let again = 0; sim.nowMs < byMs; again++) {
    const untilMs = Math.min(byMs, sim.nowMs + 4_000);
    const message = { type: "room.say", user, nonce, body: nonce };
    const said = await edge.callUntil<SayAnswer>(key, message, `${nonce}.${again}`, untilMs);
    if (said) return said;
  }
  return null;
}

export const userOf = (name: string) => ({
  ...{ id: userIdOf(name), login: name, displayName: name },
  ...{ color: "#000000", badges: [] },
});

export const userIdOf = (name: string) =>
  `d0000000-0000-7000-8000-${Buffer.from(name).toString("hex").padStart(12, "0").slice(-12)}`;

interface Said {
  edge: SimEdge;
  key: string;
  name: string;
  nonce: string;
  byMs: number;
}

/** Time-out of nginx for on_publish. */
const HOOK_MS = 4_000;

/** Publishes, and reconnects with a new session whenever it is cut off. */
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
    const { sim, clock, cluster } = this.edge;
    for (;;) {
      await clock.sleep(sim.between(200, 2_000));
      if (sim.nowMs >= answerByMs) return sim.violation("I7: publish was never answered");
      const session: SessionRef = { ingest: "one", boot: `${cluster.ingest.boot}`, clientId: `${++this.#session}` };
      const message = { type: "publish", session, remoteAddress: "", encoder: "obs" };
      const by = sim.nowMs + HOOK_MS;
      const answer = await this.edge.callUntil<PublishAnswer>(this.key, message, `publish-${this.#session}`, by);
      if (answer === null) continue; // nginx drops the encoder, and OBS reconnects.
      const { publicName } = answer;
      if (`${cluster.ingest.boot}` !== session.boot) continue; // nginx was restarted while it asked.
      cluster.ingest.publish(publicName, () => this.drop());
      this.#publicName = publicName;
      sim.trace(`published ${this.#session}`);
      await new Promise<void>((resolve) => {
        this.#onDrop = resolve;
      });
      cluster.ingest.unpublish(publicName);
      this.#publicName = null;
      sim.count("encoders cut off");
      if (sim.chance(0.7))
        void this.edge.callUntil(this.key, { type: "publishDone", session }, `done-${this.#session}`, answerByMs);
    }
  }

  drop() {
    this.#onDrop();
  }
}

/** A viewer's edge: follows the status of the highest epoch and requests playlists from the origin. */
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
    const { link, checks, clock, sim } = edge;
    link.subscribe(subjects.status(key), (body) => this.#follow(body as ChannelStatus));
    link.subscribe(subjects.chat(key), (body) => checks.delivered(key, (body as ChatBatch).entries));
    const report = () => {
      link.publish(subjects.viewers(key), { edge: edge.name, count: 1 });
      clock.timer(2_000, report);
    };
    clock.timer(sim.between(0, 2_000), report);
    const look = () => {
      if (sim.nowMs - this.#heardMs > 5_000) void this.#ask();
      this.#look();
      clock.timer(700, look);
    };
    clock.timer(sim.between(0, 700), look);
  }

  #follow(status: ChannelStatus) {
    if (status.epoch < this.#epoch) return;
    this.#heardMs = this.edge.sim.nowMs;
    this.#epoch = status.epoch;
    this.#origin = status.origin;
    this.broadcastId = status.broadcastId;
  }

  async #ask() {
    this.#heardMs = this.edge.sim.nowMs;
    try {
      this.#follow(
        await this.edge.caller.call<ChannelStatus>("channel", this.key, { type: "describe" }, { timeoutMs: 4_000 }),
      );
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // The next try comes in 5 s.
    }
  }

  #look() {
    const { sim, checks, process } = this.edge;
    const { broadcastId } = this;
    const epoch = this.#epoch;
    const node = this.nodes.find(({ address }) => address === this.#origin);
    if (!broadcastId || !node) return;
    const asked = node.process;
    sim.after(
      1,
      async () => {
        const answer = await node.packagers.get(broadcastId)?.serving.playlist("source", {});
        if (answer?.type !== "playlist" || asked.dead) return;
        const { text } = answer;
        sim.after(
          1,
          () => {
            // A late playlist of a former owner is dropped.
            if (epoch === this.#epoch) checks.watched(this.edge.name, broadcastId, asked.name, parsePlaylist(text));
          },
          process,
        );
      },
      asked,
    );
  }
}
