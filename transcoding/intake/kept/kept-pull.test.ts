import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import type { RtmpMessage } from "../rtmp/message.ts";
import type { PullEnd, RtmpPullOptions } from "../rtmp/pull.ts";
import { KeptPull } from "./kept-pull.ts";

const KEYFRAME = Uint8Array.of(0x17, 1, 0, 0, 0, 0, 0, 0, 4, 0x65, 0x88, 0x84, 0);
const SOUND = Uint8Array.of(0xaf, 1, 1, 2, 3);

function setUp() {
  const clock = new ManualClock();
  let pull!: RtmpPullOptions;
  let closed = 0;
  const ended = { times: 0 };
  const kept = new KeptPull({
    clock,
    url: "rtmp://nginx/live/name",
    connect: (options) => {
      pull = options;
      return { close: () => void closed++ };
    },
    onClose: () => void ended.times++,
  });
  pull.onStatus("NetStream.Play.Start", "");
  const came = (body: Uint8Array) =>
    pull.onMessage({ type: body === SOUND ? 8 : 9, timestamp: Math.round(clock.monoMs()), body });
  return { clock, kept, came, ended, closed: () => closed, pull: () => pull };
}

function taker() {
  const got: (RtmpMessage | string)[] = [];
  const options: RtmpPullOptions = {
    url: "rtmp://nginx/live/name",
    onMessage: (message) => void got.push(message),
    onStatus: (code) => void got.push(code),
    onClose: (why: string, how?: PullEnd) => void got.push(`${how}: ${why}`),
  };
  return { got, options };
}

test("who takes it gets what was kept with the times of its arrival, and then what comes, in order", async () => {
  const { clock, kept, came } = setUp();
  const startMs = clock.monoMs();
  for (let i = 0; i < 500; i++) {
    came(i % 50 === 0 ? KEYFRAME : SOUND);
    clock.advance(10);
  }
  const { got, options } = taker();
  kept.take({ ...options, since: { arrivedMs: startMs + 2_100, timestamp: null } });
  expect(got).toEqual([]); // Not in the midst of its caller's work.
  came(SOUND);
  await clock.settle(1);
  came(SOUND);
  await clock.settle(100);
  expect(got[0]).toBe("NetStream.Play.Start");
  const messages = got.slice(1) as RtmpMessage[];
  expect(messages.map(({ arrivedMs }) => (arrivedMs ?? 0) - startMs)).toEqual([
    ...Array.from({ length: 300 }, (_, i) => 2_000 + i * 10),
    5_000,
    expect.any(Number),
  ]);
  expect(messages[0]!.body).toBe(KEYFRAME);
  expect(kept.bytes).toBe(0);
});

test("the end of a pull that was taken is told behind what was kept; nobody else is told", async () => {
  const { clock, kept, came, ended, pull } = setUp();
  came(KEYFRAME);
  const { got, options } = taker();
  kept.take(options);
  pull().onClose("gone", "lost");
  expect(got).toMatchObject([{ body: KEYFRAME }, "lost: gone"]);
  await clock.settle(100);
  expect(got).toHaveLength(2);
  expect(ended.times).toBe(0);
});

test("a taker that closes it gets nothing more", async () => {
  const { clock, kept, came, closed } = setUp();
  for (let i = 0; i < 10; i++) came(KEYFRAME);
  const { got, options } = taker();
  const pull = kept.take({
    ...options,
    onMessage(message) {
      got.push(message);
      pull.close();
    },
  });
  await clock.settle(100);
  came(SOUND);
  expect(got).toHaveLength(2);
  expect(closed()).toBe(1);
});

test("a pull that ends by itself, or was not accepted, cannot be taken", () => {
  const { kept, pull, ended } = setUp();
  expect(kept.stands).toBe(true);
  pull().onClose("gone", "lost");
  expect(kept.stands).toBe(false);
  expect(ended.times).toBe(1);
});
