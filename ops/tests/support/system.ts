// A complete system for an end-to-end test: the real supervisor on free ports with a data folder of its own.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataFolder } from "#ops/up/data-folder.ts";
import { freePort, listenFault } from "#ops/up/ports.ts";
import { dyingWithUs } from "#ops/up/processes.ts";
import { until } from "./until.ts";

const MAIN = join(import.meta.dir, "../../up/main.ts");
const HEALTHY_WITHIN_MS = 60_000;

interface SystemOptions {
  /** Number of processes. Default 1 each; 0: none. */
  edges?: number;
  actors?: number;
  ingests?: number;
  /** Default 0. */
  relays?: number;
  /** Edges collect metrics for admins. Default false. */
  observe?: boolean;
  /** Additional settings of edge and actor nodes (runtime/config/). */
  env?: Record<string, string>;
  /** Existing data folder, which `stop` keeps. Default: a new one, which `stop` removes. */
  data?: string;
}

export interface TestSystem {
  /** URL of edge 1, without a trailing slash. */
  url: string;
  /** URL of edge n; the first is 1. */
  edgeUrl(number: number): string;
  /** Server for encoders: `rtmp://host:port/live`. */
  rtmpUrl: string;
  /** `rtmps://host:port/live`. */
  rtmpsUrl: string;
  /** `rtmpUrl` for ingest n; the first is 1. */
  ingestUrl(number: number): string;
  edgePort: number;
  rtmpPort: number;
  data: string;
  supervisorPid: number;
  /** Pid of `edge-1`, `actor-1`, `postgres`, `nats`, `redis` or `nginx`. Throws while it is not running. */
  pidOf(name: string): number;
  /** URL of its internal port: metrics, media origin of an actor node, control and stat of nginx. */
  internalUrl(name: string): string;
  /** Number of starts; 1 = never died, 0 = not running now. */
  startsOf(name: string): number;
  /** Resolves when the process has been started more than `starts` times and is ready. */
  restarted(name: string, starts: number): Promise<void>;
  /** Text of one log, or of all logs. */
  logs(name?: string): string;
  /** Output of the supervisor. */
  output(): string;
  /** Sends SIGTERM, waits for the end and removes the data folder. Resolves with the exit code. May be called twice. */
  stop(): Promise<number>;
  /** `kill -9` of the supervisor. */
  kill(): Promise<void>;
}

/** Resolves when everything is healthy. Throws the supervisor's output when it does not get healthy. */
export async function bootSystem(options: SystemOptions = {}): Promise<TestSystem> {
  try {
    return await boot(options);
  } catch (error) {
    // Another process took a port between the search for free ports and the start.
    if (!/address already in use|port \d+ is taken/i.test(String(error))) throw error;
    return boot(options);
  }
}

async function boot(options: SystemOptions): Promise<TestSystem> {
  const { edges = 1, actors = 1, ingests = 1, relays = 0, observe = false, env = {}, data } = options;
  const folder = new DataFolder(data ?? mkdtempSync(join(tmpdir(), "e2e-")));
  const edgePort = await freePortRow(edges);
  const edgePorts = new Set(Array.from({ length: edges }, (_, index) => edgePort + index));
  // The RTMPS ports come directly behind the RTMP ports.
  const rtmpPort = await freePortRow(2 * ingests, edgePorts);
  const supervisor = runSupervisor({
    words: [
      ...["--data", folder.path, "--edge-port", String(edgePort), "--rtmp-port", String(rtmpPort)],
      ...["--edges", String(edges), "--actors", String(actors), "--ingests", String(ingests)],
      ...["--relays", String(relays)],
      ...(observe ? ["--observe"] : []),
    ],
    // A test machine that is short of processor time is no flood.
    env: { CHALLENGE: "off", SHED_LAG_MS: "0", ...env },
  });
  const runFile = (name: string) => {
    const run = folder.readRunFile(name);
    if (!run) throw new Error(`${name} is not running`);
    return run;
  };
  let stopped: Promise<number> | null = null;
  const remove = () => {
    if (data === undefined) rmSync(folder.path, { recursive: true, force: true });
  };
  const system: TestSystem = {
    url: `http://127.0.0.1:${edgePort}`,
    edgeUrl: (number) => `http://127.0.0.1:${edgePort + number - 1}`,
    rtmpUrl: `rtmp://127.0.0.1:${rtmpPort}/live`,
    rtmpsUrl: `rtmps://127.0.0.1:${rtmpPort + ingests}/live`,
    ingestUrl: (number) => `rtmp://127.0.0.1:${rtmpPort + number - 1}/live`,
    edgePort,
    rtmpPort,
    data: folder.path,
    supervisorPid: supervisor.pid,
    pidOf: (name) => runFile(name).pid,
    internalUrl: (name) => `http://127.0.0.1:${runFile(name).internalPort}`,
    startsOf: (name) => folder.readRunFile(name)?.starts ?? 0,
    async restarted(name, starts) {
      await until(`${name} to be started again`, () => system.startsOf(name) > starts, { withinMs: 15_000 });
      const { port, internalPort } = runFile(name);
      const ready = name.startsWith("edge") ? port : /^(?:actor|relay)-/.test(name) ? internalPort : null;
      if (ready === null) return;
      await until(`${name} to be ready`, async () => (await fetch(`http://127.0.0.1:${ready}/readyz`)).ok);
    },
    logs: (name) => readLogs(folder, name),
    output: supervisor.output,
    stop() {
      stopped ??= (async () => {
        supervisor.signal("SIGTERM");
        const code = await supervisor.exited;
        remove();
        return code;
      })();
      return stopped;
    },
    async kill() {
      supervisor.signal("SIGKILL");
      await supervisor.exited;
    },
  };
  const up = until("the system to be healthy", () => supervisor.output().includes(" is up "), {
    withinMs: HEALTHY_WITHIN_MS,
  });
  const outcome = await Promise.race([up.then(() => "up", String), supervisor.exited]);
  if (outcome === "up") return system;
  await system.stop();
  throw new Error(`the system did not start (${outcome}):\n${supervisor.output()}`);
}

interface RunningSupervisor {
  pid: number;
  exited: Promise<number>;
  /** Its output so far. */
  output(): string;
  signal(name: NodeJS.Signals): void;
}

/** Starts only the command, for tests of its output and exit. */
export function runSupervisor({
  words,
  env = {},
}: {
  words: string[];
  env?: Record<string, string>;
}): RunningSupervisor {
  const child = Bun.spawn(dyingWithUs([process.execPath, MAIN, ...words]), {
    env: { ...process.env, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let text = "";
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) text += decoder.decode(chunk, { stream: true });
  };
  const drained = Promise.all([read(child.stdout), read(child.stderr)]);
  return {
    pid: child.pid,
    exited: child.exited.then(async (code) => {
      await drained;
      return code;
    }),
    output: () => text,
    signal: (name) => child.kill(name),
  };
}

/** The first of `count` consecutive free ports, none of them in `except`. */
export async function freePortRow(count: number, except: ReadonlySet<number> = new Set()): Promise<number> {
  for (;;) {
    const first = await freePort(except);
    const others = Array.from({ length: Math.max(0, count - 1) }, (_, index) => first + index + 1);
    const faults = await Promise.all(others.map((port) => listenFault("127.0.0.1", port)));
    const clear = [first, ...others].every((port) => !except.has(port));
    if (clear && faults.every((fault) => fault === null)) return first;
  }
}

function readLogs(folder: DataFolder, name?: string) {
  const files = name ? [`${name}.log`] : readdirSync(folder.file("log"));
  const present = files.map((file) => folder.file("log", file)).filter(existsSync);
  return present.map((file) => readFileSync(file, "utf8")).join("\n");
}
