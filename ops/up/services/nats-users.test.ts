// The users of NATS on a real server: each may publish and subscribe to its own subjects only.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type NatsConnection } from "nats";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { connectNats } from "#runtime/bus/bus-nats.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { DataFolder } from "../data-folder.ts";
import { freePort } from "../ports.ts";
import { Service } from "../service.ts";
import { natsPasswords, natsUrl, type StoreUser } from "../store-urls.ts";
import { natsService } from "./nats.ts";

const ID = "01890000-0000-7000-8000-000000000001";
const log = createLog({ name: "test", level: "silent" });
let folder: DataFolder;
let server: Service;
let port: number;

const urlOf = (user: StoreUser) => natsUrl(folder.secrets(), user, { port });
const busOf = (user: StoreUser) => connectNats({ url: urlOf(user), name: "test", clock, log });

beforeAll(async () => {
  folder = new DataFolder(mkdtempSync(join(tmpdir(), "nats-users-")));
  port = await freePort();
  const users = natsPasswords(folder.secrets());
  server = new Service(natsService({ folder, port, monitorPort: await freePort(), users }), folder, () => {});
  await server.start();
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder.path, { recursive: true, force: true });
});

/** The raw client, as an attacker with the password would use it. */
function client(user: StoreUser): Promise<NatsConnection> {
  const { username, password, host } = new URL(urlOf(user));
  return connect({ servers: `nats://${host}`, user: username, pass: password, ignoreAuthErrorAbort: true });
}

/** Those of the subjects `words` that the server refuses. */
async function refused(user: StoreUser, operation: "publish" | "subscribe", words: string[]): Promise<string[]> {
  const nats = await client(user);
  const found: string[] = [];
  void (async () => {
    for await (const { permissionContext } of nats.status())
      if (permissionContext) found.push(permissionContext.subject);
  })();
  for (const word of words)
    if (operation === "publish") nats.publish(word);
    else nats.subscribe(word, { callback: () => {} });
  // The client reports refusals through a queue of its own: one turn per subject, and one for the last answer.
  for (const _ of [null, ...words]) await nats.flush();
  await nats.close();
  return found;
}

const all = {
  actor: subjects.actor("channel", ID),
  wake: subjects.wake,
  ping: subjects.ping(ID),
  activate: subjects.activate(ID),
  second: subjects.second(ID),
  chat: subjects.chat(ID),
  status: subjects.status(ID),
  viewers: subjects.viewers(ID),
  revoked: subjects.revoked,
  moderatorNews: subjects.moderatorNews,
  chatters: subjects.chatters,
  chattersHere: subjects.chattersHere(ID),
  rolesChanged: subjects.rolesChanged,
} satisfies Record<keyof typeof subjects, string>;

type Name = keyof typeof all;
const may: Record<StoreUser, { publish: Name[]; subscribe: Name[] }> = {
  edge: {
    publish: ["actor", "wake", "viewers", "revoked", "rolesChanged", "moderatorNews", "chatters", "chattersHere"],
    subscribe: ["chat", "status", "revoked", "rolesChanged", "moderatorNews", "chatters", "chattersHere"],
  },
  actor: {
    publish: ["actor", "wake", "ping", "activate", "second", "chat", "status"],
    subscribe: ["actor", "wake", "ping", "activate", "second", "viewers", "status"],
  },
  operator: { publish: ["actor", "wake", "ping"], subscribe: [] },
};

for (const user of ["edge", "actor", "operator"] as const)
  for (const operation of ["publish", "subscribe"] as const)
    test(`the user ${user} may ${operation} the subjects of such a process, and no others`, async () => {
      const others = Object.entries(all).flatMap(([name, subject]) =>
        may[user][operation].includes(name as Name) ? [] : [subject],
      );
      const never = ["$SYS.REQ.SERVER.PING", "$JS.API.INFO", `node.${ID}.drain`, "anything"];
      if (operation === "subscribe")
        never.push(">", "*", "actor.>", "channel.>", "$SYS.>", "_INBOX.>", "_INBOX.*.*", "_INBOX.other.>");
      const words = [...Object.values(all), ...never];
      expect((await refused(user, operation, words)).sort()).toEqual([...others, ...never].sort());
    });

test("an edge asks and an actor node answers into the edge's own inbox", async () => {
  const [edge, actor, operator] = [await busOf("edge"), await busOf("actor"), await busOf("operator")];
  actor.subscribe(all.actor, (body, respond, subject) => respond({ body, subject }));
  await actor.flush();
  for (const asker of [edge, operator])
    expect(await asker.request(all.actor, 7, { timeoutMs: 2_000 })).toEqual({ body: 7, subject: all.actor });
  await expect(edge.request(subjects.actor("channel", "0000"), 7, { timeoutMs: 2_000 })).rejects.toMatchObject({
    fault: "no_responders",
  });
  for (const bus of [edge, actor, operator]) await bus.close();
});

test("a connection without a user is refused", async () => {
  const anonymous = connect({ servers: `nats://127.0.0.1:${port}` });
  await expect(anonymous).rejects.toMatchObject({ code: "AUTHORIZATION_VIOLATION" });
});

test("a forbidden subject is logged once for all its keys, and the link stays up", async () => {
  const errors: object[] = [];
  const recordingLog = Object.assign(createLog({ name: "test", level: "silent" }), {
    error: (fields: object) => void errors.push(fields),
  });
  const edge = await connectNats({ url: urlOf("edge"), name: "test", clock, log: recordingLog });
  edge.subscribe(all.actor, () => {});
  for (const key of ["0a0a0a0a", "0b0b0b0b"]) edge.publish(subjects.ping(key), null);
  for (let turn = 0; turn < 4; turn++) await edge.flush();
  const code = "nats_not_permitted";
  expect(errors).toEqual([
    { code, operation: "subscription", subject: all.actor },
    { code, operation: "publish", subject: subjects.ping("0a0a0a0a") },
  ]);
  expect(edge.link).toMatchObject({ up: true, generation: 1 });
  await edge.close();
});

test("a wrong password is logged once, and the connection is retried", async () => {
  const errors: object[] = [];
  const recordingLog = Object.assign(createLog({ name: "test", level: "silent" }), {
    error: (fields: object) => void errors.push(fields),
  });
  const url = Object.assign(new URL(urlOf("edge")), { password: "wrong" }).href;
  const thirdTry = Promise.withResolvers<void>();
  let tries = 0;
  const counting = {
    ...clock,
    sleep(ms: number) {
      if (++tries < 3) return clock.sleep(ms);
      thirdTry.resolve();
      return new Promise<void>(() => {}); // The client would retry for ever.
    },
  };
  void connectNats({ url, name: "test", clock: counting, log: recordingLog });
  await thirdTry.promise;
  expect(errors).toEqual([{ code: "nats_sign_in_refused" }]);
});

test("the configuration file holds no password, and the server accepts it", async () => {
  const conf = await Bun.file(folder.file("nats.conf")).text();
  for (const password of Object.values(natsPasswords(folder.secrets()))) expect(conf).not.toContain(password);
  expect(folder.logTail("nats", 1_000)).toContain("Server is ready");
});
