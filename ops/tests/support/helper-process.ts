// A helper process of a test or benchmark, with requests and answers over Bun's IPC.

import { dyingWithUs } from "#ops/up/processes.ts";
import type { Stores } from "./stores.ts";

export interface Helper {
  pid: number;
  /** Sends a request. Throws what the process threw. */
  ask<Value>(verb: string, argument?: unknown): Promise<Value>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

type Question = { id: number; verb: string; argument: unknown };
type Reply = { id: number; value?: unknown; error?: string };

/** `path` is absolute. Resolves once the process answers `ready`. */
export async function startHelper(path: string, env: Record<string, string>): Promise<Helper> {
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  let lastId = 0;
  const child = Bun.spawn(dyingWithUs([process.execPath, path], "KILL"), {
    env: { ...(process.env as Record<string, string>), ...env },
    stdout: "inherit",
    stderr: "inherit",
    serialization: "json",
    ipc({ id, value, error }: Reply) {
      const asker = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) asker?.resolve(value as never);
      else asker?.reject(new Error(`${path}: ${error}`));
    },
    onExit() {
      for (const { reject } of waiting.values()) reject(new Error(`${path} has ended`));
      waiting.clear();
    },
  });
  const helper: Helper = {
    pid: child.pid,
    ask: (verb, argument = null) =>
      new Promise((resolve, reject) => {
        waiting.set(++lastId, { resolve, reject });
        child.send({ id: lastId, verb, argument } satisfies Question);
      }),
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
  await helper.ask("ready");
  return helper;
}

/** The side of the helper process: answers until the parent has gone. */
export function answer(verbs: Record<string, (argument: never) => unknown>) {
  process.on("message", async ({ id, verb, argument }: Question) => {
    try {
      process.send!({ id, value: (await verbs[verb]!(argument as never)) ?? null } satisfies Reply);
    } catch (error) {
      process.send!({ id, error: String(error) } satisfies Reply);
    }
  });
  process.on("disconnect", () => process.exit(0));
}

/** CPU time of this process so far, user plus system. */
export function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Settings of an actor node in a helper process whose actors serve no media; ports and ingests are never used. */
export const mediaLessNode = (name: string, stores: Pick<Stores, "databaseUrl" | "natsUrl" | "redisUrl">) => ({
  NODE_NAME: name,
  DATABASE_URL: stores.databaseUrl,
  NATS_URL: stores.natsUrl,
  REDIS_URL: stores.redisUrl,
  INTERNAL_PORT: "9",
  INGESTS: "none=rtmp://127.0.0.1:9/live|http://127.0.0.1:9",
  LOG_LEVEL: "error",
});
