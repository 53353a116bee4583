// The session's clock under any timestamps and any arrival.

import { heapStats } from "bun:jsc";
import { expect, test } from "bun:test";
import fc from "fast-check";
import { SeededRandom } from "#runtime/base/random.ts";
import type { Kind } from "./clock-facts.ts";
import { AHEAD_MAX_MS, BEHIND_MAX_MS } from "./session-clock.ts";
import { type Dated, encoder, errors, of, type TestTag, testClock } from "./testing-encoder.ts";

const TEST_MAX_MS = 120_000;

const kind = fc.constantFrom<Kind>("video", "audio");
const anyRaw = fc.integer({ min: 0, max: 2 ** 32 - 1 });
/** A stretch of tags whose timestamps and arrival go in even steps, beginning anywhere. */
const stretch = fc.record({
  kinds: fc.array(kind, { minLength: 1, maxLength: 3 }),
  from: fc.option(anyRaw),
  stepMs: fc.oneof(
    fc.integer({ min: -50, max: 100 }),
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    fc.integer({ min: -3_000, max: 3_000 }),
  ),
  gapMs: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 60 }),
    fc.double({ min: 0, max: 5_000, noNaN: true }),
    fc.integer({ min: 0, max: 100_000 }),
  ),
  tags: fc.integer({ min: 1, max: 120 }),
  anew: fc.boolean(),
});
type Stretch = typeof stretch extends fc.Arbitrary<infer T> ? T : never;

function play(stretches: Stretch[]) {
  const { clock, run, facts, changes } = testClock();
  const dated: Dated[] = [];
  let [raw, arrivalMs] = [0, 0];
  for (const { kinds, from, stepMs, gapMs, tags, anew } of stretches) {
    if (anew) clock.publishedAnew();
    raw = from ?? raw;
    for (let i = 0; i < tags; i++) {
      raw = (raw + stepMs) >>> 0;
      arrivalMs += gapMs;
      dated.push(...run([{ kind: kinds[i % kinds.length]!, trueMs: 0, raw, arrivalMs }]));
    }
  }
  return { clock, dated, facts, changes, lastedMs: arrivalMs };
}

test(
  "session time of a track rises by whole ms and stays within its limits of arrival, whatever comes",
  () => {
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 12 }), (stretches) => {
        const { dated } = play(stretches);
        for (const track of [of("video", dated), of("audio", dated)]) {
          // More than one tag in a ms must rise all the same.
          let most = 0;
          for (const [i, { atMs, worldMs }] of track.entries()) {
            if (!Number.isSafeInteger(atMs) || atMs <= (track[i - 1]?.atMs ?? -1e9))
              throw new Error(`tag ${i} at ${atMs}`);
            most = Math.max(most + 1, Math.round(worldMs + AHEAD_MAX_MS));
            if (atMs > most) throw new Error(`tag ${i} at ${atMs}, arrival at ${worldMs}`);
            if (atMs < Math.floor(worldMs - BEHIND_MAX_MS))
              throw new Error(`tag ${i} at ${atMs}, arrival at ${worldMs}`);
          }
        }
      }),
      { numRuns: 500 },
    );
  },
  TEST_MAX_MS,
);

test(
  "each fact is told at most every ten seconds, and the next owner at most once a second",
  () => {
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 12 }), (stretches) => {
        const { facts, changes, lastedMs } = play(stretches);
        const told = new Map<string, number>();
        for (const fact of facts) {
          const key = `${fact.fact} ${"kind" in fact ? fact.kind : ""}`;
          told.set(key, (told.get(key) ?? 0) + 1);
        }
        for (const times of told.values()) expect(times).toBeLessThanOrEqual(lastedMs / 10_000 + 1);
        expect(changes.length).toBeLessThanOrEqual(lastedMs / 1_000 + 1);
      }),
      { numRuns: 300 },
    );
  },
  TEST_MAX_MS,
);

const seed = fc.integer({ min: 1, max: 2 ** 31 - 2 });
/** Each tag comes up to 60 ms late, in order. */
function jittered(tags: TestTag[], from: number): TestTag[] {
  const dice = new SeededRandom(from);
  let lastMs = 0;
  return tags.map((tag) => {
    lastMs = Math.max(lastMs, tag.arrivalMs + dice.next() * 60);
    return { ...tag, arrivalMs: lastMs };
  });
}

test(
  "a jump of any size at any place is absorbed",
  () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        fc.integer({ min: -5_000, max: 5_000 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 6_000 }),
        seed,
        (far, near, isNear, atMs, jitter) => {
          const by = isNear ? near : far;
          const tags = encoder({ forMs: atMs + 4_000, as: (tag) => (tag.trueMs >= atMs ? { raw: tag.raw + by } : {}) });
          const dated = testClock().run(jittered(tags, jitter));
          // Less than the jitter of arrival is believed.
          const error = Math.max(...errors(dated).map(Math.abs));
          const ends = [of("video", dated).at(-1)!, of("audio", dated).at(-1)!];
          const apartMs = Math.abs(errors([ends[0]!])[0]! - errors([ends[1]!])[0]!);
          const believed = Math.abs(by) < 400;
          expect([error <= (believed ? 420 : 150), apartMs <= (believed ? 400 : 62)]).toEqual([true, true]);
        },
      ),
      { numRuns: 300 },
    );
  },
  TEST_MAX_MS,
);

test(
  "the next owner dates every tag as the owner before, wherever it begins",
  () => {
    fc.assert(
      fc.property(
        fc.record({
          from: anyRaw,
          by: fc.oneof(
            fc.constant(0),
            fc.integer({ min: 500, max: 2 ** 31 - 100_000 }),
            fc.integer({ min: -(2 ** 31) + 100_000, max: -500 }),
          ),
          atMs: fc.integer({ min: 5_000, max: 12_000 }),
          fps: fc.constantFrom(1, 23.976, 30, 59.94),
          apartMs: fc.integer({ min: -300, max: 300 }),
        }),
        seed,
        seed,
        ({ from, by, atMs, fps, apartMs }, jitter, otherJitter) => {
          const tags = encoder({
            forMs: 16_000,
            fps,
            as: ({ kind, raw, trueMs }) => ({
              raw: raw + from + (kind === "audio" ? apartMs : 0) + (trueMs >= 3_000 ? by : 0),
            }),
          });
          const one = testClock();
          one.run(
            jittered(
              tags.filter((tag) => tag.trueMs < atMs),
              jitter,
            ),
          );
          const resume = JSON.parse(JSON.stringify(one.clock.state));
          const rest = tags.filter((tag) => tag.trueMs >= atMs);
          const first = one.run(jittered(rest, jitter));
          const second = testClock({ resume, fromMs: atMs }).run(jittered(rest, otherJitter));
          // What is off by more than jitter is led back by 1 ms a second, and each owner sees another jitter.
          const isLedBack = Math.abs(apartMs) + 60 > 100;
          const wrong = second.filter(
            (tag, i) => Math.abs(tag.atMs - first[i]!.atMs) > (isLedBack ? (tag.trueMs - atMs) / 1_000 + 2 : 0),
          );
          expect(wrong).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  },
  TEST_MAX_MS,
);

test(
  "the memory of a clock does not grow",
  () => {
    const { clock } = testClock();
    const count = () => {
      Bun.gc(true);
      return heapStats().objectCount;
    };
    let state = 1;
    const stamp = (tags: number) => {
      for (let i = 0; i < tags; i++) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        clock.stamp(state & 64 ? "video" : "audio", state & 128 ? state : i * 20, i * 11);
      }
    };
    stamp(5_000);
    const before = count();
    stamp(50_000);
    expect(count() - before).toBeLessThan(1_000);
  },
  TEST_MAX_MS,
);
