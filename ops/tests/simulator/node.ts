// A simulated actor node: the shipping host and placement in a process that can be paused, killed and restarted as a new incarnation.

import type { Recording } from "#actors/channel/children/recorder.ts";
import { Seconds } from "#actors/channel/seconds.ts";
import type { Log } from "#runtime/base/log.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import type { Activation, Ownership } from "#runtime/cluster/activation.ts";
import { Host } from "#runtime/cluster/host.ts";
import { Placement } from "#runtime/cluster/placement.ts";
import { StoreClock } from "#runtime/store/store-clock.ts";
import type { SecondLease } from "#schema/wire/second.ts";
import { subjects } from "#schema/wire/subjects.ts";
import type { Packager } from "#transcoding/packager/packager.ts";
import { sweepSpool } from "#transcoding/recorder/spool-sweep.ts";
import { MemorySpool } from "#transcoding/recorder/testing.ts";
import { SimLink } from "./bus.ts";
import { openChannel } from "./channel.ts";
import { SimClock } from "./clock.ts";
import type { Cluster } from "./cluster.ts";
import { openCounter } from "./counter.ts";
import { Process, type Simulation } from "./simulation.ts";
import { SimStore } from "./store.ts";

/** Same values as in actors/main.ts. */
const START_RETRY_MS = 500;
const STOP_WITHIN_MS = 28_000;
/** A few hundred simulated segments. */
const SPOOL_BYTES_MAX = 100_000;
const SECONDS_BYTES_MAX = 10_000_000;

/** Prefix of the keys of channels, which are UUIDs; all other keys are counters. */
export const CHANNEL_KEY = "c0000000-0000-7000-8000-00000000000";

export class SimNode {
  process!: Process;
  link!: SimLink;
  store!: SimStore;
  incarnation = "";
  readonly address: string;
  /** Of the machine: it outlives the process. */
  readonly #spool = new MemorySpool(SPOOL_BYTES_MAX);
  packagers = new Map<string, Packager>();
  seconds!: Seconds;
  #placement: Placement | null = null;
  #boots = 0;

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
    const { sim, hub, database } = cluster;
    const boot = ++this.#boots;
    const incarnation = `00000000-0000-7000-8000-${String(index * 1_000 + boot).padStart(12, "0")}`;
    const name = `node-${index}`;
    const process = new Process(`${name}.${boot}`);
    const clock = new SimClock(sim, process);
    const random = new SeededRandom(Math.floor(sim.random.next() * 2 ** 31));
    const link = new SimLink(hub, process);
    const store = new SimStore(database, process, incarnation);
    const storeClock = new StoreClock(clock);
    const log = simulatedLog(sim, process.name);
    const packagers = new Map<string, Packager>();
    const recording = this.#recording(clock, store, log);
    const nginx = cluster.ingest.clientOf(process);
    const seconds = new Seconds({
      clock,
      connect: cluster.ingest.connectOf(process),
      ingests: { get: () => nginx },
      bytesMax: SECONDS_BYTES_MAX,
      isPulled: () => false,
    });
    const successorOf = (key: string) => placement.successorOf({ kind: "channel", key });
    const onBug = (error: unknown, what: string) =>
      sim.violation(`bug in ${what}: ${error instanceof Error ? error.stack : error}`);
    const open = (ownership: Ownership): Activation => {
      const options = {
        ...cluster,
        process,
        ownership,
        clock,
        random,
        log,
        store,
        packagers,
        recording,
        seconds,
        successorOf,
        address,
        onBug,
      };
      return (ownership.key.startsWith(CHANNEL_KEY) ? openChannel : openCounter)({
        ...options,
        bus: link,
        nowMs: storeClock.nowMs,
      });
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
    });
    const used = () => host.size;
    const onGone = () => this.#restart("gone", 300);
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
      watchPeer: cluster.peers.watchOf(process),
      onGone,
    });
    cluster.peers.booted(incarnation);
    link.subscribe(subjects.second(incarnation), (lease) => seconds.leased(lease as SecondLease));
    Object.assign(this, { process, link, store, incarnation, packagers, seconds });
    this.#placement = null;
    sim.trace(`${process.name} boots`);
    const start = async () => {
      for (;;)
        try {
          await placement.start();
          this.#placement = placement;
          return;
        } catch {
          await clock.sleep(START_RETRY_MS); // Not ready yet; same as in main.ts.
        }
    };
    void start();
  }

  #recording(clock: SimClock, store: SimStore, log: Log): Recording {
    const { objects } = this.cluster;
    const running = new Set<string>();
    const recording: Recording = {
      objects,
      renditions: "all",
      rows: store.recordings,
      holes: null,
      spool: this.#spool,
      running,
    };
    sweepSpool({ ...recording, clock, log, isRecorded: (videoId) => running.has(videoId) });
    return recording;
  }

  /** Like `kill -9`, or a power loss of the machine (`silently`). A supervisor restarts the node after `restartMs`. */
  kill({ silently, restartMs }: { silently: boolean; restartMs: number }) {
    if (!this.alive) return;
    this.cluster.sim.count("kills");
    this.cluster.sim.trace(`${this.process.name} killed`);
    this.process.dead = true;
    this.link.die({ silently });
    this.cluster.peers.ended(this.incarnation, { silently });
    this.cluster.sim.after(restartMs, () => this.boot());
  }

  pause(ms: number) {
    if (!this.alive) return;
    this.cluster.sim.count(ms > 3_000 ? "pauses" : "stalls");
    this.cluster.sim.trace(`${this.process.name} pauses ${Math.round(ms)}`);
    this.cluster.sim.pause(this.process, ms);
    this.link.paused();
  }

  /** Ends a pause and every cut. */
  mend() {
    if (!this.alive) return;
    this.cluster.sim.resume(this.process);
    this.link.mend();
    this.store.mend();
  }

  /** Like SIGTERM, followed by SIGKILL after `STOP_WITHIN_MS`. */
  leave() {
    const { sim } = this.cluster;
    const placement = this.#placement;
    if (!this.alive || !placement) return;
    sim.count("orderly leaves");
    sim.trace(`${this.process.name} leaves`);
    const { process } = this;
    const end = () => {
      if (process === this.process && this.alive) this.#restart("left", 200);
    };
    sim.after(STOP_WITHIN_MS, end);
    sim.after(0, () => void placement.stop().then(end), process);
  }

  #restart(why: string, ms: number) {
    const { sim } = this.cluster;
    sim.trace(`${this.process.name} ${why}`);
    this.process.dead = true;
    this.link.die({ silently: false });
    this.cluster.peers.ended(this.incarnation, { silently: false });
    sim.after(ms, () => this.boot());
  }
}

/** Counts log lines; a line of level error is a violation. */
function simulatedLog(sim: Simulation, who: string): Log {
  const logged = (fields: unknown, text?: string) => {
    const what = typeof fields === "string" ? fields : (text ?? "");
    sim.count(`said: ${what}`);
    sim.trace(`${who} says ${what}`);
  };
  const error = (fields: unknown, text?: string) =>
    sim.violation(`${who}: ${typeof fields === "string" ? fields : `${text} ${JSON.stringify(fields)}`}`);
  const log = { info: logged, warn: logged, error, fatal: error, debug() {}, trace() {}, child: () => log };
  return log as unknown as Log;
}
