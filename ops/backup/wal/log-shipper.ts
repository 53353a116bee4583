// Ships files of PostgreSQL's log from the spool to the store, one after the other, each until it has arrived.

import { type Archive, logKey } from "../archive.ts";
import { BackupFault } from "../fault.ts";
import type { LogSpool } from "./log-spool.ts";
import { isSegment, nextSegment, previousSegment } from "./wal-names.ts";

interface ShipperParts {
  spool: Pick<LogSpool, "waiting" | "read" | "remove" | "noteHole">;
  archive: Pick<Archive, "has" | "getSealed" | "putSealed">;
  /** PostgreSQL's system identifier. */
  cluster: string;
  segmentBytes: number;
}

export class LogShipper {
  /** When the newest file that has arrived was archived; null: none since the start. What was committed later is lost with this machine. */
  arrivedToMs: number | null = null;
  /** Files that have arrived. */
  arrived = 0;
  #shipping: Promise<void> | null = null;
  /** Its predecessor is in the store. */
  #expected: string | null = null;

  constructor(private readonly parts: ShipperParts) {}

  /** Ships all that waits. Throws BackupFault `store_away`, `foreign_log`; what has not arrived waits on. Calls share one run. */
  ship(): Promise<void> {
    this.#shipping ??= this.#ship().finally(() => {
      this.#shipping = null;
    });
    return this.#shipping;
  }

  async #ship() {
    const { spool } = this.parts;
    for (const { name, atMs } of spool.waiting()) {
      if (isSegment(name)) await this.#lookForHole(name);
      await this.#send(name, spool.read(name));
      spool.remove(name);
      this.arrivedToMs = Math.max(this.arrivedToMs ?? 0, atMs);
      this.arrived++;
    }
  }

  /** While PostgreSQL ran without an archive, its log went nowhere. */
  async #lookForHole(name: string) {
    const { archive, cluster, segmentBytes, spool } = this.parts;
    if (name !== this.#expected && !(await archive.has(logKey(cluster, previousSegment(name, segmentBytes)))))
      spool.noteHole(name);
    this.#expected = nextSegment(name, segmentBytes);
  }

  /** Never replaces a file: another database that archives to this place would make both backups worthless. */
  async #send(name: string, bytes: Uint8Array) {
    const { archive, cluster } = this.parts;
    const key = logKey(cluster, name);
    if (!(await archive.has(key))) return archive.putSealed(key, bytes);
    // PostgreSQL archives a file twice when it died before it noted the first time, and so do we.
    if (Buffer.from(await archive.getSealed(key)).equals(bytes)) return;
    throw new BackupFault(
      "foreign_log",
      `${key} is there with other bytes: another copy of this database archives to the same place. Stop one of them, or give one a bucket of its own`,
    );
  }
}
