// A container engine for tests: the one of this machine, or one of Debian's package docker.io that the suite starts and ends.

import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dyingWithUs } from "#ops/up/processes.ts";
import { until } from "../until.ts";

const DOCKERD = ["/usr/sbin/dockerd", "/usr/bin/dockerd"].find((path) => existsSync(path)) ?? null;
/** Debian's own client builds with the engine's BuildKit; a newer one needs a plugin for it. */
const DOCKER = DOCKERD === "/usr/sbin/dockerd" && existsSync("/usr/bin/docker") ? "/usr/bin/docker" : "docker";
const COMMAND_MS_MAX = 120_000;

export interface Engine {
  /** Runs `docker <words>`; resolves with its output. Throws with its standard error. */
  docker(words: string[], options?: RunOptions): Promise<string>;
  /** Runs `docker compose <words>`, or docker-compose where that is missing. */
  compose(words: string[], options?: RunOptions): Promise<string>;
  /** Runs another command against this engine. */
  run(argv: string[], options?: RunOptions): Promise<string>;
  stop(): Promise<void>;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  withinMs?: number;
}

/** Why there is no engine; null: there is, or one can be started. */
export function engineFault(): string | null {
  if (composeCommand() === null) return "neither `docker compose` nor docker-compose is installed";
  if (answers({})) return null;
  if (DOCKERD === null) return "no engine runs, and dockerd is not installed";
  return process.getuid?.() === 0 ? null : "no engine runs, and only root may start one";
}

/** Resolves when the engine answers. ENGINE_DATA names a folder that keeps its images for the next run. */
export async function startEngine(): Promise<Engine> {
  if (answers({})) return engineAt({}, async () => {});
  const folder = mkdtempSync(join(tmpdir(), "engine-"));
  const data = process.env.ENGINE_DATA ?? join(folder, "data");
  mkdirSync(data, { recursive: true });
  const socket = `unix://${folder}/docker.sock`;
  const log = join(folder, "dockerd.log");
  const argv = [
    ...[DOCKERD!, "--host", socket, "--data-root", data, "--exec-root", join(folder, "exec")],
    ...["--pidfile", join(folder, "pid"), "--bip", "172.29.0.1/24"],
  ];
  const child = Bun.spawn(dyingWithUs(argv), { stdin: "ignore", stdout: "ignore", stderr: Bun.file(log) });
  const env = { DOCKER_HOST: socket };
  const ended = child.exited.then(async (code) => {
    throw new Error(`dockerd ended with ${code}: ${(await Bun.file(log).text()).slice(-2_000)}`);
  });
  ended.catch(() => {}); // `stop` ends it too.
  await Promise.race([until("the engine", () => answers(env), { withinMs: 60_000, everyMs: 250 }), ended]);
  return engineAt(env, async () => {
    child.kill("SIGTERM");
    await child.exited;
    if (!process.env.ENGINE_DATA) rmSync(folder, { recursive: true, force: true });
  });
}

function engineAt(engineEnv: Record<string, string>, stop: () => Promise<void>): Engine {
  const run = async (argv: string[], { cwd, env, withinMs = COMMAND_MS_MAX }: RunOptions = {}) => {
    const child = Bun.spawn(argv, {
      ...(cwd ? { cwd } : {}),
      env: { ...process.env, DOCKER_BUILDKIT: "1", ...engineEnv, ...env },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: withinMs,
    });
    const [out, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    if ((await child.exited) !== 0) throw new Error(`${argv.join(" ")}: ${errors.slice(-3_000)}`);
    return out.trim();
  };
  return {
    run,
    docker: (words, options) => run([DOCKER, ...words], options),
    compose: (words, options) => run([...composeCommand()!, ...words], options),
    stop,
  };
}

const composeCommand = () =>
  [["docker", "compose"], ["docker-compose"]].find((argv) => succeeds([...argv, "version"], {})) ?? null;

const answers = (env: Record<string, string>) => succeeds([DOCKER, "info"], env);

function succeeds(argv: string[], env: Record<string, string>) {
  try {
    return (
      Bun.spawnSync(argv, { timeout: 10_000, env: { ...process.env, ...env }, stdout: "ignore", stderr: "ignore" })
        .exitCode === 0
    );
  } catch {
    return false; // The program is not installed.
  }
}
