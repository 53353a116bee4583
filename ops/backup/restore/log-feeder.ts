// Brings PostgreSQL the files of the log that it asks for while it recovers (restore-wal.sh), and some files ahead, so that it seldom waits.

import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type Clock, every } from "#runtime/base/clock.ts";
import { type Archive, isMissing, logKey } from "../archive.ts";
import { isSegment, nextSegment } from "../wal/wal-names.ts";

const SCRIPT = join(import.meta.dir, "restore-wal.sh");
const LOOK_MS = 20;
/** Files that lie ready, and that are on their way: 16 MB each. */
const AHEAD = 3;

interface FeederParts {
  /** Absolute path, of its own; `stop` removes it. */
  folder: string;
  archive: Pick<Archive, "getSealed">;
  cluster: string;
  segmentBytes: number;
  /** The user that PostgreSQL runs as; null: ours. */
  owner: number | null;
  clock: Clock;
}

export class LogFeeder {
  /** Files that PostgreSQL got. */
  served = 0;
  /** Why it gets no more: PostgreSQL stops then. */
  fault: unknown = null;
  /** By name; null: there is none. */
  readonly #ahead = new Map<string, Promise<Uint8Array | null>>();
  #stopLooking = () => {};

  constructor(private readonly parts: FeederParts) {}

  start() {
    const { folder, owner, clock } = this.parts;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // A copy, since PostgreSQL's user may not be able to enter the folder of this file.
    writeFileSync(this.#script, readFileSync(SCRIPT), { mode: 0o755 });
    if (owner !== null) for (const path of [folder, this.#script]) chownSync(path, owner, owner);
    this.#stopLooking = every(clock, LOOK_MS, () => this.#look());
  }

  /** For PostgreSQL's setting of that name. */
  get restoreCommand(): string {
    const quoted = (path: string) => `'${path.replaceAll("'", "'\\''").replaceAll("%", "%%")}'`;
    return `sh ${quoted(this.#script)} ${quoted(this.parts.folder)} "%f" "%p"`;
  }

  /** May be called twice. */
  stop() {
    this.#stopLooking();
    for (const file of this.#ahead.values()) file.catch(() => {});
    rmSync(this.parts.folder, { recursive: true, force: true });
  }

  get #script() {
    return join(this.parts.folder, "restore-wal.sh");
  }

  async #look() {
    const { folder } = this.parts;
    if (!existsSync(folder)) return;
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".want"))) {
      const name = file.slice(0, -".want".length);
      try {
        await this.#serve(name);
        rmSync(join(folder, file), { force: true });
      } catch (error) {
        this.fault ??= error;
        writeFileSync(join(folder, "failed"), "");
      }
    }
  }

  async #serve(name: string) {
    const { segmentBytes } = this.parts;
    const bytes = await this.#fetch(name);
    this.#ahead.delete(name);
    if (!bytes) return this.#write(`${name}.none`, new Uint8Array(0));
    this.#write(`${name}.here`, bytes);
    this.served++;
    for (let next = name, i = 0; isSegment(name) && i < AHEAD; i++) {
      next = nextSegment(next, segmentBytes);
      const ahead = next;
      const forget = () => this.#ahead.delete(ahead);
      // Whether it is missing or cannot be fetched counts when it is asked for.
      this.#fetch(ahead).then((bytes) => bytes === null && forget(), forget);
    }
  }

  #fetch(name: string): Promise<Uint8Array | null> {
    const under = this.#ahead.get(name);
    if (under) return under;
    const { archive, cluster } = this.parts;
    const fetched = archive.getSealed(logKey(cluster, name)).catch((error) => {
      if (isMissing(error)) return null;
      throw error;
    });
    this.#ahead.set(name, fetched);
    return fetched;
  }

  /** Whole or not at all. */
  #write(name: string, bytes: Uint8Array) {
    const { folder, owner } = this.parts;
    const [half, whole] = [join(folder, `.${name}`), join(folder, name)];
    writeFileSync(half, bytes);
    chmodSync(half, 0o600);
    if (owner !== null) chownSync(half, owner, owner);
    renameSync(half, whole);
  }
}
