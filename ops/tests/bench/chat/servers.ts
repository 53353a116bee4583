// The servers of the chat benchmark: our edge with all that is behind it, and the baselines.

import { join } from "node:path";
import { residentBytes } from "#ops/tests/support/balancer.ts";
import { bootSystem } from "#ops/tests/support/system.ts";
import { dyingWithUs } from "#ops/up/processes.ts";
import { findRunning } from "#ops/up/running-system.ts";
import { connectDatabase } from "#schema/database.ts";
import type { DialectName } from "../../support/crowd/dialects.ts";
import { speakerAccounts } from "../../support/crowd/speaker-accounts.ts";
import { cpuMicros } from "../media.ts";

/** For our own system only; baselines ask for no token. */
export const UNLIMITED = {
  LADDER: "none",
  SOCKETS_PER_IP: "0",
  SOCKETS_PER_EDGE: "0",
  JOINS_PER_MINUTE_PER_IP: "0",
  LINES_PER_30S_PER_USER: "0",
  REQUESTS_PER_MINUTE_PER_IP: "0",
  VIEWERS_PER_IP: "0",
};

/** An edge's own. */
interface OurServer extends ChatServer {
  /** Sockets that were closed with 4008. */
  closedAsTooSlow(): Promise<number>;
}

export interface ChatServer {
  name: string;
  dialect: DialectName;
  urls: string[];
  channel: string;
  tokens: string[];
  /** Of the processes that hold the sockets. */
  cpuMicros(): Promise<number>;
  residentBytes(): number;
  stop(): Promise<void>;
}

export async function startOurs(speakers: number, edges = 1): Promise<OurServer> {
  const system = await bootSystem({ edges, env: UNLIMITED });
  try {
    const running = findRunning(system.data);
    const database = connectDatabase({ url: running.databaseUrl, applicationName: "bench", connectionsMax: 1 });
    const { jwtSecret } = running.folder.secrets();
    const { tokens, logins } = await speakerAccounts(database.sql, jwtSecret, speakers).finally(() => database.close());
    const numbers = Array.from({ length: edges }, (_, index) => index + 1);
    const pids = numbers.map((number) => system.pidOf(`edge-${number}`));
    return {
      name: edges === 1 ? "ours" : `ours, ${edges} edges`,
      dialect: "plain",
      urls: numbers.map((number) => system.edgeUrl(number)),
      channel: logins[0]!,
      tokens,
      cpuMicros: async () => (await Promise.all(pids.map(cpuMicros))).reduce((sum, micros) => sum + micros, 0),
      residentBytes: () => pids.map(residentBytes).reduce((sum, bytes) => sum + bytes, 0),
      async closedAsTooSlow() {
        const metrics = await (await fetch(`${system.internalUrl("edge-1")}/metrics`)).text();
        return Number(/^chat_closes_total\{code="4008"\} (\d+)/m.exec(metrics)?.[1] ?? 0);
      },
      async stop() {
        await system.stop();
      },
    };
  } catch (error) {
    await system.stop();
    throw error;
  }
}

const baselines = {
  "bare Bun.serve": { argv: [process.execPath, "baseline-bun.mjs"], dialect: "plain" },
  "ws (Node)": { argv: ["node", "baseline-ws.mjs"], dialect: "plain" },
  "socket.io (Node)": { argv: ["node", "baseline-socketio.mjs"], dialect: "socketIo" },
} as const;

export type BaselineName = keyof typeof baselines;

export async function startBaseline(name: BaselineName, speakers: number): Promise<ChatServer> {
  const { argv, dialect } = baselines[name];
  const [program, file] = argv;
  const child = Bun.spawn(dyingWithUs([program, join(import.meta.dir, file)], "KILL"), {
    env: { ...process.env, NODE_ENV: "production" },
    stdout: "pipe",
    stderr: "inherit",
  });
  const { value } = await child.stdout.getReader().read();
  if (!value) throw new Error(`${name} did not start`);
  return {
    name,
    dialect,
    urls: [`http://127.0.0.1:${Number(new TextDecoder().decode(value))}`],
    channel: "room",
    tokens: Array.from({ length: speakers }, () => "none"),
    cpuMicros: () => cpuMicros(child.pid),
    residentBytes: () => residentBytes(child.pid),
    async stop() {
      child.kill();
      await child.exited;
    },
  };
}
