// The bundled PostgreSQL 18 from npm. It also starts as root, which PostgreSQL itself refuses.

import { chmodSync, chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LogSpool } from "#ops/backup/wal/log-spool.ts";
import type { DataFolder } from "../data-folder.ts";
import { connectPatiently } from "../patient-database.ts";
import { dyingWithUs } from "../processes.ts";
import type { ServiceSpec } from "../service.ts";
import { DATABASE, databaseUrl, OWNER } from "../store-urls.ts";
import {
  POSTGRES_BIN,
  POSTGRES_SETTINGS,
  type Privileges,
  postgresCommand,
  postgresState,
  privileges,
} from "./postgres-process.ts";

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
  /** Where the log goes for the backups. Default: it is not archived. */
  archiving?: { spool: LogSpool; timeoutS: number } | null;
}

export function postgresService({ folder, port, durable = true, archiving = null }: PostgresOptions): Postgres {
  const cluster = folder.file("postgres");
  const secrets = folder.secrets();
  const as = privileges();
  const settings = {
    ...POSTGRES_SETTINGS,
    ...(!durable && { fsync: "off", full_page_writes: "off" }),
    ...(archiving && {
      archive_mode: "on",
      archive_timeout: `${archiving.timeoutS}s`,
      archive_command: archiving.spool.archiveCommand,
    }),
  };
  const url = databaseUrl(secrets, "operator", { port });
  return {
    url,
    async prepare() {
      await makeCluster({ folder, cluster, password: secrets.databasePassword, as });
      archiving?.spool.prepare(as.owner);
    },
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
      launch: () => ({ argv: postgresCommand({ as, cluster, port, settings }), env: { LC_ALL: "C" } }),
      healthy: async (pid) => postgresState(cluster, pid) === "ready",
      stop: { signal: "SIGINT", withinMs: 3_000 },
    },
  };
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
  const making = Bun.spawn([...as.argv, ...dyingWithUs([join(POSTGRES_BIN, "initdb"), ...words, ...locale], "KILL")], {
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
