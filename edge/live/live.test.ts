import { afterEach, expect, test } from "bun:test";
import { setOptions, parse as strictParse } from "hls-parser";
import { patient } from "#schema/testing-slowness.ts";
import type { Media } from "./live.ts";
import { contains, headNumber, parsePlaylist } from "./playlist.ts";
import {
  BROADCAST,
  CHANNEL,
  type EdgeOptions,
  liveOrigin,
  startEdge,
  statusOf,
  TestOrigin,
  testTokens,
  type WindowOptions,
  windowHeaders,
  windowText,
} from "./testing.ts";

setOptions({ strictMode: true });

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

function origin(): TestOrigin {
  const started = new TestOrigin();
  cleanUp.push(() => started.die());
  return started;
}

function edge(options: EdgeOptions) {
  const started = startEdge(options);
  cleanUp.push(() => started.stop());
  return started;
}

/** The edge's media over real HTTP. */
function front(media: Media): string {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 30,
    fetch: (request) => media.fetch(request) ?? new Response(null, { status: 404 }),
  });
  cleanUp.push(() => server.stop(true));
  return `http://127.0.0.1:${server.port}`;
}

/** Gives out this window as source.m3u8. */
function serve(on: TestOrigin, window: WindowOptions) {
  on.has("source.m3u8", windowText(window), windowHeaders(window));
}

const segment = (number: number) => `${BROADCAST}/source/s${number}.m4s`;
const bytes = (length: number, seed = 1) => Uint8Array.from({ length }, (_, i) => (i * seed) % 251);
const until = async (condition: () => boolean | Promise<boolean>) => {
  while (!(await condition())) await Bun.sleep(5);
};

test("a thousand requests for one playlist part make one request to the origin", async () => {
  const source = origin();
  const { get } = edge({ status: statusOf({ origin: source.url }), holdMs: 8_000 });
  let release = () => {};
  const produced = new Promise<void>((resolve) => {
    release = resolve;
  });
  serve(source, { from: 0, to: 9 });
  await get("source.m3u8");
  const window = { from: 0, to: 9, open: 2 };
  source.on("source.m3u8?_HLS_msn=10&_HLS_part=1", async () => {
    await produced;
    return new Response(windowText(window), { headers: windowHeaders(window) });
  });
  const asked = Array.from({ length: 1_000 }, (_, i) => get(`source.m3u8?x=${i}&_HLS_part=1&_HLS_msn=10`));
  const playlists = () => source.asked.filter((path) => path.includes("m3u8"));
  await until(() => playlists().length > 1);
  release();
  const texts = await Promise.all(asked.map(async (response) => (await response).text()));
  expect(new Set(texts)).toEqual(new Set([windowText(window)]));
  expect(playlists()).toEqual(["source.m3u8", "source.m3u8?_HLS_msn=10&_HLS_part=1"]);
  // A request for a part that exists is answered without the origin.
  expect(await (await get("source.m3u8?_HLS_msn=10&_HLS_part=0")).text()).toBe(windowText(window));
  expect(playlists().length).toBe(2);
});

test("a part is fetched once and cached; concurrent requests share one request to the origin", async () => {
  const source = origin();
  const { get } = edge({ status: statusOf({ origin: source.url }) });
  const part = bytes(10_000);
  source.on("source/p1-1-21.m4s", async () => {
    await Bun.sleep(50);
    return new Response(part);
  });
  const answers = await Promise.all(Array.from({ length: 200 }, () => get("source/p1-1-21.m4s")));
  for (const answer of answers) expect(new Uint8Array(await answer.arrayBuffer())).toEqual(part);
  await source.die();
  expect((await get("source/p1-1-21.m4s")).status).toBe(200);
  expect(source.asked.length).toBe(1);
});

test("when the last viewer disconnects, the request to the origin is aborted", async () => {
  const source = origin();
  const { media } = edge({ status: statusOf({ origin: source.url }), holdMs: 8_000 });
  let aborted = false;
  source.on("source/p1-1-5.m4s", (request) => {
    request.signal.addEventListener("abort", () => {
      aborted = true;
    });
    return new Promise<Response>(() => {});
  });
  const at = front(media);
  const viewers = [new AbortController(), new AbortController()];
  const answers = viewers.map(({ signal }) => fetch(`${at}/live/anna/source/p1-1-5.m4s`, { signal }).catch(() => null));
  await until(() => source.asked.length > 0);
  viewers[0]!.abort();
  await Bun.sleep(50);
  expect(aborted).toBe(false);
  viewers[1]!.abort();
  await Promise.all(answers);
  await until(() => aborted);
  expect(source.asked.length).toBe(1);
});

test("without an owner a playlist request waits, then gets the last playlist unchanged", async () => {
  const source = origin();
  const { get } = edge({ status: statusOf({ origin: source.url }), holdMs: 600 });
  serve(source, { from: 0, to: 9 });
  const first = await (await get("source.m3u8")).text();
  await source.die();
  const startedMs = performance.now();
  const held = await get("source.m3u8?_HLS_msn=10&_HLS_part=1");
  expect(performance.now() - startedMs).toBeGreaterThan(550);
  expect(held.status).toBe(200);
  expect(held.headers.get("cache-control")).toBe("no-cache");
  expect(await held.text()).toBe(first);
});

test("waiting requests are answered as soon as a new owner has the playlist", async () => {
  const [old, next] = [origin(), origin()];
  const { get, say } = edge({ status: statusOf({ origin: old.url }), holdMs: 5_000 });
  old.has("index.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nsource.m3u8\n");
  serve(old, { from: 0, to: 9 });
  await get("index.m3u8");
  await get("source.m3u8");
  await old.die();
  const held = ["source.m3u8?_HLS_msn=10&_HLS_part=1", "source.m3u8?_HLS_msn=11&_HLS_part=0"].map((path) => get(path));
  await Bun.sleep(300);
  say(statusOf({ epoch: 2, origin: null }));
  await Bun.sleep(100);
  serve(next, { from: 2, to: 12, epoch: 2 });
  const saidMs = performance.now();
  say(statusOf({ epoch: 2, origin: next.url }));
  for (const response of await Promise.all(held))
    expect(await response.text()).toBe(windowText({ from: 2, to: 12, epoch: 2 }));
  expect(performance.now() - saidMs).toBeLessThan(patient(300));
});

test("a new owner whose window ends before the served playlist gets a blocking request, and is not polled", async () => {
  const [old, next] = [origin(), origin()];
  const { get, say } = edge({ status: statusOf({ origin: old.url }), holdMs: 5_000 });
  serve(old, { from: 0, to: 9, open: 2 });
  await get("source.m3u8");
  await old.die();
  serve(next, { from: 0, to: 8, epoch: 2, open: 0 });
  const goesOn = { from: 2, to: 12, epoch: 2 };
  next.on("source.m3u8?_HLS_msn=10", async () => {
    await Bun.sleep(400);
    return new Response(windowText(goesOn), { headers: windowHeaders(goesOn) });
  });
  say(statusOf({ epoch: 2, origin: next.url }));
  await Bun.sleep(210); // The last version is no longer fresh.
  const answers = await Promise.all([get("source.m3u8"), get("source.m3u8?_HLS_msn=10&_HLS_part=2")]);
  for (const answer of answers) expect(await answer.text()).toBe(windowText(goesOn));
  expect(next.asked.filter((path) => path.startsWith("source.m3u8")).length).toBeLessThanOrEqual(4);
});

test("a part that a living origin does not have gets 404 at once", async () => {
  const source = origin();
  const { get } = edge({ status: statusOf({ origin: source.url }), holdMs: 8_000 });
  source.has("index.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nsource.m3u8\n");
  const startedMs = performance.now();
  for (const path of ["source/p1-1-99.m4s", segment(99), "source/ibb.mp4"]) expect((await get(path)).status).toBe(404);
  expect(performance.now() - startedMs).toBeLessThan(patient(500));
});

test("256 made-up parts and segments keep no playlist waiting, while there is no owner either", async () => {
  const source = origin();
  const { get, say } = edge({ status: statusOf({ origin: source.url }), holdMs: 8_000 });
  serve(source, { from: 0, to: 9 });
  source.has(
    "index.m3u8",
    "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nsource.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=1\n480p.m3u8\n",
  );
  await get("index.m3u8");
  const first = await (await get("source.m3u8")).text();
  await source.die();
  await Bun.sleep(210); // The last version is no longer fresh.
  for (let n = 1; n <= 256; n++) {
    void get(`source.m3u8?_HLS_msn=10&_HLS_part=${n}`);
    void get(`source.m3u8?_HLS_msn=${10 + n}&_HLS_part=${n}`);
    void get(`made${n}.m3u8?_HLS_msn=10`);
  }
  await Bun.sleep(100);
  const honest = ["source.m3u8?_HLS_msn=10&_HLS_part=1", "source.m3u8?_HLS_msn=11&_HLS_part=0", "480p.m3u8"];
  const held = honest.map((path) => get(path));
  expect(await Promise.race([...held, Bun.sleep(300)])).toBeUndefined();
  const next = origin();
  const window = { from: 2, to: 12, epoch: 2 };
  serve(next, window);
  next.has("480p.m3u8", windowText(window).replaceAll("source/", "480p/"), windowHeaders(window));
  say(statusOf({ epoch: 2, origin: next.url }));
  const answers = await Promise.all(held);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  for (const answer of answers) expect(await answer.text()).not.toBe(first);
  // What was made up became a handful of questions.
  expect(new Set(next.asked.filter((path) => path.includes("m3u8"))).size).toBeLessThan(20);
});

test("players of a rendition that is not made any more are told at once, and read a new multivariant playlist", async () => {
  const source = origin();
  const window = { from: 0, to: 10 };
  source.has("480p.m3u8", windowText(window).replaceAll("source/", "480p/"), windowHeaders(window));
  source.has("index.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n480p.m3u8\n", windowHeaders(window));
  const { get } = edge({ status: statusOf({ origin: source.url }) });
  expect((await get("480p.m3u8")).status).toBe(200);
  source.on("480p.m3u8", async () => {
    await Bun.sleep(100);
    return new Response(null, { status: 410 });
  });
  source.has("index.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nsource.m3u8\n", windowHeaders(window));
  const held = await Promise.all([get("480p.m3u8?_HLS_msn=11&_HLS_part=1"), get("480p.m3u8?_HLS_msn=11&_HLS_part=1")]);
  expect(held.map(({ status }) => status)).toEqual([410, 410]);
  expect(await (await get("index.m3u8")).text()).toContain("source.m3u8");
});

test("a player keeps its pace while a stranger holds hundreds of made-up requests open", async () => {
  const source = origin();
  const { get } = edge({ status: statusOf({ origin: source.url }), holdMs: 8_000 });
  const live = liveOrigin(source);
  cleanUp.push(() => live.stop());
  await get("source.m3u8");
  const gone = new AbortController();
  const { signal } = gone;
  /** Asks again whenever it is answered. */
  const stranger = async (path: (n: number) => string, first: number) => {
    for (let n = first; !signal.aborted; n += 1_000) {
      await get(path(n), { signal }).catch(() => null);
      await Bun.sleep(50);
    }
  };
  const strangers = Array.from({ length: 200 }, (_, n) => [
    stranger((part) => `source.m3u8?_HLS_msn=${live.openNumber}&_HLS_part=${part}`, 10 + n),
    stranger((part) => `source.m3u8?_HLS_msn=${live.openNumber + 1}&_HLS_part=${part}`, 10 + n),
    ...(n % 10 === 0 ? [stranger((part) => `source/p1-1-${part}.m4s`, 1_000_000 + n)] : []),
  ]);
  await Bun.sleep(100);
  const lateMs: number[] = [];
  const hintedParts: Promise<Response>[] = [];
  for (let n = 0; n < 25; n++) {
    const [msn, part] = live.next;
    const answer = await get(`source.m3u8?_HLS_msn=${msn}&_HLS_part=${part}`);
    lateMs.push(performance.now() - live.producedMs);
    const text = await answer.text();
    expect(contains(parsePlaylist(text)!, msn, part)).toBe(true);
    const hinted = /PRELOAD-HINT:TYPE=PART,URI="([^"]+)"/.exec(text)![1]!;
    hintedParts.push(get(hinted));
  }
  expect((await Promise.all(hintedParts)).map(({ status }) => status)).toEqual(hintedParts.map(() => 200));
  gone.abort();
  await Promise.all(strangers.flat());
  // Each part is known soon after it was made, and none is missed for long.
  expect(lateMs.toSorted((a, b) => a - b)[Math.floor(lateMs.length / 2)]!).toBeLessThan(patient(60));
  expect(live.produced).toBeLessThan(25 + 15);
  // The origin is asked for what can come next, and once for each.
  const blocking = source.asked.filter((path) => path.includes("_HLS_msn"));
  expect(blocking.length).toBeLessThan(6 * live.produced);
});

test("a part that cannot come next is answered with its segment's end and the next one's first part", async () => {
  const source = origin();
  const { get } = edge({ status: statusOf({ origin: source.url }) });
  const live = liveOrigin(source);
  cleanUp.push(() => live.stop());
  await get("source.m3u8");
  const number = live.openNumber;
  const answer = await get(`source.m3u8?_HLS_msn=${number}&_HLS_part=777`);
  const playlist = parsePlaylist(await answer.text())!;
  expect(headNumber(playlist)).toBe(number + 1);
  expect(answer.headers.get("cache-control")).toStartWith("public");
  expect(source.asked.filter((path) => path.includes("777"))).toEqual([]);
});

test("while there is no owner, made-up media do not keep listed media waiting", async () => {
  const [old, next] = [origin(), origin()];
  const { get, say } = edge({ status: statusOf({ origin: old.url }), holdMs: 8_000 });
  serve(old, { from: 0, to: 9 });
  await get("source.m3u8");
  await old.die();
  const made = Array.from({ length: 600 }, (_, n) => get(`source/p1-1-${1_000 + n}.m4s`));
  made.push(...Array.from({ length: 600 }, (_, n) => get(segment(1_000 + n))));
  await Bun.sleep(50);
  // Listed, hinted, and what another edge may list already.
  const real = [segment(9), segment(10), "source/iaa.mp4", "source/p1-1-21.m4s", "source/p1-1-23.m4s"];
  const held = real.map((path) => get(path));
  expect(await Promise.race([...held, Bun.sleep(300)])).toBeUndefined();
  for (const path of real) next.has(path, bytes(100));
  next.has("index.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nsource.m3u8\n");
  say(statusOf({ epoch: 1, origin: next.url }));
  expect((await Promise.all(held)).map(({ status }) => status)).toEqual(real.map(() => 200));
  const statuses = new Set((await Promise.all(made)).map(({ status }) => status));
  expect([...statuses].sort()).toEqual([404, 503]);
});

test("more requests of one address or session than honest players have are refused, and others are not", async () => {
  const source = origin();
  const limits = { mediaWaitingPerIp: 20, mediaWaitingPerSession: 5 };
  const { get } = edge({ status: statusOf({ origin: source.url }), holdMs: 3_000, limits });
  serve(source, { from: 0, to: 9 });
  source.on("source.m3u8?_HLS_msn=10&_HLS_part=1", () => new Promise<Response>(() => {}));
  await get("source.m3u8");
  const next = "source.m3u8?_HLS_msn=10&_HLS_part=1";
  const gone = new AbortController();
  const wait = (address: string, session = "") =>
    get(`${session}${next}`, { headers: { "x-test-address": address }, signal: gone.signal });
  const open = Array.from({ length: 20 }, () => wait("192.0.2.7"));
  const refused = await wait("192.0.2.7");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
  const { text } = testTokens.issue({ channelId: CHANNEL, grant: "watch", version: 1, session: "00112233445566ff" });
  open.push(...Array.from({ length: 5 }, (_, n) => wait(`192.0.2.${10 + n}`, `~${text}/`)));
  expect((await wait("192.0.2.20", `~${text}/`)).status).toBe(429);
  // Others wait as before, and both may ask again once they are answered.
  expect(await Promise.race([wait("192.0.2.21").catch(() => null), Bun.sleep(100)])).toBeUndefined();
  gone.abort();
  await Promise.allSettled(open);
  expect((await get("source.m3u8", { headers: { "x-test-address": "192.0.2.7" } })).status).toBe(200);
});

test("over its budget of requests an address or a session is refused before any work", async () => {
  const source = origin();
  const limits = { mediaRequestsPerMinutePerIp: 30, mediaRequestsPerMinutePerSession: 10 };
  const { get } = edge({ status: statusOf({ origin: source.url }), limits });
  serve(source, { from: 0, to: 9 });
  const { text } = testTokens.issue({ channelId: CHANNEL, grant: "watch", version: 1, session: "00112233445566ff" });
  const codes = async (address: string, path: string, count: number) => {
    const headers = { "x-test-address": address };
    const answers = await Promise.all(Array.from({ length: count }, () => get(path, { headers })));
    return answers.filter(({ status }) => status === 429).length;
  };
  expect(await codes("192.0.2.7", `~${text}/source.m3u8`, 12)).toBe(2);
  expect(await codes("192.0.2.7", "source.m3u8", 20)).toBe(2);
  expect(await codes("192.0.2.8", "source.m3u8", 30)).toBe(0);
});

test("an origin that answers 404 or 500 for a served playlist is an owner that is not ready", async () => {
  const source = origin();
  const { get } = edge({ status: statusOf({ origin: source.url }), holdMs: 300 });
  serve(source, { from: 0, to: 9 });
  const first = await (await get("source.m3u8")).text();
  for (const status of [404, 500, 503]) {
    source.on("source.m3u8", () => new Response(null, { status }));
    const again = await get("source.m3u8?_HLS_msn=10&_HLS_part=1");
    expect([again.status, await again.text()]).toEqual([200, first]);
  }
  source.has("index.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nsource.m3u8\n", { "x-epoch": "1" });
  expect((await get("never.m3u8")).status).toBe(404);
});

test("a new edge waits for the playlist of a new origin, and not for a rendition that no origin lists", async () => {
  const source = origin();
  const { get } = edge({ status: statusOf({ origin: source.url }), holdMs: 3_000 });
  const waiting = get("source.m3u8?_HLS_msn=10&_HLS_part=0");
  await Bun.sleep(250);
  serve(source, { from: 0, to: 9 });
  source.has("index.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nsource.m3u8\n", { "x-epoch": "1" });
  expect((await waiting).status).toBe(200);
  const startedMs = performance.now();
  expect((await get("other.m3u8")).status).toBe(404);
  expect(performance.now() - startedMs).toBeLessThan(patient(500));
});

test("numbers never go back: a playlist with a lower head or a lower epoch is not served", async () => {
  const source = origin();
  const { get } = edge({ status: statusOf({ origin: source.url }), holdMs: 250 });
  const window = { from: 5, to: 15, epoch: 2 };
  serve(source, window);
  const first = await (await get("source.m3u8")).text();
  const worse: WindowOptions[] = [
    { from: 5, to: 14, epoch: 2 }, // head
    { from: 5, to: 14, epoch: 3 },
    { from: 4, to: 15, epoch: 2 }, // media sequence
    { from: 5, to: 15, epoch: 1, open: 2 }, // epoch
    { from: 5, to: 15, epoch: 2, open: 0 }, // parts taken back
  ];
  for (const back of worse) {
    serve(source, back);
    await Bun.sleep(210);
    expect(await (await get("source.m3u8")).text()).toBe(first);
  }
  serve(source, { from: 6, to: 18, epoch: 3 });
  await Bun.sleep(210);
  expect(await (await get("source.m3u8")).text()).toBe(windowText({ from: 6, to: 18, epoch: 3 }));
});

test("after a take-over old segments come from the edge: fetched before, or assembled from parts; a lost segment is a gap", async () => {
  const [old, next] = [origin(), origin()];
  const { get, say } = edge({ status: statusOf({ origin: old.url }), holdMs: 3_000 });
  serve(old, { from: 6, to: 10, open: 2 });
  // 11 is open, but all its parts exist. The origin has 7, the parts of 9 and 10 pass through, 6 and 8 are missing.
  old.has(segment(7), bytes(700, 7));
  for (const n of [18, 19, 20, 21, 22, 23]) old.has(`source/p1-1-${n}.m4s`, bytes(100 + n, n));
  await get("source.m3u8");
  for (const n of [18, 19, 20, 21, 22, 23]) await get(`source/p1-1-${n}.m4s`);
  await until(() => old.asked.includes(segment(6))); // The oldest comes last: all were requested,
  await get(segment(7)); // and the requests under way are done.
  await old.die();
  const window = { from: 6, to: 13, epoch: 2, firstHeld: 13 };
  serve(next, window);
  say(statusOf({ epoch: 2, origin: next.url }));
  const response = await get("source.m3u8?_HLS_msn=11&_HLS_part=2");
  const text = await response.text();
  const gaps = [...text.matchAll(/#EXT-X-GAP\n.*\/s(\d+)\.m4s/g)].map(([, number]) => Number(number));
  expect(gaps).toEqual([6, 8, 12]);
  expect(text).not.toContain("p2-1-24"); // The parts of a gap are removed.
  expect(() => strictParse(text)).not.toThrow();
  expect(new Uint8Array(await (await get(segment(7))).arrayBuffer())).toEqual(bytes(700, 7));
  expect(new Uint8Array(await (await get(segment(9))).arrayBuffer())).toEqual(
    Uint8Array.from([...bytes(118, 18), ...bytes(119, 19)]),
  );
  expect((await get(segment(11))).headers.get("content-length")).toBe(String(122 + 123));
  expect([7, 9, 10, 11].map((number) => old.count(segment(number)))).toEqual([1, 0, 0, 0]);
});

test("a delta update is made by the edge, which requests only full playlists from the origin", async () => {
  const source = origin();
  const { get } = edge({ status: statusOf({ origin: source.url }) });
  serve(source, { from: 0, to: 14 });
  const delta = await (await get("source.m3u8?_HLS_skip=YES")).text();
  expect(delta).toContain("#EXT-X-SKIP:SKIPPED-SEGMENTS=9\n");
  expect(() => strictParse(delta)).not.toThrow();
  expect(source.asked).toEqual(["source.m3u8"]);
});

test("a request for a part of a dead owner waits, then gets 404; one of a replaced owner gets 404 at once", async () => {
  const [old, next] = [origin(), origin()];
  const { get, say } = edge({ status: statusOf({ origin: old.url }), holdMs: 400 });
  await old.die();
  const startedMs = performance.now();
  expect((await get("source/p1-1-30.m4s")).status).toBe(404);
  expect(performance.now() - startedMs).toBeGreaterThan(350);
  say(statusOf({ epoch: 2, origin: next.url }));
  await Bun.sleep(0);
  const againMs = performance.now();
  expect((await get("source/p1-1-31.m4s")).status).toBe(404);
  expect(performance.now() - againMs).toBeLessThan(patient(200));
});

test("a body that breaks off is neither served nor cached", async () => {
  let connections = 0;
  const broken = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket) {
        connections++;
        const whole = connections > 1;
        socket.end(
          `HTTP/1.1 200 OK\r\ncontent-length: 10\r\nconnection: close\r\n\r\n${whole ? "0123456789" : "01234"}`,
        );
      },
    },
  });
  cleanUp.push(() => broken.stop(true));
  const { get } = edge({ status: statusOf({ origin: `http://127.0.0.1:${broken.port}` }) });
  expect(await (await get("source/p1-1-1.m4s")).text()).toBe("0123456789");
  expect(connections).toBe(2);
});

test("off air, unknown and unreachable have different codes", async () => {
  const code = async (response: Promise<Response>) => {
    const answer = await response;
    const { status, headers } = answer;
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(headers.get("access-control-allow-origin")).toBe("*");
    return [status, ((await answer.json()) as { code: string }).code];
  };
  const off = edge({ status: statusOf({ phase: "offline", broadcastId: null }) });
  expect(await code(off.get("index.m3u8"))).toEqual([404, "offline"]);
  off.say(statusOf({ phase: "starting" }));
  await Bun.sleep(0);
  expect(await code(off.get("source.m3u8"))).toEqual([404, "offline"]);
  const nobody = (await off.media.fetch(new Request("http://edge/live/nobody/index.m3u8")))!;
  expect(await code(Promise.resolve(nobody))).toEqual([404, "not_found"]);
  expect(await code(off.get("thumbnail.png"))).toEqual([404, "not_found"]);
  expect(await code(off.get("source.m3u8?_HLS_part=3"))).toEqual([400, "bad_directive"]);
  const away = edge({ status: null });
  const refused = away.get("index.m3u8");
  expect((await refused).headers.get("retry-after")).toBe("1");
  expect(await code(refused)).toEqual([503, "unavailable"]);
  expect(off.media.fetch(new Request("http://edge/api/v1/channels"))).toBeNull();
  expect(off.media.fetch(new Request("http://edge/live/anna/whep", { method: "POST" }))).toBeNull();
});

test("a request just before the channel is live gets its playlist, not a refusal", async () => {
  const source = origin();
  const { get, say } = edge({ status: statusOf({ phase: "starting", broadcastId: null }) });
  serve(source, { from: 0, to: 9 });
  const asked = get("source.m3u8");
  await Bun.sleep(50);
  say(statusOf({ origin: source.url }));
  expect((await asked).status).toBe(200);
});

test("after the end the last playlist is served while the origin keeps it, then the channel is off air", async () => {
  const source = origin();
  const { get, say } = edge({ status: statusOf({ origin: source.url }) });
  serve(source, { from: 0, to: 9 });
  await get("source.m3u8");
  const window = { from: 0, to: 10, open: 0, ended: true };
  serve(source, window);
  source.has("index.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nsource.m3u8\n");
  say(statusOf({ phase: "offline", ended: true, origin: source.url }));
  await Bun.sleep(210);
  expect(await (await get("source.m3u8")).text()).toBe(windowText(window));
  source.on("index.m3u8", () => new Response(null, { status: 404 }));
  expect((await get("index.m3u8")).status).toBe(404);
  say(statusOf({ phase: "offline", broadcastId: null }));
  await Bun.sleep(0);
  expect((await get("source.m3u8")).status).toBe(404);
});

test("a request too far ahead is refused, as by the origin", async () => {
  const source = origin();
  const { get } = edge({ status: statusOf({ origin: source.url }) });
  serve(source, { from: 0, to: 9 });
  await get("source.m3u8");
  expect((await get("source.m3u8?_HLS_msn=99")).status).toBe(400);
  await Bun.sleep(210); // The last version is no longer fresh.
  expect((await get("source.m3u8?_HLS_msn=13&_HLS_part=0")).status).toBe(400);
  // The player knows a newer playlist from another edge.
  serve(source, { from: 30, to: 39 });
  await Bun.sleep(210);
  expect((await get("source.m3u8?_HLS_msn=40&_HLS_part=0")).status).toBe(200);
  // Without an owner nobody can say what is too far.
  await source.die();
  await Bun.sleep(210);
  expect((await get("source.m3u8?_HLS_msn=99")).status).toBe(200);
});

test("cache, CORS and compression headers are right", async () => {
  const source = origin();
  const { get, media } = edge({ status: statusOf({ origin: source.url }) });
  const window = { from: 0, to: 60 };
  serve(source, window);
  source.has("source/iaa.mp4", bytes(1_000));
  const header = (response: Response, ...names: string[]) => names.map((name) => response.headers.get(name));
  const plain = await get("source.m3u8", { headers: { "accept-encoding": "br, gzip" } });
  expect(
    header(plain, "content-type", "cache-control", "access-control-allow-origin", "content-encoding", "vary"),
  ).toEqual(["application/vnd.apple.mpegurl", "no-cache", "*", "gzip", "accept-encoding"]);
  const zipped = new Uint8Array(await plain.arrayBuffer());
  expect(plain.headers.get("content-length")).toBe(String(zipped.byteLength));
  expect(new TextDecoder().decode(Bun.gunzipSync(zipped))).toBe(windowText(window));
  const blocking = await get("source.m3u8?_HLS_msn=61&_HLS_part=0", { headers: { "accept-encoding": "gzip;q=0" } });
  expect(header(blocking, "cache-control", "content-encoding")).toEqual(["public, max-age=2", null]);
  const init = await get("source/iaa.mp4");
  expect(header(init, "content-type", "cache-control", "accept-ranges", "content-length")).toEqual([
    "video/mp4",
    "public, max-age=3600, immutable",
    "bytes",
    "1000",
  ]);
  const preflight = (await media.fetch(new Request("http://edge/live/anna/index.m3u8", { method: "OPTIONS" })))!;
  expect(preflight.status).toBe(204);
  expect(header(preflight, "access-control-allow-methods", "access-control-allow-headers")).toEqual([
    "GET, HEAD, POST, OPTIONS",
    "range, content-type",
  ]);
});

test("byte ranges and HEAD work over real HTTP", async () => {
  const source = origin();
  const { media } = edge({ status: statusOf({ origin: source.url }) });
  const whole = bytes(1_000, 3);
  source.has(segment(4), whole);
  const at = front(media);
  const get = (init?: RequestInit) => fetch(`${at}/live/${CHANNEL}/${segment(4)}`, init);
  const ranged = async (range: string) => {
    const response = await get({ headers: { range } });
    return [response.status, response.headers.get("content-range"), new Uint8Array(await response.arrayBuffer())];
  };
  expect(await ranged("bytes=0-99")).toEqual([206, "bytes 0-99/1000", whole.slice(0, 100)]);
  expect(await ranged("bytes=990-")).toEqual([206, "bytes 990-999/1000", whole.slice(990)]);
  expect(await ranged("bytes=-10")).toEqual([206, "bytes 990-999/1000", whole.slice(990)]);
  expect(await ranged("bytes=500-5000")).toEqual([206, "bytes 500-999/1000", whole.slice(500)]);
  expect(await ranged("bytes=1000-")).toEqual([416, "bytes */1000", new Uint8Array()]);
  expect(await ranged("bytes=0-1,5-6")).toEqual([200, null, whole]);
  expect(await ranged("lines=1-2")).toEqual([200, null, whole]);
  const head = await get({ method: "HEAD" });
  expect([head.status, head.headers.get("content-length"), (await head.arrayBuffer()).byteLength]).toEqual([
    200,
    "1000",
    0,
  ]);
});

test("the cache stays within its limit under any requests", async () => {
  const source = origin();
  const { get } = edge({ status: statusOf({ origin: source.url }), mediaCacheBytes: 1024 * 1024 });
  for (let n = 0; n < 40; n++) source.has(`source/p1-1-${n}.m4s`, bytes(100_000));
  for (let n = 0; n < 40; n++) expect((await get(`source/p1-1-${n}.m4s`)).status).toBe(200);
  await get("source/p1-1-39.m4s");
  expect(source.count("source/p1-1-39.m4s")).toBe(1);
  await get("source/p1-1-0.m4s");
  expect(source.count("source/p1-1-0.m4s")).toBe(2);
});

test("a request for another channel's broadcast never reaches the origin", async () => {
  const source = origin();
  const { get } = edge({ status: statusOf({ origin: source.url }) });
  source.has("index.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nsource.m3u8\n");
  await Promise.all(Array.from({ length: 100 }, () => get("index.m3u8")));
  expect((await get("0190f3b0-0000-7000-8000-00000000000c/source/s1.m4s")).status).toBe(404);
  expect(source.asked).toEqual(["index.m3u8"]);
});

test("when the edge goes away, waiting requests get the last playlist at once", async () => {
  const source = origin();
  const { get, media } = edge({ status: statusOf({ origin: source.url }), holdMs: 8_000 });
  serve(source, { from: 0, to: 9 });
  const first = await (await get("source.m3u8")).text();
  await source.die();
  const held = get("source.m3u8?_HLS_msn=10&_HLS_part=1");
  await Bun.sleep(20);
  media.stop();
  expect(await (await held).text()).toBe(first);
});
