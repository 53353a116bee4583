import { afterAll, expect, test } from "bun:test";
import { connect } from "node:net";
import { withHost } from "./host-header.ts";

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  async fetch(request) {
    const given = withHost(request);
    if (!given) return new Response("no host", { status: 400 });
    const { pathname, search } = new URL(given.url);
    return new Response(`${given.method} ${pathname}${search} ${given.headers.get("x-a")} ${await given.text()}`);
  },
});
afterAll(() => server.stop(true));

/** Sends raw text, and answers the body of the response. */
function say(text: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let heard = "";
  const socket = connect(server.port!, "127.0.0.1", () => socket.write(text));
  socket.on("data", (bytes) => {
    heard += bytes;
  });
  socket.on("close", () => resolve(heard.slice(heard.indexOf("\r\n\r\n") + 4)));
  socket.on("error", reject);
  return promise;
}

test("a request without a Host, as HTTP/1.0 allows, keeps its path, headers and body", async () => {
  expect(await say("GET /readyz?a=1 HTTP/1.0\r\nX-A: b\r\n\r\n")).toBe("GET /readyz?a=1 b ");
  expect(await say("GET / HTTP/1.1\r\nHost:\r\nX-A: b\r\nConnection: close\r\n\r\n")).toBe("GET / b ");
  expect(await say("POST /x HTTP/1.0\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi")).toBe("POST /x b hi");
  expect(await say("GET //evil.example/x HTTP/1.0\r\nX-A: b\r\n\r\n")).toBe("GET //evil.example/x b ");
});

test("a malformed Host is refused, also after a valid one", async () => {
  const ask = (host: string) => say(`GET / HTTP/1.1\r\nHost: ${host}\r\nX-A: b\r\nConnection: close\r\n\r\n`);
  for (const host of ["a", "a.example:3000", "a.example.:", "127.0.0.1:80", "[::1]:80", "a_b", "xn--4ca.example"])
    for (const _ of ["first", "again"]) expect([host, await ask(host)]).toEqual([host, "GET / b "]);
  for (const host of ["a/b", "a?b", "a#b", "a@b", "a b", "a:99999", "a:b", "[::1", "%zz", "ä.example", "[]"])
    expect([host, await ask(host)]).toEqual([host, "no host"]);
});
