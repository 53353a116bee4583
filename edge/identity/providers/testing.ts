// For tests only: an independent OpenID Connect provider (oidc-provider) on loopback, and a browser that uses it.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import OidcProvider from "oidc-provider";

export interface TestIssuer {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Claims about people, by their login at the provider. */
  people: Map<string, { email?: string; email_verified?: boolean; name?: string; preferred_username?: string }>;
  close(): void;
}

/** `redirectUris` may grow until the first request. `name`: the host; for browsers `localhost` and 127.0.0.1 are two sites. Claims come from the userinfo endpoint, as OpenID Connect prescribes for codes. */
export async function startIssuer(redirectUris: readonly string[], name = "127.0.0.1"): Promise<TestIssuer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://${name}:${(server.address() as AddressInfo).port}`;
  const people: TestIssuer["people"] = new Map();
  const clientId = "us & them";
  const clientSecret = "a secret: with 100 % odd characters, and long";
  const make = () =>
    new OidcProvider(issuer, {
      clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [...redirectUris] }],
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "preferred_username"] },
      cookies: { keys: ["only for tests"] },
      async findAccount(_context, id) {
        return { accountId: id, claims: async () => ({ sub: id, ...people.get(id) }) };
      },
    }).callback();
  let answer: ReturnType<typeof make> | undefined;
  server.on("request", (request, response) => {
    answer ??= make();
    void answer(request, response);
  });
  return { issuer, clientId, clientSecret, people, close: () => void server.close() };
}

/** Keeps cookies by path, posts forms, and follows redirects within the provider. */
export class ProviderBrowser {
  readonly #cookies = new Map<string, { value: string; path: string }>();

  /** Signs in at the provider as `login`, or declines. Answers the URL that the provider redirects back to. */
  async visit(url: string, login: string, { deny = false } = {}): Promise<string> {
    const { origin } = new URL(url);
    let request = new Request(url, { redirect: "manual" });
    for (let i = 0; i < 15; i++) {
      const response = await this.#send(request);
      const location = response.headers.get("location");
      if (location) {
        const next = new URL(location, request.url);
        if (next.origin !== origin) return next.href;
        request = new Request(next, { redirect: "manual" });
        continue;
      }
      const page = await response.text();
      const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
      if (response.status !== 200 || !action)
        throw new Error(`the provider shows an error: ${response.status} ${errorIn(page)}`);
      if (deny) {
        request = new Request(new URL(`${action.replace(/\/$/, "")}/abort`, request.url), { redirect: "manual" });
        continue;
      }
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? "";
      const body = new URLSearchParams({ prompt, login, password: "any will do" });
      request = new Request(new URL(action, request.url), { method: "POST", body, redirect: "manual" });
    }
    throw new Error("too many redirects");
  }

  async #send(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const sent = [...this.#cookies].filter(([, { path }]) => pathname.startsWith(path));
    request.headers.set("cookie", sent.map(([name, { value }]) => `${name.split("@")[0]}=${value}`).join("; "));
    const response = await fetch(request);
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const path = /path=([^;]+)/i.exec(line)?.[1] ?? "/";
      if (value === "") this.#cookies.delete(`${name}@${path}`);
      else this.#cookies.set(`${name}@${path}`, { value, path });
    }
    return response;
  }
}

const errorIn = (page: string) => /<pre>([\s\S]{0,300}?)<\/pre>/.exec(page)?.[1] ?? page.slice(0, 200);
