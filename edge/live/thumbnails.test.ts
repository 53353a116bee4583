// Thumbnails over a real origin: addresses, cache, rights, and what is shown while the origin has none.

import { afterEach, expect, test } from "bun:test";
import type { Visibility } from "#schema/queries/channels/channel-names.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import type { Grant } from "../playback/token.ts";
import { CHANNEL, type EdgeOptions, startEdge, statusOf, TestOrigin, testTokens } from "./testing.ts";

const SMALL = "thumbnail-320.jpg";
const LARGE = "thumbnail-1280.jpg";
const [SMALL_BYTES, LARGE_BYTES] = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6, 7)];
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function setup(status: Partial<ChannelStatus> = {}, options: Partial<EdgeOptions> = {}) {
  const origin = new TestOrigin();
  origin.has(SMALL, SMALL_BYTES);
  origin.has(LARGE, LARGE_BYTES);
  const edge = startEdge({ status: statusOf({ origin: origin.url, ...status }), ...options });
  closing.push(
    () => edge.stop(),
    () => origin.die(),
  );
  const seen = async (path: string) => {
    const response = await edge.get(path);
    return response.ok ? response.bytes() : [response.status, ((await response.json()) as { code: string }).code];
  };
  return { ...edge, origin, seen };
}

test("the small one has a short address too, and caches may keep both for 5 s", async () => {
  const { get, seen } = setup();
  for (const path of ["thumbnail.jpg", "thumbnail.jpg?12", SMALL]) expect(await seen(path)).toEqual(SMALL_BYTES);
  expect(await seen(LARGE)).toEqual(LARGE_BYTES);
  const { headers } = await get(LARGE);
  expect(
    Object.fromEntries(["content-type", "cache-control", "content-length"].map((k) => [k, headers.get(k)])),
  ).toEqual({
    "content-type": "image/jpeg",
    "cache-control": "public, max-age=5",
    "content-length": "4",
  });
  const head = await get(SMALL, { method: "HEAD" });
  expect([head.status, head.headers.get("content-length")]).toEqual([200, "3"]);
});

test.each(["thumbnail-640.jpg", "thumbnail-.jpg", "thumbnail.png", "x.jpg", "source/thumbnail.jpg", "thumbnail.jpg/"])(
  "%s never reaches the origin",
  async (path) => {
    const { seen, origin } = setup();
    expect(await seen(path)).toEqual([404, "not_found"]);
    expect(origin.asked).toEqual([]);
  },
);

test("a hundred requests are one at the origin, which is asked again after a second", async () => {
  const { seen, origin } = setup();
  await Promise.all(Array.from({ length: 100 }, () => seen("thumbnail.jpg")));
  expect(await seen(SMALL)).toEqual(SMALL_BYTES);
  expect(origin.asked).toEqual([SMALL]);
  const newer = Uint8Array.of(9);
  origin.has(SMALL, newer);
  await Bun.sleep(1_050);
  expect([await seen(SMALL), origin.count(SMALL)]).toEqual([newer, 2]);
});

test("a channel without a picture is 404 at once, off air and on air", async () => {
  const onAir = setup();
  onAir.origin.on(SMALL, () => new Response(null, { status: 404 }));
  const startedMs = performance.now();
  expect(await onAir.seen("thumbnail.jpg")).toEqual([404, "not_found"]);
  expect(performance.now() - startedMs).toBeLessThan(1_000);
  expect(await setup({ phase: "offline", broadcastId: null }).seen("thumbnail.jpg")).toEqual([404, "offline"]);
});

test("the last picture stays while an owner has none yet, and while none answers", async () => {
  const { seen, origin, say } = setup();
  await seen(SMALL);
  await Bun.sleep(1_050);
  origin.on(SMALL, () => new Response(null, { status: 404 }));
  expect(await seen(SMALL)).toEqual(SMALL_BYTES);
  origin.on(SMALL, () => new Response(null, { status: 500 }));
  expect(await seen(SMALL)).toEqual(SMALL_BYTES);
  say(statusOf({ epoch: 2, origin: null }));
  expect(await seen(SMALL)).toEqual(SMALL_BYTES);
});

const token = (grant: Grant, version = 1) =>
  testTokens.issue({ channelId: CHANNEL, grant, version, session: "00112233445566ff" }).text;

test.each(["followers", "password"] satisfies Visibility[])(
  "the thumbnail of a %s channel needs the same right as its media",
  async (visibility) => {
    const { seen } = setup({}, { visibility });
    for (const prefix of ["", `~${token("count")}/`, `~${token("watch", 0)}/`])
      for (const path of ["thumbnail.jpg", SMALL, LARGE])
        expect(await seen(prefix + path)).toEqual([403, "playback_denied"]);
    expect(await seen(`~${token("watch")}/${LARGE}`)).toEqual(LARGE_BYTES);
    expect(await seen("thumbnail.jpg")).toEqual([403, "playback_denied"]);
  },
);

test("a preview is off air for all but those with its right, also when its picture is in the cache", async () => {
  const { seen } = setup({ phase: "preview" });
  expect(await seen(`~${token("preview")}/${SMALL}`)).toEqual(SMALL_BYTES);
  for (const prefix of ["", `~${token("count")}/`]) expect(await seen(prefix + SMALL)).toEqual([404, "offline"]);
});

test("its bytes count against the budget of media", async () => {
  const { seen } = setup({}, { limits: { mediaBytesPerMinutePerIp: 3 } });
  expect(await seen(LARGE)).toEqual(LARGE_BYTES);
  expect(await seen(LARGE)).toEqual([429, "rate_limited"]);
});

test("it makes nobody a viewer", async () => {
  const { seen, viewers } = setup();
  await seen(`~${token("count")}/thumbnail.jpg`);
  expect(viewers.known).toBe(0);
});
