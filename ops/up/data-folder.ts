// The data folder of a system: run files, logs and secrets. The stores keep their own files beside them.

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
  /** Address of the public port, as seen from this machine. */
  host?: string;
  port?: number;
  internalPort?: number;
  /** Starts under the present supervisor; 1 = never died. */
  starts: number;
  /** Start time of the process, which tells it from a later one with the same pid. */
  birth: string | null;
}

export interface Secrets {
  /** Password of the database's owner, a superuser. */
  databasePassword: string;
  /** Password of the role that edges and actor nodes connect as. */
  nodeDatabasePassword: string;
  natsEdgePassword: string;
  natsActorPassword: string;
  natsOperatorPassword: string;
  redisNodePassword: string;
  redisOperatorPassword: string;
  jwtSecret: string;
  /** Opens the stream keys of restreaming targets. */
  restreamSecret: string;
  /** Keys of the bundled S3 server. */
  s3AccessKeyId: string;
  s3SecretAccessKey: string;
  /** Password of the account `demo` and of its bots. */
  demoPassword: string;
}

export class DataFolder {
  constructor(
    /** Absolute path. */
    readonly path: string,
  ) {
    for (const folder of [path, join(path, "run"), join(path, "log")])
      mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** The path of a file in the folder. */
  file(...parts: string[]) {
    return join(this.path, ...parts);
  }

  writeRunFile(name: string, run: RunFile) {
    writeFileSync(this.file("run", `${name}.pid`), `${run.pid}\n`);
    // Written beside and renamed, so that readers never see half a file.
    const temporary = this.file("run", `.${name}.json.tmp`);
    writeFileSync(temporary, `${JSON.stringify(run)}\n`);
    renameSync(temporary, this.file("run", `${name}.json`));
  }

  /** Null when no such process was started, or when it has ended. */
  readRunFile(name: string): RunFile | null {
    const file = this.file("run", `${name}.json`);
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
  }

  removeRunFile(name: string) {
    for (const ending of ["pid", "json"]) rmSync(this.file("run", `${name}.${ending}`), { force: true });
  }

  /** Names of all processes with a run file. */
  runNames(): string[] {
    return readdirSync(this.file("run"))
      .filter((file) => file.endsWith(".pid"))
      .map((file) => basename(file, ".pid"));
  }

  logFile(name: string) {
    return this.file("log", `${name}.log`);
  }

  /** A file descriptor to append to, which the caller closes. A log over 10 MB is renamed to `.1` first. */
  openLog(name: string): number {
    const file = this.logFile(name);
    if (existsSync(file) && statSync(file).size > LOG_BYTES_MAX) renameSync(file, `${file}.1`);
    return openSync(file, "a", 0o600);
  }

  /** Copies the log of a running process to `.1` and empties it when it is over 10 MB. Lines written in between are lost. */
  truncateLog(name: string) {
    const file = this.logFile(name);
    if (!existsSync(file) || statSync(file).size <= LOG_BYTES_MAX) return;
    copyFileSync(file, `${file}.1`);
    truncateSync(file);
  }

  logTail(name: string, lines: number): string {
    const file = this.logFile(name);
    return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n").slice(-lines).join("\n") : "";
  }

  /** Made at the first call and kept in `secrets.json`, which only its owner can read. A missing secret is added. */
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
      restreamSecret: fresh(),
      s3AccessKeyId: fresh(),
      s3SecretAccessKey: fresh(),
      demoPassword: fresh(),
      ...kept,
    };
    if (Object.keys(kept).length < Object.keys(secrets).length) {
      // Written whole or not at all, since the disk may be full: the database cannot be opened without its password.
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
