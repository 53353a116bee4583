import { afterEach, expect, test } from "bun:test";
import { systemClock } from "#runtime/base/clock.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { createVet } from "#runtime/outbound/vet.ts";
import { patient } from "#schema/testing-slowness.ts";
import { parseTargetUrl } from "#schema/wire/targets.ts";
import type { SourceInit } from "#transcoding/intake/source.ts";
import { startTarget } from "#transcoding/restream/testing-target.ts";
import type { Message } from "../rules/messages.ts";
import type { Pull } from "../rules/state.ts";
import { RunningSource } from "../sources.ts";
import { fakeChannel, sessionOf } from "../testing.ts";
import { forwarder, type Restreaming } from "./forwarder.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});
const target = { id: "t", revision: 1, run: 1 };
const init = {
  video: { width: 640, height: 360, fps: 30 },
  audio: { sampleRate: 48_000, channels: 2 },
  headers: { video: Uint8Array.of(0x17, 0), audio: Uint8Array.of(0xaf, 0) },
} as unknown as SourceInit;

function start(open: Restreaming["open"]) {
  const source = new RunningSource();
  source.media = { init, sinks: {} as never };
  const told: Message[] = [];
  const forwards = new Map();
  const vet = createVet({ clock: systemClock, networks: ["127.0.0.0/8"] });
  const session = sessionOf("1");
  const pull: Pull = { session, attempt: 1, broadcast: {} as never, ladder: null };
  const child = forwarder.start(
    { target, pull },
    {
      parts: {
        ...{ clock: systemClock, random: systemRandom, forwards, restreaming: { open, vet, encoder: "us" } },
        sources: new Map([[session.publicName, source]]),
      },
      channel: fakeChannel(),
      self: { tell: (message) => told.push(message) },
    },
  );
  undo.push(() => child.stop("kill"));
  let atMs = 0;
  const tag = () => {
    atMs += 33;
    source.tag({ type: 9, atMs, body: Uint8Array.of(0x17, 1), header: false, key: true });
  };
  return { source, told, child, forwards, tag };
}

/** Sends pictures until it holds. */
async function until(holds: () => boolean, tag: () => void) {
  for (let left = patient(10_000); !holds(); left -= 10) {
    if (left < 0) throw new Error("it did not come true");
    tag();
    await Bun.sleep(10);
  }
}

test("what the source sends arrives, and the actor is told once", async () => {
  const service = await startTarget();
  undo.push(() => service.close());
  const address = parseTargetUrl(`rtmp://127.0.0.1:${service.port}/live`)!;
  const { told, tag, child, forwards } = start(async () => ({ address, streamKey: "key" }));
  await until(() => service.messages.length > 6, tag);
  expect(service.messages.slice(0, 4).map(({ type }) => type)).toEqual([18, 9, 8, 9]);
  expect(told).toEqual([{ type: "targetUp", target, publicName: "public-1", attempt: 1 }]);
  expect([...forwards.keys()]).toEqual(["t"]);
  await child.stop("ask");
  expect([told.length, forwards.size]).toEqual([1, 0]);
  service.drop();
  await Bun.sleep(20);
  expect(told.length).toBe(1);
});

test("a key that cannot be opened is told, and so is a store that is away", async () => {
  const opens: [Restreaming["open"], string][] = [
    [async () => "key_lost", "key_lost"],
    [() => Promise.reject(new Error("away")), "unavailable"],
  ];
  for (const [open, why] of opens) {
    const { told, tag } = start(open);
    await until(() => told.length > 0, tag);
    expect(told).toEqual([{ type: "targetEnded", target, why } as Message]);
  }
});

test("a target that is gone meanwhile is not connected to", async () => {
  const { told, tag, forwards } = start(async () => null);
  tag();
  await Bun.sleep(20);
  expect([told, forwards.size]).toEqual([[], 0]);
});

test("an end that nobody asked for is told with its reason", async () => {
  const service = await startTarget({ how: "refuse" });
  undo.push(() => service.close());
  const address = parseTargetUrl(`rtmp://127.0.0.1:${service.port}/live`)!;
  const { told, tag } = start(async () => ({ address, streamKey: "key" }));
  await until(() => told.length > 0, tag);
  expect(told).toEqual([{ type: "targetEnded", target, why: "key_refused" }]);
});
