// Attacks on ownership and access rights.

import { connect as connectNats } from "nats";
import { DataFolder } from "#ops/up/data-folder.ts";
import { natsPermissions } from "#ops/up/services/nats-users.ts";
import { natsPasswords } from "#ops/up/store-urls.ts";
import { type Attack, mustHold } from "../attack.ts";
import type { Stage } from "../stage.ts";
import type { Tally } from "../tally.ts";

/** Everybody may ask to play a public channel, so it is asked of a channel for followers. */
async function playsWithoutRight({ ask, anna, mallory }: Stage, tally: Tally): Promise<string[]> {
  const channel = `/api/v1/channels/${anna.login}`;
  const show = (visibility: string) =>
    ask(tally, channel, { token: anna.accessToken, method: "PATCH", body: { visibility } });
  if ((await show("followers")).status !== 200) return ["the channel could not be closed"];
  const faults: string[] = [];
  for (const token of [mallory.accessToken, undefined as never]) {
    const { status } = await ask(tally, `${channel}/playback`, { token, method: "POST", body: {} });
    if (![401, 403].includes(status)) faults.push(`POST ${channel}/playback of a channel for followers → ${status}`);
  }
  await show("public");
  return faults;
}

const UNKNOWN_ID = "00000000-0000-7000-8000-000000000000";

/** The body without fields that always differ. */
const comparable = (text: string) => text.replace(/"requestId":"[^"]*"/, "");

export const accessAttacks: Attack[] = [
  {
    id: "A-01",
    name: "no route of the API reads or changes data of another user's channel",
    atLeast: 40,
    async run(stage, tally) {
      const { ask, anna, mallory, system } = stage;
      const { json } = await ask(tally, "/api/openapi.json");
      const paths = (json?.paths ?? {}) as Record<string, Record<string, unknown>>;
      const faults: string[] = [];
      for (const [path, methods] of Object.entries(paths))
        for (const method of Object.keys(methods).map((name) => name.toUpperCase())) {
          if (!isGuarded(method, path)) continue;
          const filled = path
            .replace("{channel}", anna.login)
            .replace("{login}", mallory.login)
            .replace(/\{\w+\}/g, UNKNOWN_ID);
          const asked = { token: mallory.accessToken, method, ...(method === "GET" ? {} : { body: bodyFor(path) }) };
          const { status } = await ask(tally, filled, asked);
          if (![401, 403, 404, 422].includes(status)) faults.push(`${method} ${filled} → ${status}`);
          const { status: unsigned } = await ask(tally, filled, { ...asked, token: undefined as never });
          if (![401, 404].includes(unsigned)) faults.push(`${method} ${filled} without a token → ${unsigned}`);
        }
      faults.push(...(await playsWithoutRight(stage, tally)));
      const key = await fetch(`${system.url}/api/v1/channels/${anna.login}/stream-key`, {
        headers: { authorization: `Bearer ${anna.accessToken}` },
      });
      if (key.status !== 200) faults.push("the owner's key stopped working");
      mustHold(faults);
      return undefined;
    },
  },
  {
    id: "A-01",
    name: "another user's device, token or report is answered like a missing one",
    atLeast: 12,
    async run({ ask, anna, mallory }, tally) {
      const faults: string[] = [];
      const own = await ask(tally, "/api/v1/me/sessions", { token: anna.accessToken });
      const ids = [...own.text.matchAll(/"id":"([0-9a-f-]{36})"/g)].map(([, id]) => id!);
      if (ids.length === 0) throw new Error("anna has no device");
      const made = await ask(tally, "/api/v1/me/tokens", {
        token: anna.accessToken,
        body: { name: "bot", scopes: ["chat:read"], password: anna.password },
      });
      const tokenId = String(made.json?.id);
      const others = [
        ...ids.map((id) => ["DELETE", "/api/v1/me/sessions/", id] as const),
        ["DELETE", "/api/v1/me/tokens/", tokenId] as const,
        ["GET", "/api/v1/admin/reports/", anna.id] as const,
        ["GET", "/api/v1/broadcasts/", anna.id] as const,
        ["GET", "/api/v1/admin/users/", anna.login] as const,
      ];
      for (const [method, path, id] of others) {
        const hers = await ask(tally, `${path}${id}`, { token: mallory.accessToken, method });
        const unknown = await ask(tally, `${path}${UNKNOWN_ID}`, { token: mallory.accessToken, method });
        if (hers.status < 400) faults.push(`${method} ${path}… → ${hers.status}`);
        if (hers.status !== unknown.status || comparable(hers.text) !== comparable(unknown.text))
          faults.push(`${method} ${path}…: ${hers.text} is not ${unknown.text}`);
      }
      const after = await ask(tally, "/api/v1/me/sessions", { token: anna.accessToken });
      if (!ids.every((id) => after.text.includes(id))) faults.push("a device of anna is gone");
      mustHold(faults);
      return undefined;
    },
  },
  {
    id: "A-02",
    name: "a name in an address never becomes a subject of the bus",
    atLeast: 60,
    async run({ ask, anna, system, portOf }, tally) {
      // Subscribes as an actor node, because no user may subscribe to everything. The server's log shows other publications of an edge.
      const pass = natsPasswords(new DataFolder(system.data).secrets()).actor;
      const bus = await connectNats({ servers: `nats://127.0.0.1:${portOf("nats")}`, user: "actor", pass });
      const subjects: string[] = [];
      const callback = (_: unknown, { subject }: { subject: string }) => void subjects.push(subject);
      for (const subject of natsPermissions.actor.subscribe) bus.subscribe(subject, { callback });
      await bus.flush();
      const violations = () => system.logs("nats").match(/Violation.*/g) ?? [];
      const violationsBefore = violations().length;
      const evil = [
        "*",
        ">",
        "a.zzz",
        "zzz.>",
        "zzz *",
        "$SYS.zzz",
        "zzz\r\nPUB x 0\r\n\r\n",
        "zzz\tb",
        "zzz\u0000",
        "аnnа-zzz",
        "zzz".repeat(1365),
        "..",
        ".zzz",
        "zzz.",
        "_INBOX.zzz",
        "actor.channel.zzz",
        "node.zzz.drain",
        "ａｎｎａzzz",
      ];
      const faults: string[] = [];
      for (const name of evil) {
        const part = encodeURIComponent(name);
        const asked = [
          { path: `/api/v1/channels/${part}` },
          { path: `/live/${part}/index.m3u8` },
          { path: `/api/v1/channels/${part}/broadcast/stop`, token: anna.accessToken, body: {} },
          { path: `/api/v1/me/follows/${part}`, token: anna.accessToken, method: "PUT", body: {} },
          { path: `/api/v1/channels/${part}/chat`, headers: { upgrade: "websocket", connection: "Upgrade" } },
        ];
        for (const { path, ...rest } of asked) {
          const { status } = await ask(tally, path, rest);
          // 400, 401 and 431 come from the server itself; the client resolves `..`.
          if (status < 300 ? name !== ".." : status >= 500) faults.push(`${path.slice(0, 80)} → ${status}`);
        }
      }
      // The control: a genuine call of an actor is seen here.
      await ask(tally, `/live/${anna.login}/index.m3u8`, { base: system.edgeUrl(2) });
      await Bun.sleep(300);
      await bus.close();
      for (const line of violations().slice(violationsBefore)) faults.push(`refused by NATS: ${line.slice(0, 120)}`);
      if (!subjects.some((subject) => subject.startsWith("actor.channel."))) faults.push("no message was received");
      for (const subject of new Set(subjects))
        if (/zzz|[^A-Za-z0-9_.$-]/i.test(subject.replace(/^_INBOX\.[A-Za-z0-9.]+$/, "")))
          faults.push(`subject ${subject}`);
      mustHold(faults);
      return `${new Set(subjects).size} subjects received`;
    },
  },
];

const READ_BY_FEW =
  /stream-key|broadcast$|editors|moderators|vips|subscribers|chat\/(?:held|terms|automod|people|suspicious|unban-requests$|export|messages\/search|log|bans)/;

/** Routes that change or show data that belongs to another user than the asker. */
function isGuarded(method: string, path: string): boolean {
  if (path.includes("/admin/")) return true;
  // Everybody may ask for a session by WebRTC, and nobody may touch another one's.
  if (/\/wh[ei]p/.test(path)) return path.endsWith("{session}");
  if (!path.includes("{channel}") || path.includes("/me/follows") || path.endsWith("/playback")) return false;
  // What the asker said, and the warning that the asker got.
  if (/\/chat\/(?:people\/me|warning)\//.test(path)) return false;
  return method !== "GET" || READ_BY_FEW.test(path);
}

const bodyFor = (path: string): unknown =>
  path.endsWith("{channel}") ? { title: "mine now" } : path.includes("suspension") ? { reason: "because" } : {};
