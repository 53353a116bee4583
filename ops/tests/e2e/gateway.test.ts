// The gateway over real connections: bodies above the limit, and forged headers.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { bootSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await bootSystem();
});
afterAll(() => system?.stop());

/** Sends bytes as fast as the edge accepts them, until it has answered or closed the connection. Returns the answer. */
function send(head: string, chunk: string, chunks: number, port = system.edgePort): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    let left = chunks;
    const socket = connect(port, new URL(system.url).hostname);
    const pour = () => {
      while (left-- > 0 && !answer) if (!socket.write(chunk)) return void socket.once("drain", pour);
    };
    socket.on("connect", () => {
      socket.write(head);
      pour();
    });
    socket.on("data", (data) => {
      answer += data;
      if (/\r\n\r\n.*\}$/s.test(answer)) socket.destroy();
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve(answer));
    socket.setTimeout(10_000, () => socket.destroy());
  });
}

const HEAD = "POST /api/v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
const MEGABYTE = "x".repeat(1_000_000);

describe("a body above the limit", () => {
  test.each([
    ["2 MB, declared", `${HEAD}content-length: 2000000\r\n\r\n`, MEGABYTE, 2],
    ["100 GB, declared", `${HEAD}content-length: 100000000000\r\n\r\n`, MEGABYTE, 50],
    ["without end, in chunks", `${HEAD}transfer-encoding: chunked\r\n\r\n`, `f4240\r\n${MEGABYTE}\r\n`, 50],
  ])("%s, is refused as a problem", async (_, head, chunk, chunks) => {
    const answer = await send(head, chunk, chunks);
    expect(answer).toStartWith("HTTP/1.1 413 ");
    expect(answer.toLowerCase()).toContain("content-type: application/problem+json");
    expect(answer).toContain('"code":"too_large"');
  });
});

test("health checks without a Host header are answered on every port, and a malformed Host is refused", async () => {
  const ports = ["edge-1", "actor-1"].map((name) => Number(new URL(system.internalUrl(name)).port));
  for (const port of [system.edgePort, ...ports]) {
    expect(await send("GET /readyz HTTP/1.0\r\n\r\n", "", 0, port)).toStartWith("HTTP/1.1 200 ");
    expect(await send("GET /healthz HTTP/1.1\r\nhost:\r\n\r\n", "", 0, port)).toStartWith("HTTP/1.1 200 ");
  }
  for (const path of ["/", "/api/v1/me", "/live/nobody/index.m3u8", "/api/v1/channels/nobody/chat"]) {
    const answer = await send(`GET ${path} HTTP/1.1\r\nhost: a/b\r\nupgrade: websocket\r\n\r\n`, "", 0);
    expect(answer).toStartWith("HTTP/1.1 400 ");
    expect(answer).toContain('"code":"bad_host"');
  }
});

test("forged host and address headers do not change any answer", async () => {
  const { port } = new URL(system.url);
  const claims = {
    host: "evil.example",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "javascript",
    "x-forwarded-for": "6.6.6.6",
    forwarded: "host=evil.example",
    "x-original-url": "/api/v1/admin/users",
  };
  for (const path of ["/", "/api/v1/channels", "/api/openapi.json", "/api/docs", "/live/nobody/index.m3u8"]) {
    const ask = (headers: Record<string, string>) =>
      fetch(`http://127.0.0.1:${port}${path}`, { headers: { ...headers, "x-request-id": "same" }, redirect: "manual" });
    const [plain, claimed] = await Promise.all([ask({}), ask(claims)]);
    // Media answers have an id of their own.
    const textOf = async (answer: Response) => (await answer.text()).replace(/"requestId":"[^"]*"/, "");
    const text = await textOf(claimed);
    expect(text).toBe(await textOf(plain));
    expect(`${text}${JSON.stringify([...claimed.headers])}`).not.toContain("evil.example");
  }
});

test("pages may load everything the player needs, and cannot be framed", async () => {
  const { headers } = await fetch(`${system.url}/`);
  const policy = headers.get("content-security-policy") ?? "";
  expect(policy).toContain("worker-src 'self' blob:");
  expect(policy).toContain("media-src 'self' blob:");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(headers.get("x-frame-options")).toBe("DENY");
});
