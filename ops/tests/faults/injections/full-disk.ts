// A small separate disk for the PostgreSQL of a running system, to be filled up. It is a tmpfs, so mounting must be permitted.

import { mkdirSync, renameSync, rmdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestSystem } from "#ops/tests/support/system.ts";
import { until } from "#ops/tests/support/until.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { birthOf, signal } from "#ops/up/processes.ts";
import { answers } from "./outage.ts";

/** Free space on the disk before it is filled. */
const FREE_BYTES = 48 * 1024 * 1024;

export class SmallDisk {
  #filling: Timer | undefined;

  private constructor(
    private readonly system: TestSystem,
    private readonly place: string,
  ) {}

  /** Moves PostgreSQL to the disk and restarts it. Throws where mounting is not permitted. */
  static async under(system: TestSystem): Promise<SmallDisk> {
    const place = new DataFolder(system.data).file("postgres");
    await whileStopped(system, async () => {
      renameSync(place, `${place}.big`);
      mkdirSync(place, { mode: 0o700 });
      const used = Number((await run("du", "-sb", `${place}.big`)).split("\t")[0]);
      await run("mount", "-t", "tmpfs", "-o", `size=${used + FREE_BYTES},mode=0700`, "tmpfs", place);
      await run("cp", "-a", `${place}.big/.`, place);
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

  /** Fills all free space, now and whenever some becomes free. */
  fill() {
    const more = () => {
      const free = this.freeBytes;
      try {
        if (free > 0) writeFileSync(this.#ballast, Buffer.alloc(free), { flag: "a" });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error; // ENOSPC: PostgreSQL was faster, and the disk is full.
      }
    };
    more();
    this.#filling = setInterval(more, 100);
  }

  /** Frees the space that `fill` took. */
  empty() {
    clearInterval(this.#filling);
    rmSync(this.#ballast, { force: true });
  }

  /** Moves PostgreSQL back with its current data. */
  async leave() {
    this.empty();
    const { place } = this;
    await whileStopped(this.system, async () => {
      await run("rm", "-r", `${place}.big`);
      await run("cp", "-a", place, `${place}.big`);
      await run("umount", place);
      rmdirSync(place);
      renameSync(`${place}.big`, place);
    });
  }
}

async function whileStopped(system: TestSystem, work: () => Promise<void>) {
  const pid = system.pidOf("postgres");
  const starts = system.startsOf("postgres");
  signal(system.supervisorPid, "SIGSTOP");
  try {
    signal(pid, "SIGINT");
    await until("PostgreSQL to end", () => birthOf(pid) === null, { everyMs: 10 });
    await work();
  } finally {
    signal(system.supervisorPid, "SIGCONT");
  }
  await until("PostgreSQL to be back", () => system.startsOf("postgres") > starts && answers(system, "postgres"), {
    withinMs: 30_000,
  });
}

/** Asynchronous, because this process also runs the player and the talkers. */
async function run(...argv: string[]): Promise<string> {
  const child = Bun.spawn(argv, { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [said, complained] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  if ((await child.exited) !== 0) throw new Error(`${argv.join(" ")}: ${complained}`);
  return said;
}
