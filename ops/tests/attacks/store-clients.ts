// An attacker's own clients for the stores, which report refusals.

import { connect } from "node:net";
import { connect as connectNats, type NatsConnection } from "nats";
import { DataFolder } from "#ops/up/data-folder.ts";
import { natsUrl, type StoreUser } from "#ops/up/store-urls.ts";
import { connectDatabase, type Sql, sqlState } from "#schema/database.ts";
import type { Stage } from "./stage.ts";
import type { Tally } from "./tally.ts";

const ANSWER_WITHIN_MS = 2_000;

export const secretsOf = ({ system }: Stage) => new DataFolder(system.data).secrets();

/** A NATS client with the user and password of a given kind of process. */
export function natsAs(stage: Stage, user: StoreUser): Promise<NatsConnection> {
  const { username, password, host } = new URL(natsUrl(secretsOf(stage), user, { port: stage.portOf("nats") }));
  return connectNats({ servers: `nats://${host}`, user: username, pass: password });
}

/** Subjects used by `act` that the server refused. */
export async function refusedBy(nats: NatsConnection, tally: Tally, words: string[], act: (subject: string) => void) {
  const refused = new Set<string>();
  void (async () => {
    for await (const { permissionContext } of nats.status())
      if (permissionContext) refused.add(permissionContext.subject);
  })();
  for (const word of words) {
    tally.sent();
    act(word);
    // Twice, because the client reports refusals through a queue of its own.
    await nats.flush();
    await nats.flush();
  }
  for (const word of words) tally.answered(refused.has(word) ? "not permitted" : "permitted");
  return new Set(refused);
}

/** First line of Redis' answer to each command, over one connection. */
export function redisAnswers(port: number, commands: string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port });
    let text = "";
    const answers = () => text.split("\r\n").filter((line) => /^[+\-$:*]/.test(line));
    socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error(`Redis is silent after ${text}`)));
    socket.on("error", reject);
    socket.on("connect", () => socket.write(commands.map((command) => `${command}\r\n`).join("")));
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      if (answers().length < commands.length) return;
      socket.destroy();
      resolve(answers());
    });
  });
}

/** SQLSTATE with which the server refuses the connection; null when it accepts. */
export async function databaseRefusal(url: string): Promise<string | null> {
  const { sql, close } = connectDatabase({ url, applicationName: "attack", connectionsMax: 1 });
  try {
    const outcome = await refusalOf(sql, "SELECT 1");
    return outcome === "done" ? null : outcome;
  } finally {
    await close();
  }
}

/** SQLSTATE of the error, or `done`. */
export const refusalOf = (sql: Sql, statement: string): Promise<string> =>
  sql.unsafe(statement).then(
    () => "done",
    (error) => sqlState(error) ?? String(error),
  );
