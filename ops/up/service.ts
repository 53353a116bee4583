// One supervised process: start, health check, restart after it ended, stop.

import { closeSync } from "node:fs";
import { Backoff } from "#runtime/base/backoff.ts";
import type { DataFolder } from "./data-folder.ts";
import { birthOf, signal } from "./processes.ts";

interface Launch {
  argv: string[];
  env?: Record<string, string>;
  /** The process gets `env` alone, and nothing of our environment, which may hold secrets. */
  bare?: boolean;
}

export interface ServiceSpec {
  name: string;
  /** Address of a public `port`, as seen from this machine. */
  host?: string;
  port?: number;
  internalPort?: number;
  /** Called at each start. The process must end with ours (`dyingWithUs`). */
  launch(): Launch | Promise<Launch>;
  /** Called every 25 ms after the first start until it resolves with true. Throwing means false. */
  healthy(pid: number): Promise<boolean>;
  /** The signal that asks it to stop, and the time until SIGKILL. */
  stop: { signal: "SIGTERM" | "SIGINT"; withinMs: number };
}

/** On a busy machine an edge bundles the web app for half a minute, and after a crash PostgreSQL replays its log. */
const HEALTHY_WITHIN_MS = 120_000;
const RESTART_PAUSES = { firstMs: 250, longestMs: 10_000 };
/** After this uptime the restart pauses begin at the first again. */
const SOUND_AFTER_MS = 30_000;
/** The start fails after this many exits before the first health. */
const EARLY_EXITS_MAX = 3;
/** Exit code of wrong settings (configOrExit in runtime/config/reader.ts): another try cannot help. */
const WRONG_SETTINGS_CODE = 78;

export class Service {
  readonly name: string;
  #child: Bun.Subprocess | null = null;
  #starts = 0;
  #earlyExits = 0;
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

  /** Resolves when the process is healthy for the first time. Rejects when it fails to start, or on `stop`. */
  async start(): Promise<void> {
    this.#keeper = this.#keep();
    const deadlineMs = performance.now() + HEALTHY_WITHIN_MS;
    while (!(await this.#isHealthy())) {
      if (this.#stopped) throw new Error(`${this.name} was stopped while it started`);
      if (this.#hopeless || this.#earlyExits >= EARLY_EXITS_MAX || performance.now() > deadlineMs)
        throw this.#failure();
      await Bun.sleep(25);
    }
    this.#earlyExits = -Infinity;
  }

  /** Resolves when the process has ended. May be called twice. */
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

  /** Kills the process and its group at once. */
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
      this.#earlyExits++;
      if (performance.now() - bornMs > SOUND_AFTER_MS) pauses.reset();
      const waitMs = pauses.nextMs();
      this.say(`${this.name} ended (${how}), restarts in ${waitMs} ms; see ${this.folder.logFile(this.name)}`);
      await Promise.race([Bun.sleep(waitMs), this.#stopping.promise]);
    }
  }

  /** Runs the process once. Resolves with how it ended. */
  async #run(): Promise<string> {
    const { argv, env, bare = false } = await this.spec.launch();
    if (this.#stopped) return "stopped";
    const log = this.folder.openLog(this.name);
    const child = Bun.spawn(argv, {
      stdin: "ignore",
      stdout: log,
      stderr: log,
      env: bare ? { ...env } : { ...process.env, ...env },
      detached: true, // A process group of its own: Ctrl-C reaches only the supervisor, which stops services in order.
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
    signal(-child.pid, "SIGKILL"); // Ends what is left of its group, e.g. the worker of a killed nginx.
    if (child.exitCode === WRONG_SETTINGS_CODE) this.#hopeless = true;
    return child.signalCode === null ? `code ${child.exitCode}` : String(child.signalCode);
  }
}
