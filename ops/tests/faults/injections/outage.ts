// Takes a bundled store away and lets it come back. The supervisor is stopped meanwhile, so that it does not restart the store.

import { connect } from "node:net";
import type { TestSystem } from "#ops/tests/support/system.ts";
import { until } from "#ops/tests/support/until.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { signal } from "#ops/up/processes.ts";
import { databaseUrl } from "#ops/up/store-urls.ts";
import { connectDatabase, type Database } from "#schema/database.ts";
import type { Scene } from "../scene.ts";

type StoreName = "nats" | "postgres" | "redis";

interface AwayOptions {
  store: StoreName;
  /** Minimum length of the outage; the supervisor's back-off and the store's start come on top. */
  ms: number;
  /** Signal that ends the store; SIGKILL goes to the whole process group. Default SIGKILL. */
  by?: "SIGKILL" | "SIGINT";
  /** Runs while the store is away. */
  meanwhile?(): void | Promise<void>;
}

/** Resolves with the length of the outage, measured from outside. Calls `strike` and `over`. */
export async function awayFor(scene: Scene, { store, ms, by = "SIGKILL", meanwhile }: AwayOptions): Promise<number> {
  const { system } = scene.stage;
  const starts = system.startsOf(store);
  const port = portOf(system, store);
  const pid = system.pidOf(store);
  signal(system.supervisorPid, "SIGSTOP");
  let struckMs = 0;
  try {
    signal(by === "SIGKILL" ? -pid : pid, by);
    scene.strike();
    struckMs = performance.now();
    await until(`${store} to refuse connections`, () => isRefused(port), { withinMs: 5_000, everyMs: 5 });
    await meanwhile?.();
    await Bun.sleep(struckMs + ms - performance.now());
    if (!(await isRefused(port))) throw new Error(`${store} did not stay away`);
  } finally {
    signal(system.supervisorPid, "SIGCONT");
  }
  await until(`${store} to be back`, () => system.startsOf(store) > starts && answers(system, store), {
    withinMs: 30_000,
    everyMs: 10,
  });
  scene.over();
  return Math.round(performance.now() - struckMs);
}

/** Whether the store works, checked over a separate connection. */
export function answers(system: TestSystem, store: StoreName): Promise<boolean> {
  if (store === "postgres") return databaseAnswers(system);
  // Redis demands a password: it is up.
  return answersTo(portOf(system, store), store === "redis" ? "PING\r\n" : "", store === "redis" ? "-NOAUTH" : "INFO ");
}

export function portOf(system: TestSystem, store: StoreName | "s3"): number {
  const port = new DataFolder(system.data).readRunFile(store)?.port;
  if (port === undefined) throw new Error(`${store} does not run`);
  return port;
}

/** One direct connection, under a name that no node uses. */
export function directDatabase(system: TestSystem): Database {
  const url = databaseUrl(new DataFolder(system.data).secrets(), "operator", { port: portOf(system, "postgres") });
  return connectDatabase({ url, applicationName: "faults", connectionsMax: 1 });
}

async function databaseAnswers(system: TestSystem): Promise<boolean> {
  const { sql, close } = directDatabase(system);
  try {
    await Promise.race([sql`SELECT 1`, Bun.sleep(1_000).then(() => Promise.reject(new Error("no answer")))]);
    return true;
  } finally {
    await close();
  }
}

function isRefused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => resolve(socket.destroy() && false));
    socket.once("error", () => resolve(true));
  });
}

function answersTo(port: number, say: string, hear: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port }, () => socket.write(say));
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.once("data", (bytes) => end(bytes.toString("latin1").startsWith(hear)));
    socket.once("error", () => end(false));
  });
}
