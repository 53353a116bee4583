// The gateway over real connections: bodies above the limit, and forged headers.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { freePort } from "#ops/up/ports.ts";
import { patient } from "#schema/testing-slowness.ts";
import { register } from "../support/api.ts";
import { startBalancer } from "../support/balancer.ts";
import { openBrowser } from "../support/browser.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";

/** Where people open the site: a proxy in front hides this name from the edge. */
const PUBLIC_URL = "https://live.example";

let system: TestSystem;
beforeAll(async () => {
  system = await bootSystem({ env: { PUBLIC_URL } });
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

test("behind a proxy that sends its upstream's name as Host, chat and refresh work at PUBLIC_URL and nowhere else", async () => {
  const anna = await register(system.url);
  const proxy = await startPlainProxy();
  try {
    const refresh = (origin: string) =>
      fetch(`${proxy.url}/api/v1/auth/refresh`, { method: "POST", headers: { origin } }).then(async (answer) => {
        const { code } = (await answer.json()) as { code: string };
        return [answer.status, code];
      });
    // Without a cookie there is no session; what matters is that the origin was allowed.
    expect(await refresh(PUBLIC_URL)).toEqual([401, "not_signed_in"]);
    expect(await refresh("https://evil.example")).toEqual([403, "foreign_origin"]);
    const chat = `${proxy.url.replace("http", "ws")}/api/v1/channels/${anna.login}/chat`;
    expect(await firstFrame(chat, PUBLIC_URL)).toBe("welcome");
    expect(await firstFrame(chat, "https://evil.example")).toBeNull();
    expect(system.logs("edge-1")).toContain('"host":"upstream_of_the_proxy"');
  } finally {
    await proxy.stop();
  }
});

test("a page whose origin the server refuses says so, and what whoever runs the site has to set", async () => {
  const { login } = await register(system.url);
  const [proxy, browser] = await Promise.all([startPlainProxy(), openBrowser()]);
  try {
    const page = await browser.open(`${proxy.url}/${login}`);
    const banner = page.getByRole("alert").filter({ hasText: "PUBLIC_URL" });
    await banner.waitFor({ timeout: patient(10_000) });
    expect(await banner.textContent()).toContain(proxy.url);
    await page.getByText("Chat cannot be opened at this address.").waitFor({ timeout: patient(10_000) });
    // The banner takes its place from the picture and the chat, whose field stays in view.
    expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBe(0);
    const own = await browser.open(`${system.url}/${login}`);
    await own.getByPlaceholder("Sign in to send a message").waitFor({ timeout: patient(10_000) });
    expect(await own.getByText("PUBLIC_URL").count()).toBe(0);
  } finally {
    await browser.close();
    await proxy.stop();
  }
});

/** nginx as most people write it: nothing but the address of the edge, and what a WebSocket needs. */
async function startPlainProxy() {
  const port = await freePort();
  const edges = [`127.0.0.1:${system.edgePort}`];
  const change = () => `
    daemon off; pid nginx.pid; ${process.getuid?.() === 0 ? "user root;" : ""}
    events {}
    http {
      access_log off;
      upstream upstream_of_the_proxy { server ${edges[0]}; }
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass http://upstream_of_the_proxy;
          proxy_http_version 1.1;
          proxy_set_header Upgrade $http_upgrade;
          proxy_set_header Connection $http_connection;
        }
      }
    }`;
  return startBalancer({ edges, port, change });
}

/** Type of the first frame after `hello`; null: the socket was refused. */
function firstFrame(url: string, origin: string): Promise<string | null> {
  return new Promise((resolve) => {
    // Bun takes headers; the types are those of browsers.
    const socket = new WebSocket(url, { headers: { origin } } as unknown as string[]);
    socket.onopen = () => socket.send('{"type":"hello"}');
    socket.onmessage = ({ data }) => {
      resolve((JSON.parse(String(data)) as { type: string }).type);
      socket.close();
    };
    socket.onclose = () => resolve(null);
  });
}
