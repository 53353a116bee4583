// The document describes every route, and the page loads nothing from elsewhere.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type TestEdge, testEdge } from "../../testing.ts";
import type { OpenApiDocument } from "./document.ts";

let edge: TestEdge;
let document: OpenApiDocument;
beforeAll(async () => {
  edge = await testEdge({ config: { publicUrl: "https://live.example" } });
  document = (await edge.ask("GET", "/api/openapi.json")).body as OpenApiDocument;
});
afterAll(() => edge.close());

test("the document describes each route of the API, and nothing else", () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const routes = edge.app.routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  expect(described.sort()).toEqual(routes.sort());
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

describe("the page", () => {
  test("has every operation, no script, and no foreign URL", async () => {
    const { status, headers, text } = await edge.ask("GET", "/api/docs");
    expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(headers.get("content-security-policy")).toStartWith("default-src 'none'; style-src 'self'");
    for (const path of Object.keys(document.paths)) expect(text).toContain(`<code>${path}</code>`);
    expect(text).not.toMatch(/<script|style=|https?:\/\/|onclick/);
    const hrefs = [...text.matchAll(/(?:href|src)="([^"#]+)/g)].map(([, href]) => href!);
    expect([...new Set(hrefs)].sort()).toEqual(["/api/docs.css", "/api/openapi.json", "/favicon.svg"]);
  });

  test("its internal links resolve", async () => {
    const { text } = await edge.ask("GET", "/api/docs");
    const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!));
    for (const [, target] of text.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target!);
    expect((await edge.ask("GET", "/api/docs.css")).headers.get("content-type")).toBe("text/css; charset=utf-8");
  });
});
