// Every route with access rules refuses strangers before it reads the body. Elysia's compiler has dropped guards before.

import { expect, test } from "bun:test";
import { testEdge } from "#edge/testing.ts";
import type { Scope } from "#schema/api/scopes.ts";

interface GuardedRoute {
  method: string;
  path: string;
  access: string;
  scope?: Scope | undefined;
}

/** A request with a body that records when it is read. */
type Knock = (route: GuardedRoute, body: ReadableStream | null) => Promise<{ status: number; code: unknown }>;

/** Routes that did not answer as `expected`, or read the body first. */
async function letIn(routes: GuardedRoute[], knock: Knock, expected: string): Promise<string[]> {
  const faults: string[] = [];
  for (const route of routes) {
    let isRead = false;
    const pull = (controller: ReadableStreamDefaultController) => {
      isRead = true;
      controller.enqueue(new TextEncoder().encode("{}"));
      controller.close();
    };
    const body = route.method === "GET" ? null : new ReadableStream({ pull }, { highWaterMark: 0 });
    const { status, code } = await knock(route, body);
    const answer = `${status} ${code}${isRead ? ", body read" : ""}`;
    if (answer !== expected) faults.push(`${route.method} ${route.path}: ${answer}`);
  }
  return faults;
}

/** A new value every tenth time, so that no limit is reached. */
function renewed<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let value: Promise<Value>;
  let uses = 0;
  return () => {
    if (uses++ % 10 === 0) value = make();
    return value;
  };
}

test("every route with access rules refuses visitors, users without the role and bots without the scope", async () => {
  const edge = await testEdge();
  try {
    const owner = await edge.register();
    const routes: GuardedRoute[] = edge.app.routes.filter(({ access }) => access !== "all");
    const knockWith =
      (tokenFor?: (route: GuardedRoute) => Promise<string>): Knock =>
      async (route, body) => {
        const path = route.path.replace(/:(\w+)/g, (_, name) =>
          name === "channel" || name === "login" ? owner.login : crypto.randomUUID(),
        );
        const token = await tokenFor?.(route);
        const { status, body: problem } = await edge.ask(route.method, path, {
          ...(token === undefined ? {} : { token }),
          ...(body ? { body, headers: { "content-type": "application/json" } } : {}),
        });
        return { status, code: problem.code };
      };
    const stranger = renewed(async () => (await edge.register()).token);
    const botWith = (scope: Scope) =>
      renewed(async () => {
        const { token, password } = await edge.register();
        const json = { name: "bot", scopes: [scope], password };
        return String((await edge.ask("POST", "/api/v1/me/tokens", { token, json })).body.token);
      });
    const [reader, writer] = [botWith("chat:read"), botWith("chat:write")];
    const bot = ({ scope }: GuardedRoute) => (scope === "chat:read" ? writer() : reader());

    expect(await letIn(routes, knockWith(), "401 not_signed_in")).toEqual([]);
    const forSome = routes.filter(({ access }) => access !== "signed-in");
    expect(await letIn(forSome, knockWith(stranger), "403 forbidden")).toEqual([]);
    expect(await letIn(routes, knockWith(bot), "403 insufficient_scope")).toEqual([]);
    expect(routes.length).toBeGreaterThan(50);
    expect(forSome.length).toBeGreaterThan(20);
  } finally {
    await edge.close();
  }
});

test("a route that admits a stranger or reads the body first is found", async () => {
  const routes = ["/good", "/open", "/reads"].map((path) => ({ method: "POST", path, access: "admin" }));
  const knock: Knock = async ({ path }, body) => {
    if (path === "/reads") await body?.getReader().read();
    return path === "/open" ? { status: 204, code: undefined } : { status: 403, code: "forbidden" };
  };
  expect(await letIn(routes, knock, "403 forbidden")).toEqual([
    "POST /open: 204 undefined",
    "POST /reads: 403 forbidden, body read",
  ]);
});
