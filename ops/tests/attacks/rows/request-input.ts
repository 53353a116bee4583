// Attacks with the content of requests: fields, idempotency keys, cookies and origins..

import { ChatClient } from "../../support/chat-client.ts";
import { type Attack, mustHold } from "../attack.ts";

export const inputAttacks: Attack[] = [
  {
    id: "A-17",
    name: "unknown fields, wrong types, huge numbers and deep nesting are refused and change nothing",
    atLeast: 40,
    async run({ ask, anna, mallory }, tally) {
      const faults: string[] = [];
      const deep = `{"displayName":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
      const bodies = [
        '{"role":"admin"}',
        '{"__proto__":{"role":"admin"}}',
        '{"constructor":{"prototype":{"role":"admin"}}}',
        '{"displayName":{"$ne":null}}',
        '{"displayName":["x"]}',
        '{"displayName":1e309}',
        '{"displayName":NaN}',
        "[]",
        "0",
        '"x"',
        deep,
        `{"a":${"{".repeat(500)}`,
        '{"id":"x"}',
        '{"email":"x@y.z"}',
        '{"displayName":true}',
        '{"a":1,}',
        "\u0000",
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
      if (({} as { role?: string }).role !== undefined) faults.push("Object.prototype was changed");
      const annas = await ask(tally, `/api/v1/channels/${anna.login}`);
      if (annas.status !== 200) faults.push("anna's channel is gone");
      mustHold(faults);
      return undefined;
    },
  },
  {
    id: "A-18",
    name: "an idempotency key with another body is refused, and another user's key reveals nothing",
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
      if (changed.type !== "refused" || changed.code !== "nonce_reused") faults.push("another body was accepted");
      if (stolen.type === "said" && stolen.id === first.id) faults.push("another user's answer was returned");
      if (stolen.type === "refused" && stolen.code === "nonce_reused") faults.push("another user's nonce is known");
      await Promise.all([annas, other, mallorys].map((client) => client.leave()));
      mustHold(faults);
      return undefined;
    },
  },
  {
    id: "A-22",
    name: "pages of other origins can read nothing and cannot use the cookie",
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
      if (media.headers.get("access-control-allow-credentials")) faults.push("media allows credentials of any origin");
      // The control: the same cookie without an origin, or from an allowed one, is accepted, and its attributes are right.
      const origin = "https://live.example.org";
      const good = await ask(tally, "/api/v1/auth/refresh", {
        method: "POST",
        headers: { origin, cookie: `refresh_token=${refreshToken}` },
      });
      if (good.status !== 200) faults.push(`our own page's refresh → ${good.status}`);
      if (good.headers.get("access-control-allow-origin") !== origin) faults.push("our own origin may not read");
      const [cookie = ""] = good.headers.getSetCookie();
      for (const word of ["HttpOnly", "SameSite=Strict", "Path=/api/v1/auth"])
        if (!cookie.includes(word)) faults.push(`the cookie lacks ${word}`);
      mustHold(faults);
      return undefined;
    },
  },
];
