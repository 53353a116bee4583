// Attacks on whose things are whose.

import { connect as connectNats } from "nats";
import { ChatClient } from "../chat-client.ts";
import { type Attack, mustHold } from "./attack.ts";

const NOBODYS = "00000000-0000-7000-8000-000000000000";

/** Without what differs by itself. */
const sameness = (text: string) => text.replace(/"requestId":"[^"]*"/, "");

export const accessAttacks: Attack[] = [
  {
    id: "A-01",
    name: "what is another channel's may be neither read nor changed, by any route of the API",
    atLeast: 40,
    async run({ ask, anna, mallory, system }, tally) {
      const { json } = await ask(tally, "/api/openapi.json");
      const paths = (json?.paths ?? {}) as Record<string, Record<string, unknown>>;
      const faults: string[] = [];
      for (const [path, methods] of Object.entries(paths))
        for (const method of Object.keys(methods).map((name) => name.toUpperCase())) {
          if (!isGuarded(method, path)) continue;
          const filled = path
            .replace("{channel}", anna.login)
            .replace("{login}", mallory.login)
            .replace(/\{\w+\}/g, NOBODYS);
          const asked = { token: mallory.accessToken, method, ...(method === "GET" ? {} : { body: bodyFor(path) }) };
          const { status } = await ask(tally, filled, asked);
          if (![401, 403, 404, 422].includes(status)) faults.push(`${method} ${filled} → ${status}`);
          const { status: unsigned } = await ask(tally, filled, { ...asked, token: undefined as never });
          if (![401, 404].includes(unsigned)) faults.push(`${method} ${filled} without a token → ${unsigned}`);
        }
      const key = await fetch(`${system.url}/api/v1/channels/${anna.login}/stream-key`, {
        headers: { authorization: `Bearer ${anna.accessToken}` },
      });
      if (key.status !== 200) faults.push("the owner has lost her key");
      mustHold(faults);
      return undefined;
    },
  },
  {
    id: "A-01",
    name: "another's device, token or report answers as one that is not there",
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
        const nobodys = await ask(tally, `${path}${NOBODYS}`, { token: mallory.accessToken, method });
        if (hers.status < 400) faults.push(`${method} ${path}… → ${hers.status}`);
        if (hers.status !== nobodys.status || sameness(hers.text) !== sameness(nobodys.text))
          faults.push(`${method} ${path}…: ${hers.text} is not ${nobodys.text}`);
      }
      const after = await ask(tally, "/api/v1/me/sessions", { token: anna.accessToken });
      if (!ids.every((id) => after.text.includes(id))) faults.push("a device of hers is gone");
      mustHold(faults);
      return undefined;
    },
  },
  {
    id: "A-02",
    name: "a name in an address never becomes a subject of the bus",
    atLeast: 60,
    async run({ ask, anna, system, portOf }, tally) {
      const bus = await connectNats({ servers: `nats://127.0.0.1:${portOf("nats")}` });
      const subjects: string[] = [];
      const listening = bus.subscribe(">", { callback: (_, { subject }) => void subjects.push(subject) });
      await bus.flush();
      const evil = [
        ...[
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
        ],
        ...[
          "zzz".repeat(1365),
          "..",
          ".zzz",
          "zzz.",
          "_INBOX.zzz",
          "actor.channel.zzz",
          "node.zzz.drain",
          "ａｎｎａzzz",
        ],
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
          // 400, 401 and 431 of the server itself; `..` is tidied up by the client.
          if (status < 300 ? name !== ".." : status >= 500) faults.push(`${path.slice(0, 80)} → ${status}`);
        }
      }
      // The control: what is asked of an actor in earnest is seen here.
      await ask(tally, `/live/${anna.login}/index.m3u8`, { base: system.edgeUrl(2) });
      await Bun.sleep(300);
      listening.unsubscribe();
      await bus.close();
      if (!subjects.some((subject) => subject.startsWith("actor.channel.")))
        faults.push("nothing was overheard at all");
      for (const subject of new Set(subjects))
        if (/zzz|[^A-Za-z0-9_.$-]/i.test(subject.replace(/^_INBOX\.[A-Za-z0-9.]+$/, "")))
          faults.push(`subject ${subject}`);
      mustHold(faults);
      return `${new Set(subjects).size} subjects overheard`;
    },
  },
  {
    id: "A-17",
    name: "fields nobody offered, wrong types, endless numbers and depth are refused, and change nothing",
    atLeast: 40,
    async run({ ask, anna, mallory }, tally) {
      const faults: string[] = [];
      const deep = `{"displayName":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
      const bodies = [
        ...['{"role":"admin"}', '{"__proto__":{"role":"admin"}}', '{"constructor":{"prototype":{"role":"admin"}}}'],
        ...[
          '{"displayName":{"$ne":null}}',
          '{"displayName":["x"]}',
          '{"displayName":1e309}',
          '{"displayName":NaN}',
          "[]",
          "0",
          '"x"',
        ],
        ...[
          deep,
          `{"a":${"{".repeat(500)}`,
          '{"id":"x"}',
          '{"email":"x@y.z"}',
          '{"displayName":true}',
          '{"a":1,}',
          "\u0000",
        ],
      ];
      for (const [method, path, token] of [
        ["PATCH", "/api/v1/me", mallory.accessToken],
        ["PATCH", `/api/v1/channels/${mallory.login}`, mallory.accessToken],
        ["POST", "/api/v1/auth/login", undefined],
      ] as const)
        for (const rawBody of bodies) {
          const { status, text } = await ask(tally, path, { method, rawBody, ...(token && { token }) });
          if (status < 400 || status >= 500)
            faults.push(`${method} ${path} ${rawBody.slice(0, 60)} → ${status} ${text}`);
          if (/at .*\.ts:\d+/.test(text)) faults.push(`a stack trace: ${text}`);
        }
      const extra = { login: "zzzz", email: "z@example.org", password: crypto.randomUUID(), role: "admin" };
      const registered = await ask(tally, "/api/v1/auth/register", { body: extra });
      if (registered.status !== 422) faults.push(`register with a role → ${registered.status}`);
      for (const query of [
        "limit=-1",
        "limit=NaN",
        "limit=1e309",
        "limit[]=1",
        "limit=1&limit=2",
        "cursor=%00",
        "sort=__proto__",
      ]) {
        const { status } = await ask(tally, `/api/v1/channels?${query}`);
        if (status >= 500) faults.push(`?${query} → ${status}`);
      }
      const me = await ask(tally, "/api/v1/me", { token: mallory.accessToken });
      if (me.json?.role !== "user") faults.push(`mallory is ${me.json?.role}`);
      if (({} as { role?: string }).role !== undefined) faults.push("the prototype of everything was changed");
      const annas = await ask(tally, `/api/v1/channels/${anna.login}`);
      if (annas.status !== 200) faults.push("anna's channel is gone");
      mustHold(faults);
      return undefined;
    },
  },
  {
    id: "A-18",
    name: "an idempotency key of another body is refused, and another person's says nothing",
    atLeast: 4,
    async run({ system, anna, mallory }, tally) {
      const nonce = crypto.randomUUID();
      const channel = anna.login;
      const join = (number: number, token: string) => ChatClient.join({ url: system.edgeUrl(number), channel, token });
      const [annas, other, mallorys] = [
        await join(1, anna.accessToken),
        await join(2, anna.accessToken),
        await join(2, mallory.accessToken),
      ];
      const say = async (client: ChatClient, body: string) => {
        tally.sent();
        const verdict = await client.say(body, nonce);
        tally.answered(verdict.type === "said" ? "said" : verdict.code);
        return verdict;
      };
      const first = await say(annas, "one line");
      const again = await say(other, "one line");
      const changed = await say(other, "another line");
      const stolen = await say(mallorys, "mallory's line");
      const faults: string[] = [];
      if (first.type !== "said") throw new Error(`the first was refused: ${first.code}`);
      if (again.type !== "said" || again.id !== first.id) faults.push("a repeat is another line");
      if (changed.type !== "refused" || changed.code !== "nonce_reused") faults.push("another body went through");
      if (stolen.type === "said" && stolen.id === first.id) faults.push("another person's answer was given out");
      if (stolen.type === "refused" && stolen.code === "nonce_reused") faults.push("another person's nonce is known");
      await Promise.all([annas, other, mallorys].map((client) => client.leave()));
      mustHold(faults);
      return undefined;
    },
  },
  {
    id: "A-22",
    name: "foreign pages are told nothing, and cannot use the cookie",
    atLeast: 20,
    async run({ ask, signUp, system }, tally) {
      const faults: string[] = [];
      const { host } = new URL(system.url);
      const { refreshToken, accessToken } = await signUp();
      const foreign = [
        "https://evil.example",
        "null",
        `http://${host}.evil.example`,
        `http://evil-${host}`,
        "https://live.example.org.evil.example",
      ];
      for (const origin of foreign) {
        for (const path of ["/api/v1/me", "/api/v1/auth/refresh"]) {
          const preflight = {
            origin,
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization",
          };
          const { headers } = await ask(tally, path, { method: "OPTIONS", headers: preflight });
          if (headers.get("access-control-allow-origin")) faults.push(`preflight of ${origin} to ${path} was allowed`);
        }
        const read = await ask(tally, "/api/v1/me", { token: accessToken, headers: { origin } });
        if (read.headers.get("access-control-allow-origin")) faults.push(`${origin} may read /me`);
        for (const path of ["refresh", "logout", "logout-all"]) {
          const cookie = `refresh_token=${refreshToken}`;
          const { status } = await ask(tally, `/api/v1/auth/${path}`, { headers: { origin, cookie }, method: "POST" });
          if (status !== 403) faults.push(`${origin} ${path} → ${status}`);
        }
      }
      const form = await ask(tally, "/api/v1/auth/login", {
        rawBody: "login=a&password=b",
        headers: { "content-type": "application/x-www-form-urlencoded" },
      });
      if (form.status < 400) faults.push(`a form signs in: ${form.status}`);
      const media = await ask(tally, "/live/nobody/index.m3u8", { headers: { origin: "https://evil.example" } });
      if (media.headers.get("access-control-allow-credentials")) faults.push("media with credentials for everybody");
      // The control: the same cookie from no page at all, or an allowed one, is good; and so is what it is marked with.
      const origin = "https://live.example.org";
      const good = await ask(tally, "/api/v1/auth/refresh", {
        ...{ method: "POST", headers: { origin, cookie: `refresh_token=${refreshToken}` } },
      });
      if (good.status !== 200) faults.push(`our own page's refresh → ${good.status}`);
      if (good.headers.get("access-control-allow-origin") !== origin) faults.push("our own page may not read");
      const [cookie = ""] = good.headers.getSetCookie();
      for (const word of ["HttpOnly", "SameSite=Strict", "Path=/api/v1/auth"])
        if (!cookie.includes(word)) faults.push(`the cookie lacks ${word}`);
      mustHold(faults);
      return undefined;
    },
  },
];

/** Routes that change or show what belongs to somebody else than the asker. */
function isGuarded(method: string, path: string): boolean {
  if (path.includes("/admin/")) return true;
  if (!path.includes("{channel}") || path.includes("/me/follows")) return false;
  return method !== "GET" || /stream-key|broadcast$|editors|moderators|vips|subscribers/.test(path);
}

const bodyFor = (path: string): unknown =>
  path.endsWith("{channel}") ? { title: "mine now" } : path.includes("suspension") ? { reason: "because" } : {};
