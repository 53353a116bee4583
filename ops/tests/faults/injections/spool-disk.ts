// A disk of its own for the spool of all nodes, which can be filled up. It is a tmpfs, so mounting must be permitted.

import { mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SIZE = "64m";

export class SpoolDisk {
  private constructor(readonly place: string) {}

  /** Throws where mounting is not permitted. */
  static mount(): SpoolDisk {
    const place = mkdtempSync(join(tmpdir(), "spool-"));
    run("mount", "-t", "tmpfs", "-o", `size=${SIZE},mode=0700`, "tmpfs", place);
    return new SpoolDisk(place);
  }

  get freeBytes() {
    const { bavail, bsize } = statfsSync(this.place);
    return bavail * bsize;
  }

  /** Fills the disk, up to so many bytes. */
  fill(bytesLeft: number) {
    mkdirSync(this.#ballast, { recursive: true });
    writeFileSync(join(this.#ballast, "ballast"), Buffer.alloc(Math.max(0, this.freeBytes - bytesLeft)));
  }

  /** Frees what `fill` took. */
  empty() {
    rmSync(this.#ballast, { recursive: true, force: true });
  }

  get #ballast() {
    return join(this.place, "of-others");
  }

  /** Names of segments of a video that wait, in the spool of the process with this pid. */
  segments(pid: number, videoId: string): string[] {
    try {
      return readdirSync(this.folder(pid, videoId)).filter((name) => name.endsWith(".seg"));
    } catch {
      return []; // Nothing has waited yet.
    }
  }

  folder(pid: number, videoId: string) {
    return join(this.place, `tc-${pid}`, videoId);
  }

  unmount() {
    this.empty();
    run("umount", this.place);
    rmdirSync(this.place);
  }
}

function run(...argv: string[]) {
  const { exitCode, stderr } = Bun.spawnSync(argv);
  if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
}
