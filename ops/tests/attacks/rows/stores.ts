// Attacks on the stores by an attacker who reaches their ports, without a password or with those of a compromised node.

import { connect as connectNats, ErrorCode, NatsError } from "nats";
import { databaseUrl, redisUrl } from "#ops/up/store-urls.ts";
import { connectDatabase } from "#schema/database.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { type Attack, mustHold } from "../attack.ts";
import { databaseRefusal, natsAs, redisAnswers, refusalOf, refusedBy, secretsOf } from "../store-clients.ts";

const FORBIDDEN = "42501";

const NODE_STATEMENTS = [
  "CREATE TABLE mine (id int)",
  "CREATE TEMP TABLE mine (id int)",
  "CREATE SCHEMA mine",
  "CREATE ROLE mine",
  "ALTER ROLE CURRENT_USER SUPERUSER",
  "ALTER ROLE live PASSWORD 'mine'",
  "SET ROLE live",
  "GRANT live TO node",
  "ALTER SYSTEM SET log_statement = 'all'",
  "ALTER DATABASE live SET statement_timeout = 0",
  "DROP DATABASE live",
  "SELECT pg_read_file('postgresql.conf')",
  "SELECT pg_read_binary_file('/etc/passwd')",
  "SELECT pg_ls_dir('/')",
  "COPY users TO PROGRAM 'id'",
  "COPY users FROM PROGRAM 'id'",
  "COPY users TO '/tmp/users'",
  "SELECT lo_import('/etc/passwd')",
  "LOAD '/tmp/mine.so'",
  "SELECT rolpassword FROM pg_authid",
  "SELECT pg_reload_conf()",
  "SELECT pg_switch_wal()",
  "DROP TABLE users",
  "TRUNCATE audit_log",
  "ALTER TABLE audit_log DISABLE ROW LEVEL SECURITY",
  "UPDATE audit_log SET act = 'other'",
  "UPDATE audit_log SET actor_id = NULL, target = ''",
  "UPDATE audit_log SET address = '203.0.113.9'",
  "INSERT INTO audit_log (id, at, act) VALUES (gen_random_uuid(), now(), 'x')",
  "DELETE FROM migrations",
  "CREATE TRIGGER t BEFORE INSERT ON users EXECUTE FUNCTION count_followers()",
];

const NODE_COMMANDS = [
  "CONFIG GET *",
  "CONFIG SET dir /tmp",
  "FLUSHALL",
  "FLUSHDB",
  "KEYS *",
  "SHUTDOWN NOSAVE",
  "SAVE",
  "BGSAVE",
  "REPLICAOF 127.0.0.1 1",
  "MODULE LIST",
  "ACL SETUSER mine on nopass",
  "ACL LIST",
  "CLIENT LIST",
  "CLIENT KILL TYPE normal",
  "SCRIPT FLUSH",
  "FUNCTION FLUSH",
  "MONITOR",
  "SUBSCRIBE x",
  "SWAPDB 0 1",
  "MIGRATE h 1 k 0 1",
];

export const storeAttacks: Attack[] = [
  {
    id: "A-02",
    name: "with an edge's own password a client can subscribe and publish only to the subjects of an edge",
    atLeast: 25,
    async run(stage, tally) {
      const { anna, system } = stage;
      const { json } = await stage.ask(tally, `/api/v1/channels/${anna.login}`);
      const channelId = String(json?.id);
      const nats = await natsAs(stage, "edge");
      try {
        const forbiddenToSubscribe = [
          ">",
          "*",
          "*.>",
          "$SYS.>",
          "$SYS.REQ.SERVER.PING",
          "$JS.>",
          "actor.>",
          "actor.*.*",
          "actors.*",
          subjects.wake,
          subjects.actor("channel", channelId),
          "node.>",
          subjects.ping(channelId),
          subjects.activate(channelId),
          "channel.>",
          "channel.*.viewers",
          "_INBOX.>",
          "_INBOX.*.>",
          "_INBOX.actor.>",
          "_INBOX.operator.>",
          "auth.>",
        ];
        const forbiddenToPublish = [
          "$SYS.REQ.SERVER.PING",
          subjects.chat(channelId),
          subjects.status(channelId),
          subjects.ping(channelId),
          subjects.activate(channelId),
          "_INBOX.actor.x.1",
          "_INBOX.edge.x.1",
          "anything",
        ];
        const own = [subjects.status(channelId), subjects.chat(channelId), subjects.revoked, "_INBOX.edge.mine"];
        const listen = (subject: string) => void nats.subscribe(subject, { callback: () => {} });
        const refusedSubscriptions = await refusedBy(nats, tally, [...forbiddenToSubscribe, ...own], listen);
        const refusedPublications = await refusedBy(nats, tally, forbiddenToPublish, (subject) =>
          nats.publish(subject, "{}"),
        );
        const faults = [
          ...forbiddenToSubscribe
            .filter((subject) => !refusedSubscriptions.has(subject))
            .map((subject) => `may subscribe to ${subject}`),
          ...forbiddenToPublish
            .filter((subject) => !refusedPublications.has(subject))
            .map((subject) => `may publish ${subject}`),
          // The control: an edge works.
          ...own
            .filter((subject) => refusedSubscriptions.has(subject))
            .map((subject) => `may not subscribe to ${subject}`),
        ];
        // No process of the system itself was refused a subject.
        for (const name of ["edge-1", "edge-2", "actor-1"])
          if (/nats_not_permitted|nats_sign_in_refused/.test(system.logs(name))) faults.push(`${name} was refused`);
        mustHold(faults);
        return `${refusedSubscriptions.size} subscriptions and ${refusedPublications.size} publications refused`;
      } finally {
        await nats.close();
      }
    },
  },
  {
    id: "A-21",
    name: "NATS, PostgreSQL and Redis refuse clients without a password or with a wrong one",
    atLeast: 12,
    async run(stage, tally) {
      const faults: string[] = [];
      const secrets = secretsOf(stage);
      const tried = async (what: string, refusal: Promise<string | null>, wanted: RegExp) => {
        tally.sent();
        const found = (await refusal) ?? "taken in";
        tally.answered(found);
        if (!wanted.test(found)) faults.push(`${what}: ${found}`);
      };
      const nats = { servers: `nats://127.0.0.1:${stage.portOf("nats")}`, maxReconnectAttempts: 0 };
      const natsRefusal = async (options: object) => {
        try {
          await (await connectNats({ ...nats, ...options })).close();
          return null;
        } catch (error) {
          return error instanceof NatsError ? error.code : String(error);
        }
      };
      const { natsEdgePassword: pass } = secrets;
      for (const options of [
        {},
        { user: "edge" },
        { user: "edge", pass: "edge" },
        { user: "live", pass },
        { token: pass },
      ])
        await tried("NATS", natsRefusal(options), new RegExp(ErrorCode.AuthorizationViolation));
      for (const url of [
        "postgres://node@HOST/live",
        "postgres://node:node@HOST/live",
        "postgres://live:live@HOST/live",
        "postgres://postgres@HOST/postgres",
        `postgres://live:${secrets.nodeDatabasePassword}@HOST/live`,
      ])
        await tried(
          "PostgreSQL",
          databaseRefusal(url.replace("HOST", `127.0.0.1:${stage.portOf("postgres")}`)),
          /^28P01$/,
        );
      const commands = [
        "PING",
        "INFO",
        "CONFIG GET *",
        "FLUSHALL",
        "AUTH node node",
        "AUTH operator operator",
        "GET x",
      ];
      const answers = await redisAnswers(stage.portOf("redis"), commands);
      for (const [index, command] of commands.entries())
        await tried(`Redis ${command}`, Promise.resolve(answers[index]!.split(" ")[0]!), /^-(NOAUTH|WRONGPASS)$/);
      mustHold(faults);
      return undefined;
    },
  },
  {
    id: "A-21",
    name: "with a node's own passwords a client cannot administer stores, create or read anything beyond a node's needs, or rewrite the audit log",
    atLeast: 40,
    async run(stage, tally) {
      const secrets = secretsOf(stage);
      const faults: string[] = [];
      const url = databaseUrl(secrets, "edge", { port: stage.portOf("postgres") });
      const database = connectDatabase({ url, applicationName: "attack", connectionsMax: 1 });
      try {
        for (const statement of NODE_STATEMENTS) {
          tally.sent();
          const outcome = await refusalOf(database.sql, statement);
          tally.answered(outcome);
          if (outcome !== FORBIDDEN) faults.push(`${statement} → ${outcome}`);
        }
        const count = async () => (await database.sql`SELECT count(*)::int AS n FROM audit_log`)[0]!.n;
        // The control: the client can read, and there are rows to delete.
        const before = await count();
        if (before === 0) faults.push("nothing was in the audit log");
        await database.sql`DELETE FROM audit_log`;
        if ((await count()) < before) faults.push("entries of the audit log were deleted");
      } finally {
        await database.close();
      }
      const { username, password } = new URL(redisUrl(secrets, "edge", { port: stage.portOf("redis") }));
      const commands = [`AUTH ${username} ${password}`, "PING", ...NODE_COMMANDS];
      const answers = await redisAnswers(stage.portOf("redis"), commands);
      if (answers[0] !== "+OK" || answers[1] !== "+PONG") faults.push(`the user of a node is refused: ${answers[0]}`);
      for (const [index, command] of NODE_COMMANDS.entries()) {
        tally.sent();
        const outcome = answers[index + 2]!.split(" ")[0]!;
        tally.answered(outcome);
        if (outcome !== "-NOPERM") faults.push(`${command} → ${answers[index + 2]}`);
      }
      mustHold(faults);
      return undefined;
    },
  },
];
