// Files of PostgreSQL's log on their way to the store: `archive_command` puts them here (archive-wal.sh), the shipper takes them. Its size is bounded.

import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isArchived, isBefore } from "./wal-names.ts";

const SCRIPT = join(import.meta.dir, "archive-wal.sh");
/** Of `npm start`'s PostgreSQL. */
const SEGMENT_BYTES = 16 * 1024 * 1024;
const HOLE = ".hole";

export interface WaitingFile {
  name: string;
  bytes: number;
  /** When it was archived, by the wall clock. */
  atMs: number;
}

export class LogSpool {
  readonly #folder: string;
  readonly #script: string;
  readonly #filesMax: number;

  /** `folder`: absolute path, of its own. `bytesMax`: over it PostgreSQL's log is dropped. */
  constructor(folder: string, { bytesMax }: { bytesMax: number }) {
    this.#folder = join(folder, "spool");
    this.#script = join(folder, "archive-wal.sh");
    this.#filesMax = Math.max(1, Math.floor(bytesMax / SEGMENT_BYTES));
  }

  /** Makes the folder. `owner`: the user that PostgreSQL runs as; null: ours. */
  prepare(owner: number | null) {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    // A copy, since PostgreSQL's user may not be able to enter the folder of this file.
    writeFileSync(this.#script, readFileSync(SCRIPT), { mode: 0o755 });
    if (owner === null) return;
    chmodSync(join(this.#folder, ".."), 0o711);
    chownSync(this.#folder, owner, owner);
  }

  /** For PostgreSQL's setting of that name. */
  get archiveCommand(): string {
    const words = ["sh", quoted(this.#script), quoted(this.#folder), String(this.#filesMax), '"%p"', '"%f"'];
    return words.join(" ");
  }

  /** In the order in which PostgreSQL wrote them. */
  waiting(): WaitingFile[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder)
      .filter(isArchived)
      .sort()
      .map((name) => {
        const { size, mtimeMs } = statSync(join(this.#folder, name));
        return { name, bytes: size, atMs: mtimeMs };
      });
  }

  read(name: string): Uint8Array {
    return readFileSync(join(this.#folder, name));
  }

  remove(name: string) {
    rmSync(join(this.#folder, name), { force: true });
  }

  /** The log before this file is not in the store, and never will be. */
  noteHole(name: string) {
    if (existsSync(this.#folder)) appendFileSync(join(this.#folder, HOLE), `${name}\n`);
  }

  /** The furthest file that was dropped, or before which the log is missing; null: no hole that a backup has not ended. */
  get hole(): string | null {
    const file = join(this.#folder, HOLE);
    const names = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
    return names.length > 0 ? names.reduce((a, b) => (isBefore(a, b) ? b : a)) : null;
  }

  /** A backup begins at this file: a hole before it does not matter any more. */
  endHole(startSegment: string) {
    const { hole } = this;
    if (hole !== null && (hole === startSegment || isBefore(hole, startSegment))) rmSync(join(this.#folder, HOLE));
  }
}

/** For a shell, within a setting in which PostgreSQL replaces `%p` and `%f`. */
const quoted = (path: string) => `'${path.replaceAll("'", "'\\''").replaceAll("%", "%%")}'`;
