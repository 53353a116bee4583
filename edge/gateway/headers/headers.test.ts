// CORS, framing, transport security, and methods.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type TestEdge, testEdge } from "../../testing.ts";
import { framed } from "./headers.ts";

const friend = "https://friend.example";
let edge: TestEdge;
beforeAll(async () => {
  edge = await testEdge({ config: { allowedOrigins: [friend], secureCookies: true } });
});
afterAll(() => edge.close());

const from = (origin: string, method = "GET", path = "/api/v1/channels", headers: Record<string, string> = {}) =>
  edge.ask(method, path, { headers: { origin, ...headers } });
const cors = ({ headers }: { headers: Headers }) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control")));

describe("a foreign page", () => {
  test("of the allow-list may read answers, with credentials, and the listed headers", async () => {
    const answer = await from(friend);
    expect(answer.headers.get("vary")).toBe("origin");
    expect(cors(answer)).toEqual({
      "access-control-allow-origin": friend,
      "access-control-allow-credentials": "true",
      "access-control-expose-headers":
        "ratelimit-limit, ratelimit-remaining, ratelimit-reset, retry-after, traceparent, x-request-id",
    });
    const refused = await from(friend, "GET", "/api/v1/me");
    expect([refused.status, cors(refused)["access-control-allow-origin"]]).toEqual([401, friend]);
  });

  test("of the allow-list may send a preflight", async () => {
    const asked = { "access-control-request-method": "PATCH", "access-control-request-headers": "authorization" };
    const answer = await from(friend, "OPTIONS", "/api/v1/me", asked);
    expect([answer.status, answer.headers.get("allow")]).toEqual([204, "DELETE, GET, HEAD, PATCH"]);
    expect(cors(answer)).toEqual({
      "access-control-allow-origin": friend,
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
      "access-control-allow-headers": "authorization, content-type, traceparent, x-request-id",
      "access-control-max-age": "600",
    });
  });

  test.each([
    "https://evil.example",
    "https://friend.example.evil.com",
    "https://evil-friend.example",
    "http://friend.example",
    "https://friend.example:8443",
    "HTTPS://FRIEND.EXAMPLE",
    "null",
    "*",
  ])("%s may not", async (origin) => {
    expect(cors(await from(origin))).toEqual({});
    expect(cors(await from(origin, "OPTIONS", "/api/v1/auth/login"))).toEqual({});
    expect((await from(origin)).headers.get("vary")).toBe("origin");
  });
});

test("Strict-Transport-Security is sent where cookies are secure", async () => {
  expect((await edge.ask("GET", "/api/v1/channels")).headers.get("strict-transport-security")).toBe(
    "max-age=31536000; includeSubDomains",
  );
  const plain = await testEdge();
  expect((await plain.ask("GET", "/api/v1/channels")).headers.get("strict-transport-security")).toBeNull();
  await plain.close();
});

describe("frames", () => {
  const page = () =>
    new Response("", { headers: { "content-security-policy": "default-src 'self'; frame-ancestors 'self'" } });
  const rules = (pathname: string) => {
    const { headers } = framed(page(), pathname);
    return [headers.get("content-security-policy"), headers.get("x-frame-options")];
  };
  test("any site may frame pages below /embed/, and none any other page", () => {
    expect(rules("/embed/ada")).toEqual(["default-src 'self'; frame-ancestors *", null]);
    for (const pathname of ["/", "/ada", "/embed", "/embedded/x", "/x/embed/", "/login"])
      expect(rules(pathname)).toEqual(["default-src 'self'; frame-ancestors 'none'", "DENY"]);
  });
});

describe("methods", () => {
  test.each([
    ["GET", "/api/v1/auth/login", "POST"],
    ["DELETE", "/api/v1/channels", "GET, HEAD"],
    ["PUT", "/api/v1/channels/ada", "GET, HEAD, PATCH"],
    ["POST", "/api/v1/me", "DELETE, GET, HEAD, PATCH"],
    ["POST", "/healthz", "GET, HEAD"],
  ])("%s %s gets 405 with Allow: %s", async (method, path, allow) => {
    const answer = await edge.ask(method, path);
    expect([answer.status, answer.body.code, answer.headers.get("allow")]).toEqual([405, "method_not_allowed", allow]);
  });

  test("an unknown path gets 404 for every method", async () => {
    for (const method of ["GET", "POST", "PATCH", "OPTIONS"])
      expect((await edge.ask(method, "/api/v1/nothing/here")).body.code).toBe("not_found");
    expect((await edge.ask("POST", "/some/page")).body.code).toBe("not_found");
  });

  test("HEAD is answered like GET, without the body", async () => {
    const head = (path: string) => edge.app.handle(new Request(`http://edge.test${path}`, { method: "HEAD" }));
    const { status, headers, body } = await head("/api/v1/channels");
    expect([status, headers.get("content-type"), body]).toEqual([200, "application/json;charset=utf-8", null]);
    expect((await head("/api/v1/me")).status).toBe(401);
  });
});

test("a request that declares more than a megabyte is refused on every path", async () => {
  for (const path of ["/api/v1/auth/login", "/api/v1/nothing", "/some/page"]) {
    const answer = await edge.ask("POST", path, { headers: { "content-length": "1048577" }, body: "x" });
    expect([answer.status, answer.body.code]).toEqual([413, "too_large"]);
  }
});
