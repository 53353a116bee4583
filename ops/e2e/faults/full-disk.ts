// A small disk of its own for the PostgreSQL of a running system, to be filled up: a tmpfs, which needs the right to mount.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, renameSync, rmdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestSystem } from "#ops/e2e/system.ts";
import { until } from "#ops/e2e/until.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { birthOf, signal } from "#ops/up/processes.ts";
import { answers } from "./outage.ts";

/** What is free on it before it is filled. */
const FREE_BYTES = 48 * 1024 * 1024;

export class SmallDisk {
  #filling: Timer | undefined;

  private constructor(
    private readonly system: TestSystem,
    private readonly place: string,
  ) {}

  /** Restarts PostgreSQL on it. Throws where nothing may be mounted. */
  static async under(system: TestSystem): Promise<SmallDisk> {
    const place = new DataFolder(system.data).file("postgres");
    await whileStopped(system, () => {
      renameSync(place, `${place}.big`);
      mkdirSync(place, { mode: 0o700 });
      const used = Number(run("du", "-sb", `${place}.big`).split("\t")[0]);
      run("mount", "-t", "tmpfs", "-o", `size=${used + FREE_BYTES},mode=0700`, "tmpfs", place);
      cpSync(`${place}.big`, place, { recursive: true, preserveTimestamps: true });
    });
    return new SmallDisk(system, place);
  }

  get #ballast() {
    return join(this.place, "ballast");
  }

  get freeBytes() {
    const { bavail, bsize } = statfsSync(this.place);
    return bavail * bsize;
  }

  /** Takes all that is free, now and as soon as something becomes free. */
  fill() {
    const more = () => {
      const free = this.freeBytes;
      try {
        if (free > 0) writeFileSync(this.#ballast, Buffer.alloc(free), { flag: "a" });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error; // Else somebody was faster: full it is.
      }
    };
    more();
    this.#filling = setInterval(more, 100);
  }

  /** Gives back what `fill` took. */
  empty() {
    clearInterval(this.#filling);
    rmSync(this.#ballast, { force: true });
  }

  /** PostgreSQL goes back to where it was, with all it has by now. */
  async leave() {
    this.empty();
    const { place } = this;
    await whileStopped(this.system, () => {
      rmSync(`${place}.big`, { recursive: true });
      cpSync(place, `${place}.big`, { recursive: true, preserveTimestamps: true });
      run("umount", place);
      rmdirSync(place);
      renameSync(`${place}.big`, place);
    });
  }
}

async function whileStopped(system: TestSystem, work: () => void) {
  const pid = system.pidOf("postgres");
  const starts = system.startsOf("postgres");
  signal(system.supervisorPid, "SIGSTOP");
  try {
    signal(pid, "SIGINT");
    await until("PostgreSQL to end", () => birthOf(pid) === null, { everyMs: 10 });
    work();
  } finally {
    signal(system.supervisorPid, "SIGCONT");
  }
  await until("PostgreSQL to be back", () => system.startsOf("postgres") > starts && answers(system, "postgres"), {
    withinMs: 30_000,
  });
}

function run(...argv: [string, ...string[]]): string {
  const { status, stdout, stderr, error } = spawnSync(argv[0], argv.slice(1), { encoding: "utf8" });
  if (status !== 0) throw new Error(`${argv.join(" ")}: ${stderr || error}`);
  return stdout;
}
