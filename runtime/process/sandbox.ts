// Where programs read what strangers have made: no network, no rights, no settings of ours in the environment, bounds on everything.
// Linux keeps all of it; elsewhere only the folder and the empty environment hold.

import { type Log, reason } from "../base/log.ts";
import type { ProcessHost } from "./process.ts";

export interface SandboxLimits {
  /** Of the whole process, libraries included: FFmpeg maps 350 MB of them. */
  addressSpaceBytesMax: number;
  /** Processor time of all threads; then the kernel ends it. */
  cpuMaxS: number;
  /** Of each file that it writes. */
  fileBytesMax: number;
}

interface SandboxedRun {
  folder: string;
  limits: SandboxLimits;
  confinesItself?: boolean;
}

/** How the kernel keeps a program from the network. `none`: it does not. */
type NetworkWall = "namespace" | "user-namespace" | "none";

interface Walls {
  network: NetworkWall;
  /** User and group that programs run as; null: this process's own, which is not root. */
  userId: number | null;
  linux: boolean;
  /** 19: everything else on the machine goes first. */
  niceness: number;
}

/** `nobody`: owns no file but those that it is given. */
const NOBODY = 65_534;
const OPEN_FILES_MAX = 64;
const THREADS_MAX = 512;
const NICENESS_MOST = 19;
/** Changes the folder while it still may: the folder's parents can be closed to `nobody`. */
const IN_FOLDER = 'cd "$0" && exec "$@"';

export class Sandbox {
  constructor(private readonly walls: Walls) {}

  /** Owner of files that the program may write; null: this process. */
  get userId() {
    return this.walls.userId;
  }

  /** False: the kernel allows no network namespace here. */
  get cutsNetwork() {
    return this.walls.network !== "none";
  }

  /** The command line that runs `argv` in `folder`, by names relative to it. Each program becomes the next one, so there is one process.
   *  `confinesItself`: it is a script of ours, which only this process's user may be able to read, and changes its user with `confine`. */
  argv(argv: readonly string[], { folder, limits, confinesItself = false }: SandboxedRun): string[] {
    // Proxies, keys and addresses of ours would be in reach otherwise.
    const bare = ["env", "-i", `PATH=${process.env.PATH ?? "/usr/bin:/bin"}`, "LC_ALL=C", "HOME=/nonexistent"];
    const inFolder = ["sh", "-c", IN_FOLDER, folder];
    if (!this.walls.linux) return [...bare, ...inFolder, ...argv];
    const powerless = this.#powerless(confinesItself ? null : this.walls.userId);
    return [...bare, ...this.#offline(), ...limited(limits, this.walls), ...inFolder, ...powerless, ...argv];
  }

  #offline(): string[] {
    if (this.walls.network === "none") return [];
    return ["unshare", ...(this.walls.network === "user-namespace" ? ["-r"] : []), "-n", "--"];
  }

  /** The kernel forgets the signal for the parent's death when the user changes, so it is set again. */
  #powerless(userId: number | null): string[] {
    const user = userId === null ? [] : ["--reuid", String(userId), "--regid", String(userId), "--clear-groups"];
    return ["setpriv", ...user, "--no-new-privs", "--inh-caps=-all", "--pdeathsig", "KILL", "--"];
  }
}

function limited(
  { addressSpaceBytesMax, cpuMaxS, fileBytesMax }: SandboxLimits,
  { userId, niceness }: Walls,
): string[] {
  return [
    ...["nice", "-n", String(niceness), "prlimit", `--as=${addressSpaceBytesMax}`, `--cpu=${cpuMaxS}`],
    ...[`--fsize=${fileBytesMax}`, `--nofile=${OPEN_FILES_MAX}`, "--core=0"],
    // Counted by user: those of our own user would count too.
    ...(userId === null ? [] : [`--nproc=${THREADS_MAX}`]),
    "--",
  ];
}

interface SandboxOptions {
  processes: ProcessHost;
  log: Pick<Log, "warn">;
  /** Default 19, the lowest priority. */
  niceness?: number;
}

/** Finds out what this machine allows. A missing wall is logged, once, and the others stay. */
export async function findSandbox({ processes, log, niceness = NICENESS_MOST }: SandboxOptions): Promise<Sandbox> {
  const linux = process.platform === "linux";
  const userId = linux && process.getuid?.() === 0 ? NOBODY : null;
  const works = async (argv: string[]) => {
    try {
      return (await processes.spawn({ argv }).exited).code === 0;
    } catch (error) {
      log.warn({ program: argv[0], reason: reason(error) }, "a program of the sandbox is missing");
      return false;
    }
  };
  const network: NetworkWall = !linux
    ? "none"
    : (await works(["unshare", "-n", "--", "true"]))
      ? "namespace"
      : (await works(["unshare", "-r", "-n", "--", "true"]))
        ? "user-namespace"
        : "none";
  if (network === "none")
    log.warn(
      {},
      "no network namespace here: what users send is read without it, kept from the network by the programs' own settings alone",
    );
  return new Sandbox({ network, userId, linux, niceness });
}
