// The users of NATS on its real server: each hears and says its own subjects and nothing else.

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
import { natsPasswords, natsUrl, type Who } from "../store-urls.ts";
import { natsService } from "./nats.ts";

const ID = "01890000-0000-7000-8000-000000000001";
const log = createLog({ name: "test", level: "silent" });
let folder: DataFolder;
let server: Service;
let port: number;

const urlOf = (who: Who) => natsUrl(folder.secrets(), who, { port });
const busOf = (who: Who) => connectNats({ url: urlOf(who), name: "test", clock, log });

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

/** The raw client, as somebody would use it who has got hold of a password. */
function client(who: Who): Promise<NatsConnection> {
  const { username, password, host } = new URL(urlOf(who));
  return connect({ servers: `nats://${host}`, user: username, pass: password, ignoreAuthErrorAbort: true });
}

/** Which of these the server refuses. */
async function refused(who: Who, operation: "publish" | "subscribe", words: string[]): Promise<string[]> {
  const nats = await client(who);
  const found: string[] = [];
  void (async () => {
    for await (const { permissionContext } of nats.status())
      if (permissionContext) found.push(permissionContext.subject);
  })();
  for (const word of words)
    if (operation === "publish") nats.publish(word);
    else nats.subscribe(word, { callback: () => {} });
  // What the client tells of goes through a queue of its own: one turn for each word, and one for the last answer.
  for (const _ of [null, ...words]) await nats.flush();
  await nats.close();
  return found;
}

const all = {
  actor: subjects.actor("channel", ID),
  wake: subjects.wake,
  ping: subjects.ping(ID),
  activate: subjects.activate(ID),
  chat: subjects.chat(ID),
  status: subjects.status(ID),
  viewers: subjects.viewers(ID),
  revoked: subjects.revoked,
  rolesChanged: subjects.rolesChanged,
} satisfies Record<keyof typeof subjects, string>;

type Name = keyof typeof all;
const may: Record<Who, { publish: Name[]; subscribe: Name[] }> = {
  edge: {
    publish: ["actor", "wake", "viewers", "revoked", "rolesChanged"],
    subscribe: ["chat", "status", "revoked", "rolesChanged"],
  },
  actor: {
    publish: ["ping", "activate", "chat", "status"],
    subscribe: ["actor", "wake", "ping", "activate", "viewers", "status"],
  },
  operator: { publish: ["actor", "wake", "ping"], subscribe: [] },
};

for (const who of ["edge", "actor", "operator"] as const)
  for (const operation of ["publish", "subscribe"] as const)
    test(`as ${who} one may ${operation} what such a process does, and nothing else`, async () => {
      const others = Object.entries(all).flatMap(([name, subject]) =>
        may[who][operation].includes(name as Name) ? [] : [subject],
      );
      const never = ["$SYS.REQ.SERVER.PING", "$JS.API.INFO", `node.${ID}.drain`, "anything"];
      if (operation === "subscribe")
        never.push(">", "*", "actor.>", "channel.>", "$SYS.>", "_INBOX.>", "_INBOX.*.*", "_INBOX.other.>");
      const words = [...Object.values(all), ...never];
      expect((await refused(who, operation, words)).sort()).toEqual([...others, ...never].sort());
    });

test("an edge asks and an actor node answers, into the edge's own inbox", async () => {
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

test("without a user nobody is taken in", async () => {
  const stranger = connect({ servers: `nats://127.0.0.1:${port}` });
  await expect(stranger).rejects.toMatchObject({ code: "AUTHORIZATION_VIOLATION" });
});

test("what is not permitted is said in the log, once for all keys, and the link goes on", async () => {
  const errors: object[] = [];
  const telling = Object.assign(createLog({ name: "test", level: "silent" }), {
    error: (fields: object) => void errors.push(fields),
  });
  const edge = await connectNats({ url: urlOf("edge"), name: "test", clock, log: telling });
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

test("a password that is not right is said in the log once, and tried again", async () => {
  const errors: object[] = [];
  const telling = Object.assign(createLog({ name: "test", level: "silent" }), {
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
      return new Promise<void>(() => {}); // It would go on for ever.
    },
  };
  void connectNats({ url, name: "test", clock: counting, log: telling });
  await thirdTry.promise;
  expect(errors).toEqual([{ code: "nats_sign_in_refused" }]);
});

test("the file holds no password, and the server does not complain about it", async () => {
  const conf = await Bun.file(folder.file("nats.conf")).text();
  for (const password of Object.values(natsPasswords(folder.secrets()))) expect(conf).not.toContain(password);
  expect(folder.logTail("nats", 1_000)).toContain("Server is ready");
});
