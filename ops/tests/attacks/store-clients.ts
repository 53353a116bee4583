// How an attacker speaks to the stores: with clients of their own, that tell what was refused.

import { connect } from "node:net";
import { connect as connectNats, type NatsConnection } from "nats";
import { DataFolder } from "#ops/up/data-folder.ts";
import { natsUrl, type StoreUser } from "#ops/up/store-urls.ts";
import { connectDatabase, type Sql, sqlState } from "#schema/database.ts";
import type { Stage } from "./stage.ts";
import type { Tally } from "./tally.ts";

const ANSWER_WITHIN_MS = 2_000;

export const secretsOf = ({ system }: Stage) => new DataFolder(system.data).secrets();

/** As a client of the attacker's own speaks, with the password of such a process. */
export function natsAs(stage: Stage, user: StoreUser): Promise<NatsConnection> {
  const { username, password, host } = new URL(natsUrl(secretsOf(stage), user, { port: stage.portOf("nats") }));
  return connectNats({ servers: `nats://${host}`, user: username, pass: password });
}

/** Subjects that the server refused, of those that `act` said or wanted to hear. */
export async function refusedBy(nats: NatsConnection, tally: Tally, words: string[], act: (subject: string) => void) {
  const refused = new Set<string>();
  void (async () => {
    for await (const { permissionContext } of nats.status())
      if (permissionContext) refused.add(permissionContext.subject);
  })();
  for (const word of words) {
    tally.sent();
    act(word);
    // Twice: what the client tells of goes through a queue of its own.
    await nats.flush();
    await nats.flush();
  }
  for (const word of words) tally.answered(refused.has(word) ? "not permitted" : "permitted");
  return new Set(refused);
}

/** First line of what Redis answers to each command, over one connection. */
export function redisSays(port: number, commands: string[]): Promise<string[]> {
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

/** SQLSTATE with which the server refuses the connection; null: it did not. */
export async function databaseRefusal(url: string): Promise<string | null> {
  const { sql, close } = connectDatabase({ url, applicationName: "attack", connectionsMax: 1 });
  try {
    const outcome = await refusalOf(sql, "SELECT 1");
    return outcome === "done" ? null : outcome;
  } finally {
    await close();
  }
}

/** SQLSTATE, or `done`. */
export const refusalOf = (sql: Sql, statement: string): Promise<string> =>
  sql.unsafe(statement).then(
    () => "done",
    (error) => sqlState(error) ?? String(error),
  );
