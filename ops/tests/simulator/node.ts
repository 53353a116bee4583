// A simulated actor node: the shipping host and placement in a process that can be paused, killed and born again as a new incarnation.

import type { Log } from "#runtime/base/log.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import type { Activation, Ownership } from "#runtime/cluster/activation.ts";
import { Host } from "#runtime/cluster/host.ts";
import { Placement } from "#runtime/cluster/placement.ts";
import { StoreClock } from "#runtime/store/store-clock.ts";
import type { Packager } from "#transcoding/packager/packager.ts";
import { SimLink } from "./bus.ts";
import { openChannel } from "./channel.ts";
import { SimClock } from "./clock.ts";
import type { Cluster } from "./cluster.ts";
import { openCounter } from "./counter.ts";
import { SimStore } from "./store.ts";
import { Process, type World } from "./world.ts";

/** As in actors/main.ts. */
const START_RETRY_MS = 500;
const STOP_WITHIN_MS = 28_000;

/** Keys of channels begin so; all others are counters. */
export const CHANNEL_KEY = "c";

export class SimNode {
  process!: Process;
  link!: SimLink;
  store!: SimStore;
  incarnation = "";
  readonly address: string;
  packagers = new Map<string, Packager>();
  #placement: Placement | null = null;
  #births = 0;

  constructor(
    readonly cluster: Cluster,
    readonly index: number,
  ) {
    this.address = `http://node-${index}`;
    this.boot();
  }

  get alive() {
    return !this.process.dead;
  }

  boot() {
    const { cluster, index, address } = this;
    const { world, hub, database } = cluster;
    const birth = ++this.#births;
    const incarnation = `00000000-0000-7000-8000-${String(index * 1_000 + birth).padStart(12, "0")}`;
    const name = `node-${index}`;
    const process = new Process(`${name}.${birth}`);
    const clock = new SimClock(world, process);
    const random = new SeededRandom(Math.floor(world.random.next() * 2 ** 31));
    const link = new SimLink(hub, process);
    const store = new SimStore(database, process, incarnation);
    const storeClock = new StoreClock(clock);
    const log = simLog(world, process.name);
    const packagers = new Map<string, Packager>();
    const onBug = (error: unknown, what: string) =>
      world.violation(`bug in ${what}: ${error instanceof Error ? error.stack : error}`);
    const open = (ownership: Ownership): Activation => {
      const options = { ...cluster, process, ownership, clock, random, log, store, packagers, address, onBug };
      const opened = (ownership.key.startsWith(CHANNEL_KEY) ? openChannel : openCounter)({
        ...options,
        bus: link,
        nowMs: storeClock.nowMs,
      });
      return cluster.mutation.activation?.(opened) ?? opened;
    };
    const host = new Host({
      incarnation,
      bus: link,
      clock,
      store,
      log,
      kinds: [{ name: "channel", open }],
      onStoreTime: (nowMs) => storeClock.learn(nowMs),
      sleepAfterMs: cluster.sleepAfterMs,
      ...cluster.mutation.host?.({ bus: link }),
    });
    const used = () => host.size;
    const onGone = () => this.#reborn("gone", 300);
    const placement = new Placement({
      incarnation,
      name,
      address,
      slots: 20,
      used,
      bus: link,
      clock,
      store,
      host,
      log,
      onGone,
    });
    Object.assign(this, { process, link, store, incarnation, packagers });
    this.#placement = null;
    world.trace(`${process.name} boots`);
    const start = async () => {
      for (;;)
        try {
          await placement.start();
          this.#placement = placement;
          return;
        } catch {
          await clock.sleep(START_RETRY_MS); // As main.ts: not ready yet.
        }
    };
    void start();
  }

  /** kill -9, or its machine loses power (`silently`). A supervisor starts it again. */
  kill({ silently, rebornMs }: { silently: boolean; rebornMs: number }) {
    if (!this.alive) return;
    this.cluster.world.count("kills");
    this.cluster.world.trace(`${this.process.name} killed`);
    this.process.dead = true;
    this.link.die({ silently });
    this.cluster.world.after(rebornMs, () => this.boot());
  }

  pause(ms: number) {
    if (!this.alive) return;
    this.cluster.world.count(ms > 3_000 ? "pauses" : "stalls");
    this.cluster.world.trace(`${this.process.name} pauses ${Math.round(ms)}`);
    this.cluster.world.pause(this.process, ms);
    this.link.paused();
  }

  /** SIGTERM; after a while SIGKILL. */
  leave() {
    const { world } = this.cluster;
    const placement = this.#placement;
    if (!this.alive || !placement) return;
    world.count("orderly leaves");
    world.trace(`${this.process.name} leaves`);
    const { process } = this;
    const end = () => {
      if (process === this.process && this.alive) this.#reborn("left", 200);
    };
    world.after(STOP_WITHIN_MS, end);
    world.after(0, () => void placement.stop().then(end), process);
  }

  #reborn(why: string, ms: number) {
    const { world } = this.cluster;
    world.trace(`${this.process.name} ${why}`);
    this.process.dead = true;
    this.link.die({ silently: false });
    world.after(ms, () => this.boot());
  }
}

/** Counts what is said; an error is something that must not happen. */
function simLog(world: World, who: string): Log {
  const said = (fields: unknown, text?: string) => {
    const what = typeof fields === "string" ? fields : (text ?? "");
    world.count(`said: ${what}`);
    world.trace(`${who} says ${what}`);
  };
  const error = (fields: unknown, text?: string) =>
    world.violation(`${who}: ${typeof fields === "string" ? fields : `${text} ${JSON.stringify(fields)}`}`);
  const log = { info: said, warn: said, error, fatal: error, debug() {}, trace() {}, child: () => log };
  return log as unknown as Log;
}
