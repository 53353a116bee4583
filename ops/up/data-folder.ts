// What a running system keeps in its data folder besides the stores' own files: run files, logs, secrets.

import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { randomHex, systemRandom } from "#runtime/base/random.ts";

const LOG_BYTES_MAX = 10 * 1024 * 1024;

/** `<data>/run/<name>.json`. */
export interface RunFile {
  pid: number;
  /** Where the public port is reached from this machine. */
  host?: string;
  port?: number;
  internalPort?: number;
  /** How often the process was started since the supervisor was; 1 = never died. */
  starts: number;
  /** Tells this process from a later one with the same pid. */
  birth: string | null;
}

export interface Secrets {
  /** Of the database's owner, a superuser. */
  databasePassword: string;
  /** Of the role that nodes connect as. */
  nodeDatabasePassword: string;
  natsEdgePassword: string;
  natsActorPassword: string;
  natsOperatorPassword: string;
  redisNodePassword: string;
  redisOperatorPassword: string;
  jwtSecret: string;
  /** Password of the channel `demo` and its bots. */
  demoPassword: string;
}

export class DataFolder {
  constructor(
    /** Absolute. */
    readonly path: string,
  ) {
    for (const folder of [path, join(path, "run"), join(path, "log")])
      mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** A path below the folder. */
  file(...parts: string[]) {
    return join(this.path, ...parts);
  }

  writeRunFile(name: string, run: RunFile) {
    writeFileSync(this.file("run", `${name}.pid`), `${run.pid}\n`);
    // Readers must never see half of it.
    const temporary = this.file("run", `.${name}.json.tmp`);
    writeFileSync(temporary, `${JSON.stringify(run)}\n`);
    renameSync(temporary, this.file("run", `${name}.json`));
  }

  /** Null when no such process was started, or it ended. */
  readRunFile(name: string): RunFile | null {
    const file = this.file("run", `${name}.json`);
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
  }

  removeRunFile(name: string) {
    for (const ending of ["pid", "json"]) rmSync(this.file("run", `${name}.${ending}`), { force: true });
  }

  /** Names of all processes that left a run file. */
  runNames(): string[] {
    return readdirSync(this.file("run"))
      .filter((file) => file.endsWith(".pid"))
      .map((file) => basename(file, ".pid"));
  }

  logFile(name: string) {
    return this.file("log", `${name}.log`);
  }

  /** File descriptor to append to; the caller closes it. A long log of last time is put aside as `.1`. */
  openLog(name: string): number {
    const file = this.logFile(name);
    if (existsSync(file) && statSync(file).size > LOG_BYTES_MAX) renameSync(file, `${file}.1`);
    return openSync(file, "a", 0o600);
  }

  /** For logs that grow under a running process: copied to `.1` and emptied. Lines written in between are lost. */
  boundLog(name: string) {
    const file = this.logFile(name);
    if (!existsSync(file) || statSync(file).size <= LOG_BYTES_MAX) return;
    copyFileSync(file, `${file}.1`);
    truncateSync(file);
  }

  logTail(name: string, lines: number): string {
    const file = this.logFile(name);
    return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n").slice(-lines).join("\n") : "";
  }

  /** Made at the first call; afterwards always the same. Only the owner can read the file. */
  secrets(): Secrets {
    const file = this.file("secrets.json");
    const kept: Partial<Secrets> = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
    const fresh = () => randomHex(systemRandom, 24);
    const secrets: Secrets = {
      databasePassword: fresh(),
      nodeDatabasePassword: fresh(),
      natsEdgePassword: fresh(),
      natsActorPassword: fresh(),
      natsOperatorPassword: fresh(),
      redisNodePassword: fresh(),
      redisOperatorPassword: fresh(),
      jwtSecret: fresh(),
      demoPassword: fresh(),
      ...kept,
    };
    if (Object.keys(kept).length < Object.keys(secrets).length) {
      // Whole or not at all: without the database's password nobody gets at what is in it, and a disk may be full.
      const whole = `${file}.new`;
      rmSync(whole, { force: true });
      const descriptor = openSync(whole, "w", 0o600);
      try {
        writeFileSync(descriptor, `${JSON.stringify(secrets, null, 2)}\n`);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(whole, file);
    }
    return secrets;
  }
}
