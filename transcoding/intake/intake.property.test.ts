// Whatever an encoder or a server sends: nothing is thrown, time does not go back, memory keeps its limits.

import { beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { patient } from "#schema/testing-slowness.ts";
import { Splitter } from "../fmp4/splitter.ts";
import { flvMessages } from "./flv/flv-file.ts";
import { makeFlv } from "./flv/testing.ts";
import { OPENING_BYTES_MAX } from "./opening.ts";
import type { RtmpMessage } from "./rtmp/message.ts";
import { TestIntake } from "./testing.ts";

let messages: RtmpMessage[];
beforeAll(async () => {
  messages = flvMessages(await makeFlv({ seconds: 2, size: "32x32", video: "-bf 2 -pix_fmt yuv420p", audio: "-ac 2" }));
}, patient(30_000));

/** Strictly rising by track; the bytes say what the parsed form says. */
function check(one: TestIntake) {
  const last = { video: Number.NEGATIVE_INFINITY, audio: Number.NEGATIVE_INFINITY };
  for (const { init, fragments } of one.outputs) {
    const again: unknown[] = [];
    const splitter = new Splitter({ init: () => {}, fragment: ({ tracks }) => again.push(tracks) });
    splitter.push(init.bytes);
    for (const { data, tracks } of fragments) {
      splitter.push(data);
      for (const { track, decodeTime, duration } of tracks) {
        const ms = (decodeTime * 1_000) / track.timescale;
        const kind = track.kind as "video" | "audio";
        expect(ms).toBeGreaterThanOrEqual(last[kind] - (kind === "audio" ? 0.1 : 0));
        last[kind] = kind === "audio" ? ms + (duration * 1_000) / track.timescale : ms + 0.001;
      }
    }
    expect(again).toEqual(fragments.map(({ tracks }) => tracks));
  }
  expect(one.ends).toEqual([]);
}

const raw = fc.oneof(fc.nat(2 ** 32 - 1), fc.nat(10_000), fc.constantFrom(0, 2 ** 31, 2 ** 32 - 1));
/** What happens to the message at a place: another time, other bytes, lost, twice, or late. */
const fault = fc.record({
  at: fc.nat(150),
  act: fc.oneof(
    raw.map((timestamp) => ({ type: "time" as const, timestamp })),
    fc.tuple(fc.nat(12), fc.nat(255)).map(([index, value]) => ({ type: "byte" as const, index, value })),
    fc.nat(40).map((length) => ({ type: "cut" as const, length })),
    fc.constant({ type: "lose" as const }),
    fc.integer({ min: 1, max: 40_000 }).map((ms) => ({ type: "wait" as const, ms })),
    raw.map((by) => ({ type: "jump" as const, by })),
  ),
});

test("a real source with any faults keeps its promises", { timeout: patient(120_000) }, () => {
  fc.assert(
    fc.property(fc.array(fault, { maxLength: 12 }), (faults) => {
      const one = new TestIntake();
      let by = 0;
      let index = 0;
      one.play(messages, (message) => {
        const here = index++;
        let changed: RtmpMessage | null = { ...message, timestamp: message.timestamp + by };
        for (const { at, act } of faults) {
          if (at !== here || !changed) continue;
          if (act.type === "time") changed = { ...changed, timestamp: act.timestamp };
          else if (act.type === "cut") changed = { ...changed, body: changed.body.subarray(0, act.length) };
          else if (act.type === "lose") changed = null;
          else if (act.type === "wait") one.clock.advance(act.ms);
          else if (act.type === "jump") {
            by = act.by;
            changed = { ...changed, timestamp: message.timestamp + by };
          } else {
            const body = changed.body.slice();
            if (act.index < body.length) body[act.index] = act.value;
            changed = { ...changed, body };
          }
        }
        return changed;
      });
      one.intake.close();
      check(one);
      expect(one.facts.length).toBeLessThan(60);
    }),
    { numRuns: 150 },
  );
});

test("messages of any bytes keep the promises too", { timeout: patient(60_000) }, () => {
  const message = fc.record({
    type: fc.constantFrom(8, 9, 18, 1, 255),
    timestamp: raw,
    body: fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc
        .tuple(
          fc.constantFrom([0xaf, 0], [0xaf, 1], [0x17, 0, 0, 0, 0], [0x17, 1, 0, 0, 0], [0x27, 1, 0, 0, 0]),
          fc.uint8Array({ maxLength: 60 }),
        )
        .map(([head, rest]) => Uint8Array.of(...head, ...rest)),
    ),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(message, fc.nat(2_000)), { maxLength: 60 }), fc.boolean(), (all, real) => {
      const one = new TestIntake();
      if (real) one.play(messages.slice(0, 30));
      for (const [message, ms] of all) {
        one.clock.advance(ms);
        one.pull.onMessage(message);
        expect(one.intake.heldBytes).toBeLessThan(OPENING_BYTES_MAX + 100_000);
      }
      one.intake.close();
      check(one);
      expect(one.clock.waiting).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test("a keyframe as large as a message can be, and no sound, is held no longer than the limit allows", () => {
  const one = new TestIntake();
  const [header] = messages.filter(({ type }) => type === 9);
  one.pull.onMessage(header!);
  const picture = (marked: boolean) => {
    const body = new Uint8Array(5 * 1024 * 1024);
    body.set([marked ? 0x17 : 0x27, 1]);
    new DataView(body.buffer).setUint32(5, body.length - 9);
    body[9] = marked ? 0x65 : 0x41;
    return { type: 9, timestamp: marked ? 0 : 33, body };
  };
  one.pull.onMessage(picture(true));
  expect(one.fragments).toHaveLength(0);
  one.pull.onMessage(picture(false));
  expect([one.fragments.length, one.intake.heldBytes]).toEqual([2, 0]);
});
