// One supervised process: start, health, start again after it died, stop.

import { closeSync } from "node:fs";
import { Backoff } from "#runtime/base/backoff.ts";
import type { DataFolder } from "./data-folder.ts";
import { birthOf, signal } from "./processes.ts";

interface Launch {
  argv: string[];
  env?: Record<string, string>;
}

export interface ServiceSpec {
  name: string;
  /** Where `port` is reached from this machine, when it is a public one. */
  host?: string;
  port?: number;
  internalPort?: number;
  /** Asked anew at each start. Its process must die with ours (`dyingWithUs`). */
  launch(): Launch | Promise<Launch>;
  /** Asked every 25 ms after the first start until it says yes; may throw, which means no. */
  healthy(pid: number): Promise<boolean>;
  /** How it is asked to stop, and how long it may take before SIGKILL. */
  stop: { signal: "SIGTERM" | "SIGINT"; withinMs: number };
}

const HEALTHY_WITHIN_MS = 30_000;
const RESTART_PAUSES = { firstMs: 250, longestMs: 10_000 };
/** Up this long: the next death counts as the first. */
const SOUND_AFTER_MS = 30_000;
/** Deaths before the first health that make the start a failure. */
const EARLY_DEATHS_MAX = 3;
/** What configOrExit (runtime/config/reader.ts) ends with: another try cannot help. */
const WRONG_SETTINGS = 78;

export class Service {
  readonly name: string;
  #child: Bun.Subprocess | null = null;
  #starts = 0;
  #earlyDeaths = 0;
  #hopeless = false;
  #stopping = Promise.withResolvers<void>();
  #stopped = false;
  #keeper: Promise<void> = Promise.resolve();

  constructor(
    private readonly spec: ServiceSpec,
    private readonly folder: DataFolder,
    /** One line for the user. */
    private readonly say: (line: string) => void,
  ) {
    this.name = spec.name;
  }

  /** Resolves when it is healthy for the first time. Rejects when that does not come about, or on `stop`. */
  async start(): Promise<void> {
    this.#keeper = this.#keep();
    const deadlineMs = performance.now() + HEALTHY_WITHIN_MS;
    while (!(await this.#isHealthy())) {
      if (this.#stopped) throw new Error(`${this.name} was stopped while it started`);
      if (this.#hopeless || this.#earlyDeaths >= EARLY_DEATHS_MAX || performance.now() > deadlineMs)
        throw this.#failure();
      await Bun.sleep(25);
    }
    this.#earlyDeaths = -Infinity;
  }

  /** Resolves when nothing of it is left. May be called twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopping.resolve();
    const child = this.#child;
    if (child) {
      child.kill(this.spec.stop.signal);
      const late = setTimeout(() => this.kill(), this.spec.stop.withinMs);
      await child.exited;
      clearTimeout(late);
    }
    await this.#keeper;
  }

  /** Ends it at once, with all of its process group. */
  kill() {
    if (this.#child) signal(-this.#child.pid, "SIGKILL");
  }

  async #isHealthy() {
    const pid = this.#child?.pid;
    if (pid === undefined) return false;
    const healthy = await this.spec.healthy(pid).catch(() => false);
    return healthy && this.#child?.pid === pid;
  }

  #failure() {
    const tail = this.folder.logTail(this.name, 8);
    return new Error(`${this.name} does not start; the end of ${this.folder.logFile(this.name)}:\n${tail}`);
  }

  async #keep() {
    const pauses = new Backoff(RESTART_PAUSES);
    while (!this.#stopped) {
      const bornMs = performance.now();
      const how = await this.#run().catch((error) => {
        this.#hopeless = this.#starts === 0;
        return String(error);
      });
      if (this.#stopped) return;
      this.#earlyDeaths++;
      if (performance.now() - bornMs > SOUND_AFTER_MS) pauses.reset();
      const waitMs = pauses.nextMs();
      this.say(`${this.name} ended (${how}), starts again in ${waitMs} ms; see ${this.folder.logFile(this.name)}`);
      await Promise.race([Bun.sleep(waitMs), this.#stopping.promise]);
    }
  }

  /** One life of the process. Answers how it ended. */
  async #run(): Promise<string> {
    const { argv, env } = await this.spec.launch();
    if (this.#stopped) return "stopped";
    const log = this.folder.openLog(this.name);
    const child = Bun.spawn(argv, {
      stdin: "ignore",
      stdout: log,
      stderr: log,
      env: { ...process.env, ...env },
      detached: true, // Its own process group: Ctrl-C reaches the supervisor alone, which stops things in order.
    });
    closeSync(log);
    this.#child = child;
    this.#starts++;
    const { name, host, port, internalPort } = this.spec;
    this.folder.writeRunFile(name, {
      pid: child.pid,
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
      ...(internalPort === undefined ? {} : { internalPort }),
      starts: this.#starts,
      birth: birthOf(child.pid),
    });
    await child.exited;
    this.#child = null;
    this.folder.removeRunFile(name);
    signal(-child.pid, "SIGKILL"); // What it left in its group, e.g. the worker of an nginx that was killed.
    if (child.exitCode === WRONG_SETTINGS) this.#hopeless = true;
    return child.signalCode === null ? `code ${child.exitCode}` : String(child.signalCode);
  }
}
