// What a store over S3 does when its server hangs, breaks off, asks for patience or is not there.

import { afterEach, expect, test } from "bun:test";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type Clock, ManualClock, systemClock } from "../base/clock.ts";
import { ObjectsAway } from "./objects.ts";
import { connectObjects } from "./objects-s3.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A server that treats each connection like this. Answers how many are open. */
async function server(treat: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const listening = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", () => {}); // A socket that nobody reads does not see its end.
    socket.on("close", () => sockets.delete(socket));
    treat(socket);
  }).listen(0, "127.0.0.1");
  await once(listening, "listening");
  undo.push(() => {
    for (const socket of sockets) socket.destroy();
    listening.close();
  });
  return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, open: () => sockets.size };
}

function client(endpoint: string, clock: Clock = systemClock) {
  const keys = { accessKeyId: "test", secretAccessKey: "secret" };
  const config = { ...keys, endpoint, publicEndpoint: endpoint, region: "us-east-1", bucket: "live", pathStyle: true };
  const objects = connectObjects({ config, clock });
  undo.push(() => objects.stop());
  return objects;
}

const answer = (status: string, code: string) => {
  const xml = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>told</Message></Error>`;
  return `HTTP/1.1 ${status}\r\ncontent-type: application/xml\r\ncontent-length: ${xml.length}\r\nconnection: close\r\n\r\n${xml}`;
};
const outcomeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: Error & { code?: string }) => `${error.name} ${error.code ?? ""}`.trim(),
  );

test("a store that hangs takes a bounded number of connections, and this process's other requests go on", async () => {
  const clock = new ManualClock();
  const hanging = await server(() => {});
  const objects = client(hanging.url, clock);
  const reads = Array.from({ length: 300 }, () => outcomeOf(objects.get("k")));
  const writes = Array.from({ length: 300 }, () =>
    outcomeOf(objects.put("k", new Uint8Array(10), { contentType: "a/b" })),
  );
  const other = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("well") });
  undo.push(() => other.stop(true));
  const fetched = await Promise.race([fetch(other.url).then((response) => response.text()), Bun.sleep(20_000)]);
  expect(fetched).toBe("well");
  while (hanging.open() < 64) await Bun.sleep(5);
  await Bun.sleep(50);
  expect(hanging.open()).toBe(64);
  await clock.settle(16_000, 1_000);
  expect(new Set(await Promise.all([...reads, ...writes]))).toEqual(new Set(["ObjectsAway"]));
  while (hanging.open() > 0) await Bun.sleep(5);
});

test("more requests than may wait fail at once", async () => {
  const hanging = await server(() => {});
  const objects = client(hanging.url, new ManualClock());
  const outcomes: string[] = [];
  for (let n = 0; n < 600; n++) void outcomeOf(objects.get("k")).then((outcome) => outcomes.push(outcome));
  while (outcomes.length < 600 - 32 - 512) await Bun.sleep(1);
  await Bun.sleep(20);
  expect(outcomes.length).toBe(600 - 32 - 512);
});

test("answers and their absence become our errors", async () => {
  for (const [status, code, wanted] of [
    ["503 Slow Down", "SlowDown", "ObjectsAway"],
    ["500 Internal Server Error", "InternalError", "ObjectsAway"],
    ["403 Forbidden", "RequestTimeTooSkewed", "ObjectsAway"],
    ["403 Forbidden", "InvalidAccessKeyId", "ObjectsRefused InvalidAccessKeyId"],
    ["404 Not Found", "NoSuchBucket", "ObjectsRefused NoSuchBucket"],
    ["404 Not Found", "NoSuchKey", "ObjectMissing"],
    ["400 Bad Request", "XAmzContentSHA256Mismatch", "ObjectsRefused BadDigest"],
  ] as const) {
    const { url } = await server((socket) => socket.once("data", () => socket.end(answer(status, code))));
    expect([code, await outcomeOf(client(url).get("k"))]).toEqual([code, wanted]);
  }
  const gone = await server((socket) => socket.destroy());
  expect(await outcomeOf(client(gone.url).get("k"))).toBe("ObjectsAway");
  expect(await outcomeOf(client("http://127.0.0.1:1").get("k"))).toBe("ObjectsAway");
  const babbling = await server((socket) =>
    socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n<a>")),
  );
  expect(await outcomeOf(client(babbling.url).get("k"))).toBe("ObjectsAway");
});

test("a body that breaks off or stands still is an error, not an end", async () => {
  const head = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n";
  const broken = await server((socket) =>
    socket.once("data", () => {
      socket.write(`${head}${"x".repeat(500)}`);
      setTimeout(() => socket.destroy(), 20);
    }),
  );
  const opened = await client(broken.url).open("k");
  expect(await outcomeOf(new Response(opened.stream).arrayBuffer())).toBe("ObjectsAway");

  const clock = new ManualClock();
  const still = await server((socket) => socket.once("data", () => socket.write(`${head}${"x".repeat(500)}`)));
  const { stream } = await client(still.url, clock).open("k");
  const reading = outcomeOf(new Response(stream).arrayBuffer());
  await Bun.sleep(50);
  await clock.settle(16_000, 1_000);
  expect(await reading).toBe("ObjectsAway");
  while (still.open() > 0) await Bun.sleep(5);
});

test("a body is read as slowly as its reader, and a reader that stops ends the connection", async () => {
  let sent = 0;
  const endless = await server((socket) =>
    socket.once("data", () => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${1_000_000_000}\r\n\r\n`);
      const push = () => {
        while (!socket.destroyed && socket.write(Buffer.alloc(65_536))) sent += 65_536;
        if (!socket.destroyed) socket.once("drain", push);
      };
      push();
    }),
  );
  const { stream } = await client(endless.url).open("k");
  const reader = stream.getReader();
  await reader.read();
  await Bun.sleep(300);
  expect(sent).toBeLessThan(64 * 1024 * 1024);
  await reader.cancel();
  while (endless.open() > 0) await Bun.sleep(5);
});

test("a kept connection that the server has closed costs no failure", async () => {
  let connections = 0;
  const closing = await server((socket) => {
    connections++;
    socket.on("data", () => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
      setTimeout(() => socket.destroy(), 5); // Without `connection: close`, as servers do when they restart.
    });
  });
  const objects = client(closing.url);
  for (let n = 0; n < 10; n++) {
    expect(Buffer.from(await objects.get("k")).toString()).toBe("ok");
    await Bun.sleep(n);
  }
  expect(connections).toBeGreaterThan(1);
});

test("no error tells the keys", async () => {
  const { url } = await server((socket) =>
    socket.once("data", () => socket.end(answer("403 Forbidden", "AccessDenied"))),
  );
  const error = await client(url)
    .get("k")
    .catch((reason: Error) => reason);
  expect(Bun.inspect(error)).not.toContain("secret");
  expect(error).not.toBeInstanceOf(ObjectsAway);
});
