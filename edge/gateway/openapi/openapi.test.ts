// The document describes every route, and the page loads nothing from elsewhere.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { REFUSALS } from "#schema/api/chat-refusals.ts";
import { close } from "#schema/wire/socket.ts";
import { type TestEdge, testEdge } from "../../testing.ts";
import { CHAT_SIDES } from "./chat-document.ts";
import { type OpenApiDocument, openApiDocument } from "./document.ts";
import { EXAMPLES } from "./examples.ts";
import { WEBRTC_OPERATIONS } from "./webrtc-paths.ts";

let edge: TestEdge;
let document: OpenApiDocument;
beforeAll(async () => {
  edge = await testEdge({ config: { publicUrl: "https://live.example" } });
  document = (await edge.ask("GET", "/api/openapi.json")).body as OpenApiDocument;
});
afterAll(() => edge.close());

test("the document describes each route of the API, WHEP and WHIP, and nothing else", () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const routes = edge.app.routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  expect(described.sort()).toEqual([...routes, ...WEBRTC_OPERATIONS].sort());
});

test("it is OpenAPI 3.1: operation ids are unique, references resolve, path parameters are listed", () => {
  expect(document.openapi).toBe("3.1.0");
  expect(document.servers).toEqual([{ url: "https://live.example" }]);
  const operationsThere = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).map((operation) => ({ path, operation })),
  );
  const ids = operationsThere.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, operation } of operationsThere) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    expect(operation.parameters.filter((one) => one.in === "path").map(({ name }) => name)).toEqual(inPath);
    expect(document.tags.map(({ name }) => name)).toContain(operation.tags[0]!);
    expect(Object.keys(operation.responses)).toContain("429");
  }
  const text = JSON.stringify(document);
  for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g))
    expect(Object.keys(document.components.schemas)).toContain(name!);
  expect(text).not.toContain('"$id"');
});

test("a route's rule determines its security and its refusals", () => {
  const { security, responses, description } = document.paths["/api/v1/channels/{channel}/stream-key"]!.post!;
  expect(security).toEqual([{ accessToken: [] }, { personalAccessToken: ["stream-key"] }]);
  expect(description).toBe("For the channel's owner only. Bots need the scope `stream-key`. Limit: `stream-key`.");
  expect(Object.keys(responses)).toEqual(["201", "400", "401", "403", "404", "413", "422", "429", "500", "503"]);
  expect(responses["403"]!.description).toContain("`insufficient_scope`");
});

test("numbers and flags of a query are numbers and booleans, and words are listed", () => {
  const { parameters } = document.paths["/api/v1/channels"]!.get!;
  const schemaOf = (name: string) => parameters.find((one) => one.name === name)!.schema;
  expect(schemaOf("limit")).toEqual({ type: "integer", minimum: 1, maximum: 100 });
  expect(schemaOf("live")).toEqual({ type: "boolean" });
  expect(schemaOf("sort")).toEqual({ type: "string", enum: ["viewers", "recent"] });
});

test("answers may gain fields, bodies may not", () => {
  for (const schema of Object.values(document.components.schemas))
    expect(JSON.stringify(schema)).not.toContain("additionalProperties");
  for (const methods of Object.values(document.paths))
    for (const { responses, requestBody } of Object.values(methods)) {
      expect(JSON.stringify(responses)).not.toContain("additionalProperties");
      // A file is no object.
      const json = requestBody?.content["application/json"];
      if (json) expect(json.schema).toMatchObject({ additionalProperties: false });
    }
  const exact = openApiDocument(edge.app.routes, { publicUrl: "", grows: false });
  expect(exact.components.schemas.Channel).toMatchObject({ additionalProperties: false });
});

test("no DELETE has a body, and what needs one has another address", () => {
  for (const { delete: operation } of Object.values(document.paths)) expect(operation?.requestBody).toBeUndefined();
  for (const [path, instead] of [
    ["/api/v1/me", "/api/v1/me/deletion"],
    ["/api/v1/me/totp", "/api/v1/me/totp/removal"],
  ] as const) {
    expect(document.paths[path]!.delete).toMatchObject({ deprecated: true });
    expect(document.paths[path]!.delete!.description).toEndWith(`Use \`POST ${instead}\` instead.`);
    expect(document.paths[instead]!.post!.requestBody).toBeDefined();
  }
});

test("answers that sign in say that the refresh token comes as a cookie", () => {
  for (const [path, status] of [
    ["register", "201"],
    ["login", "200"],
    ["refresh", "200"],
  ] as const)
    expect(document.paths[`/api/v1/auth/${path}`]!.post!.responses[status]).toMatchObject({
      headers: { "set-cookie": { description: expect.stringContaining("refresh_token") } },
    });
});

describe("the page", () => {
  test("has every operation, no script, and no foreign URL", async () => {
    const { status, headers, text } = await edge.ask("GET", "/api/docs");
    expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(headers.get("content-security-policy")).toStartWith("default-src 'none'; style-src 'self'");
    for (const path of Object.keys(document.paths)) expect(text).toContain(`<code>${path}</code>`);
    expect(text).not.toMatch(/<script|style=|https?:\/\/|onclick/);
    const hrefs = [...text.matchAll(/(?:href|src)="([^"#]+)/g)].map(([, href]) => href!);
    expect([...new Set(hrefs)].sort()).toEqual([
      "/api/asyncapi.json",
      "/api/docs.css",
      "/api/openapi.json",
      "/favicon.svg",
    ]);
  });

  test("shows chat and media with their addresses, every frame, close code and refusal, and whole programs", async () => {
    const { text } = await edge.ask("GET", "/api/docs");
    for (const name of [...CHAT_SIDES.client, ...CHAT_SIDES.server]) expect(text).toContain(`id="frame-${name}"`);
    for (const shown of [...Object.values(close), ...Object.keys(REFUSALS)]) expect(text).toContain(String(shown));
    expect(text).toContain("/api/v1/channels/{channel}/chat");
    expect(text).toContain("/live/{channel}/index.m3u8");
    expect(text).toContain("Set-Cookie: refresh_token");
    for (const { name, text: source } of Object.values(EXAMPLES)) {
      expect(text).toContain(`id="example-${name}"`);
      expect(source.trimEnd().split("\n").length, name).toBeLessThanOrEqual(60);
      expect(source.split("\n").filter((line) => line.length > 140)).toEqual([]);
    }
  });

  test("its internal links resolve", async () => {
    const { text } = await edge.ask("GET", "/api/docs");
    const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!));
    for (const [, target] of text.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target!);
    expect((await edge.ask("GET", "/api/docs.css")).headers.get("content-type")).toBe("text/css; charset=utf-8");
  });
});
