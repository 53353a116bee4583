import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import type { RtmpPullOptions } from "#transcoding/intake/rtmp/pull.ts";
import { Seconds } from "./seconds.ts";
import { ingestOf } from "./testing.ts";

const lease = { channelId: "c1", publicName: "name", ingest: "main", token: "secret.1" };
const KEYFRAME = Uint8Array.of(0x17, 1, 0, 0, 0, 0, 0, 0, 4, 0x65, 0x88, 0x84, 0);

function setUp({ bytesMax = 1_000_000 } = {}) {
  const clock = new ManualClock();
  const pulls: (RtmpPullOptions & { closed: boolean })[] = [];
  const seconds = new Seconds({
    ...{ clock, bytesMax, isPulled: (name: string) => name === "pulled" },
    ingests: new Map([["main", { ...ingestOf(), pullUrl: (name: string) => `rtmp://nginx/live/${name}?token=x` }]]),
    connect: (options) => {
      const pull = { ...options, closed: false };
      pulls.push(pull);
      return {
        close: () => {
          pull.closed = true;
        },
      };
    },
  });
  const taken = () => {
    const messages: Uint8Array[] = [];
    seconds.connect({
      url: "rtmp://nginx/live/name?token=x",
      onMessage: ({ body }) => void messages.push(body),
      onStatus() {},
      onClose() {},
    });
    return messages;
  };
  return { clock, pulls, seconds, taken };
}

test("a source is pulled for as long as its owner asks for it", async () => {
  const { clock, pulls, seconds } = setUp();
  for (let i = 0; i < 30; i++) {
    seconds.leased(lease);
    await clock.settle(1_000);
  }
  expect(pulls).toHaveLength(1);
  await clock.settle(13_000);
  expect(pulls[0]!.closed).toBe(false);
  await clock.settle(3_000);
  expect(pulls[0]!.closed).toBe(true);
  expect(seconds.size).toBe(0);
});

test("the next owner goes on with that pull, and with what has come", async () => {
  const { clock, pulls, seconds, taken } = setUp();
  seconds.leased(lease);
  pulls[0]!.onStatus("NetStream.Play.Start", "");
  pulls[0]!.onMessage({ type: 9, timestamp: 0, body: KEYFRAME });
  expect(seconds.bytes).toBe(KEYFRAME.length);
  const messages = taken();
  await clock.settle(20_000);
  expect(messages).toEqual([KEYFRAME]);
  expect(pulls).toHaveLength(1);
  expect(pulls[0]!.closed).toBe(false);
  expect(seconds.size).toBe(0);
});

test("without a pull that stands it pulls anew", async () => {
  const { pulls, seconds, taken } = setUp();
  taken();
  expect(pulls).toHaveLength(1);
  seconds.leased(lease); // nginx has not answered yet.
  taken();
  expect(pulls).toHaveLength(3);
  expect(pulls[1]!.closed).toBe(true);
});

test("a pull that ends is begun again by the next lease; an unknown nginx, too much memory, or a source of its own begins none", () => {
  const { pulls, seconds } = setUp({ bytesMax: KEYFRAME.length });
  seconds.leased({ ...lease, ingest: "other" });
  seconds.leased({ ...lease, publicName: "pulled" });
  expect(pulls).toHaveLength(0);
  seconds.leased(lease);
  pulls[0]!.onClose("gone", "lost");
  expect(seconds.size).toBe(0);
  seconds.leased(lease);
  expect(pulls).toHaveLength(2);
  pulls[1]!.onMessage({ type: 9, timestamp: 0, body: KEYFRAME });
  seconds.leased({ ...lease, publicName: "other" });
  expect(pulls).toHaveLength(2);
});
