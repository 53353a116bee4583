// The load's players against a server that keeps the rules, and against servers that break one each.

import { afterEach, expect, test } from "bun:test";
import { serveTestingChannel } from "../support/hls/testing-server.ts";
import { until } from "../support/until.ts";
import { HttpConnection } from "./http-connection.ts";
import { type PlayerCounts, play } from "./player.ts";
import { markdown } from "./report.ts";
import { SharedKnowledge } from "./shared-knowledge.ts";
import { loadTally, newCounts } from "./viewers.ts";

/** Ten times as fast as the channel says. */
const PART_MS = 20;

let stop = () => {};
afterEach(() => stop());

function serve(faults: Partial<Parameters<typeof serveTestingChannel>[0]> = {}): URL {
  const server = serveTestingChannel({ partMs: PART_MS, ...faults });
  stop = server.stop;
  return server.url("source.m3u8");
}

async function crowd(url: URL, count = 4) {
  const tally = loadTally();
  const shared = new SharedKnowledge(tally);
  const counts: PlayerCounts = newCounts();
  let over = false;
  const playing = Array.from({ length: count }, (_, n) =>
    play({ url, tally, shared, delta: n % 2 === 1, counts }, () => over),
  );
  await until("some parts", () => counts.parts > 15 * count || tally.faults > 20, { withinMs: 20_000 });
  over = true;
  await Promise.all(playing);
  return { tally, counts, broken: tally.outcomes.filter(({ faults }) => faults > 0).map(({ name }) => name) };
}

test("players follow a channel by hint and by delta updates, and no rule is broken", async () => {
  const { tally, counts, broken } = await crowd(serve());
  expect(broken).toEqual([]);
  expect(counts.broken).toBe(0);
  expect(counts.playlists).toBeGreaterThan(5);
  expect(counts.bytes).toBeGreaterThan(counts.parts * 100);
  expect(counts.behindMs.length).toBeGreaterThan(5);
  expect(tally.outcomes.filter(({ applied }) => applied > 0).length).toBeGreaterThan(25);
});

test("a part that is missing, or other bytes for one player, is noticed", async () => {
  const name = "a listed or hinted part is answered whole, the same to everyone";
  const missing = await crowd(
    serve({ media: (path) => (/-[37]\.m4s/.test(path) ? new Response("", { status: 404 }) : null) }),
  );
  expect(missing.broken).toEqual([name]);
  stop();
  let n = 0;
  const other = await crowd(serve({ media: () => new Response("x".repeat(100 + (n++ % 2))) }));
  expect(other.broken).toEqual([name]);
});

test("a playlist that breaks a rule is noticed, and the report says which", async () => {
  const { tally, broken } = await crowd(
    serve({ playlist: (text) => text.replace("PART-HOLD-BACK=0.6", "PART-HOLD-BACK=0.3") }),
  );
  expect(broken).toEqual(["PART-HOLD-BACK is there, at least three PART-TARGETs"]);
  const text = markdown({ title: "a load", rows: [["players", "4"]], tally });
  expect(text).toContain("* §4.4.3.8 PART-HOLD-BACK is there");
  expect(text).toContain("1 broken");
});

test("a connection is kept, and one that the server closes is opened again", async () => {
  let closing = false;
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket) {
        if (closing) return void socket.end();
        socket.write("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-le");
        socket.write("ngth: 5\r\n\r\nhe");
        socket.write("llo");
      },
    },
  });
  stop = () => server.stop(true);
  const connection = new HttpConnection({ hostname: "127.0.0.1", port: server.port });
  const first = await connection.get("/", { keep: true, hashed: true });
  expect(first).toMatchObject({ status: 200, contentType: "text/plain", length: 5, text: "hello" });
  expect(first.hash).toBe(Bun.hash("hello"));
  expect(await connection.get("/")).toMatchObject({ status: 200, length: 5, text: null, hash: null });
  closing = true;
  expect((await connection.get("/")).status).toBe(0);
  closing = false;
  expect((await connection.get("/")).status).toBe(200);
  connection.close();
  server.stop(true);
  expect((await connection.get("/")).status).toBe(0);
});
