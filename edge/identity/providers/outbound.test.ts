import { afterEach, expect, test } from "bun:test";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { patient } from "#schema/testing-slowness.ts";
import { createOutbound, OutboundFault, PER_SITE_MAX } from "./outbound.ts";

const servers: { stop(now: boolean): unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop(true);
});
function serve(fetch: (request: Request) => Response | Promise<Response>) {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch });
  servers.push(server);
  return `http://127.0.0.1:${server.port}`;
}
const inside = createOutbound({ clock, internal: true });
const outside = createOutbound({ clock });
const fault = (work: Promise<unknown>) =>
  work.then(
    () => "answered",
    (error) => (error instanceof OutboundFault ? error.message : `not a fault: ${error}`),
  );

test("internal addresses are refused in every notation", async () => {
  let asked = 0;
  const port = new URL(
    serve(() => {
      asked++;
      return Response.json({});
    }),
  ).port;
  const hosts = ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "017700000001", "[::1]", "[::ffff:127.0.0.1]", "0"];
  for (const host of hosts)
    expect(await fault(outside(`https://${host}:${port}/`, { withinMs: 2_000 }))).toBe("an internal address");
  for (const url of [`http://127.0.0.1:${port}/`, "file:///etc/passwd", "https://", "gopher://x"])
    expect(await fault(outside(url, { withinMs: 2_000 }))).toBe("not an address we ask");
  expect(asked).toBe(0);
});

test("a redirect is not followed", async () => {
  let asked = 0;
  const target = serve(() => {
    asked++;
    return Response.json({});
  });
  const url = serve(() => new Response("", { status: 302, headers: { location: target } }));
  expect((await inside(url, { withinMs: 2_000 })).status).toBe(302);
  expect(asked).toBe(0);
});

test("a site that hangs times out", async () => {
  const url = serve(() => new Promise<Response>(() => {}));
  const startMs = clock.monoMs();
  expect(await fault(inside(url, { withinMs: 300 }))).toBe("no answer in time");
  expect(clock.monoMs() - startMs).toBeLessThan(patient(2_000));
});

test("an answer that never ends times out", async () => {
  const url = serve(() => new Response(new ReadableStream({ start: (to) => to.enqueue(new Uint8Array([123])) })));
  expect(await fault(inside(url, { withinMs: 300 }))).toBe("no answer in time");
});

test("an answer over the limit is cut off", async () => {
  const piece = new Uint8Array(64 * 1024);
  const url = serve(() => new Response(new ReadableStream({ pull: (to) => to.enqueue(piece) })));
  expect(await fault(inside(url, { withinMs: 5_000 }))).toBe("the answer is too long");
});

test("a form is sent as a form, and an answer that is not JSON is undefined", async () => {
  const url = serve(async (request) =>
    new URL(request.url).pathname === "/text"
      ? new Response("hello")
      : Response.json({
          type: request.headers.get("content-type"),
          body: await request.text(),
          method: request.method,
        }),
  );
  const form = new URLSearchParams({ code: "a b&c" });
  expect(await inside(url, { method: "POST", form, withinMs: 2_000 })).toEqual({
    status: 200,
    json: { type: "application/x-www-form-urlencoded", body: "code=a+b%26c", method: "POST" },
  });
  expect((await inside(`${url}/text`, { withinMs: 2_000 })).json).toBeUndefined();
});

test("an unreachable site is a fault", async () => {
  expect(await fault(inside("http://127.0.0.1:1/", { withinMs: 2_000 }))).not.toMatch(/not a fault|answered/);
});

test("a site that does not answer holds a limited number of connections, and nothing else waits behind them", async () => {
  const release = Promise.withResolvers<void>();
  const slow = Array.from({ length: 6 }, () =>
    serve(async () => {
      await release.promise;
      return Response.json({});
    }),
  );
  const quick = serve(() => Response.json({ quick: true }));
  const ask = createOutbound({ clock, internal: true });
  // More than `fetch` carries at once.
  const waiting = slow.flatMap((url) =>
    Array.from({ length: PER_SITE_MAX }, () => fault(ask(url, { withinMs: patient(20_000) }))),
  );
  for (const url of slow)
    expect(await fault(ask(url, { withinMs: patient(20_000) }))).toBe("too many requests to that site wait");
  const startMs = performance.now();
  expect(await ask(quick, { withinMs: patient(2_000) })).toEqual({ status: 200, json: { quick: true } });
  expect(await (await fetch(quick)).json()).toEqual({ quick: true });
  expect(performance.now() - startMs).toBeLessThan(patient(1_000));
  release.resolve();
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(["answered"]));
  expect(await fault(ask(slow[0]!, { withinMs: patient(5_000) }))).toBe("answered");
});
