// One broadcast with random faults of its encoder, its rungs and its owners, seen by a strict client.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { type Random, SeededRandom } from "#runtime/base/random.ts";
import { patient } from "#schema/testing-slowness.ts";
import type { AttemptSinks, RungSink } from "./attempt/sinks.ts";
import { type Bench, bench } from "./testing.ts";
import { FakeEncoder, type FakeInit, type FakePicture, fakeInit, fakePicture } from "./testing-fragments.ts";
import { Watcher } from "./testing-playlist-watcher.ts";

const START_MS = Date.UTC(2026, 10, 22);
const RUNGS = ["720p", "480p"];
const NAMES = ["source", ...RUNGS];
const RATES = [10, 12.5, 24, 25, 30];
const GOPS = [1_000, 2_000, 2_000, 2_000, 3_200, 10_417, 0];
const INITS = [fakeInit(), fakeInit({ width: 90, height: 160 }), fakeInit({ level: 0x28 })];
/** Set SEEDS=… and FROM=… in the environment for more. */
const SEEDS = Number(process.env.SEEDS ?? 8);
const FROM = Number(process.env.FROM ?? 1);
const SECONDS = 50;
/** Share of pictures after which something happens. */
const FAULTS = 0.007;

/** The encoder of a rung: gives each picture of the source again, or each second one, `lagMs` later. */
class FakeRung {
  lagMs = 150;
  hangs = false;
  #waiting: FakePicture[] = [];
  #half: boolean;
  #key = false;
  #begun = false;
  #odd = false;

  constructor(
    readonly sink: RungSink,
    { half }: { half: boolean },
  ) {
    this.#half = half;
    sink.push(RUNG_INIT.bytes);
  }

  feed(picture: FakePicture) {
    this.#begun ||= picture.key;
    if (!this.#begun || this.hangs) return;
    this.#key ||= picture.key;
    this.#odd = !this.#odd;
    if (this.#half && !this.#odd) return;
    const durationMs = picture.durationMs * (this.#half ? 2 : 1);
    this.#waiting.push({ ...picture, durationMs, key: this.#key });
    this.#key = false;
  }

  flow(nowMs: number) {
    while (this.#waiting[0] && this.#waiting[0].atMs <= nowMs - this.lagMs)
      this.sink.push(fakePicture(this.#waiting.shift()!));
  }
}
const RUNG_INIT: FakeInit = fakeInit({ width: 80, height: 46 });

class Turmoil {
  readonly watcher = new Watcher();
  readonly #clock = new ManualClock(START_MS);
  #epoch = 1;
  #takes = 0;
  #session = 1;
  #saved: { media: ReturnType<Bench["saved"]>; atMs: number } = { media: null, atMs: START_MS };
  #encoder: FakeEncoder;
  #baseMs = START_MS - 1_000;
  #now: Bench;
  #attempt: AttemptSinks;
  readonly #rungs = new Map<string, FakeRung>();
  readonly happened = new Map<string, number>();

  constructor(private readonly random: Random) {
    this.#encoder = this.#newEncoder(1_000);
    this.#now = this.#owner();
    this.#attempt = this.#begin();
  }

  get packager() {
    return this.#now.packager;
  }

  async run() {
    for (const endMs = this.#clock.wallMs() + SECONDS * 1_000; this.#clock.wallMs() < endMs; ) {
      const picture = this.#encoder.next();
      this.#attempt.source.fragment(this.#encoder.fragment(picture));
      for (const rung of this.#rungs.values()) rung.feed(picture);
      this.#clock.advance(this.#encoder.frameMs);
      for (const rung of this.#rungs.values()) rung.flow(this.#encoder.atMs);
      this.#save();
      await this.watcher.look(this.#now.packager, NAMES);
      if (this.random.next() < FAULTS) await this.#fault();
    }
    this.#now.packager.end();
    await this.watcher.look(this.#now.packager, NAMES);
  }

  async #fault() {
    const faults: [string, () => void][] = [
      ["rung begins", () => this.#beginRung()],
      ["rung begins", () => this.#beginRung()],
      ["rung begins", () => this.#beginRung()],
      ["rung ends", () => this.#anyRung()?.sink.end()],
      ["rung hangs", () => this.#withRung((rung) => (rung.hangs = true))],
      ["rung lags", () => this.#withRung((rung) => (rung.lagMs = 150 + this.#below(7_000)))],
      ["rung is garbage", () => this.#anyRung()?.sink.push(new Uint8Array(64).fill(1))],
      ["other parameters", () => this.#turn()],
      ["encoder away", () => this.#away(300 + this.#below(this.random.next() < 0.2 ? 300_000 : 12_000))],
      ["pull again", () => this.#pullAgain()],
      ["new session", () => this.#newSession()],
      ["owner died", () => this.#ownerDied()],
      ["source offered, or not", () => this.#now.packager.offerSource(this.random.next() < 0.5)],
    ];
    const [name, happen] = faults[this.#below(faults.length)]!;
    this.happened.set(name, (this.happened.get(name) ?? 0) + 1);
    happen();
    await this.watcher.look(this.#now.packager, NAMES);
  }

  #owner(): Bench {
    const { media, atMs } = this.#saved;
    const startNumber = media ? media.headNumber + 2 + Math.ceil((this.#clock.wallMs() - atMs) / 1000) : 0;
    const options = { clock: this.#clock, epoch: this.#epoch++, resume: media, startNumber, saves: false };
    return bench({ ...options, nextTake: () => ++this.#takes });
  }

  #begin(): AttemptSinks {
    const attempt = this.#now.packager.begin({
      session: `s${this.#session}`,
      attempt: this.#takes,
      baseMs: this.#baseMs,
    });
    attempt.offer(RUNGS.map((name) => ({ name, bandwidth: 1_000_000 })));
    attempt.source.init(this.#encoder.init);
    this.#rungs.clear();
    return attempt;
  }

  /** Some saves are lost: the packager hears only of those that succeeded. */
  #save() {
    const media = this.#now.saved();
    const { headNumber } = this.#now.packager;
    if (!media || headNumber < 0 || this.random.next() < 0.2) return;
    this.#saved = { media: JSON.parse(JSON.stringify({ ...media, headNumber })), atMs: this.#clock.wallMs() };
    this.#now.packager.covered(headNumber, this.#clock.monoMs());
  }

  #beginRung() {
    const name = RUNGS[this.#below(RUNGS.length)]!;
    this.#rungs.set(name, new FakeRung(this.#attempt.rung(name), { half: this.random.next() < 0.4 }));
  }

  #anyRung() {
    return [...this.#rungs.values()][this.#below(Math.max(1, this.#rungs.size))];
  }

  #withRung(change: (rung: FakeRung) => void) {
    const rung = this.#anyRung();
    if (rung) change(rung);
  }

  #turn() {
    this.#encoder = this.#newEncoder(this.#encoder.atMs);
    this.#attempt.source.init(this.#encoder.init);
  }

  #away(ms: number) {
    this.#clock.advance(ms);
    this.#encoder.away(ms);
  }

  #pullAgain() {
    this.#attempt.close();
    this.#away(50 + this.#below(4_000));
    this.#attempt = this.#begin();
  }

  #newSession() {
    this.#attempt.close();
    this.#clock.advance(200 + this.#below(20_000));
    this.#session++;
    this.#baseMs = this.#clock.wallMs() - 1_000;
    this.#encoder = this.#newEncoder(1_000);
    this.#attempt = this.#begin();
  }

  #ownerDied() {
    this.#now.packager.stop();
    this.#away(500 + this.#below(6_000));
    this.#now = this.#owner();
    this.#attempt = this.#begin();
  }

  #newEncoder(fromMs: number) {
    return new FakeEncoder({ fps: this.#oneOf(RATES), gopMs: this.#oneOf(GOPS), init: this.#oneOf(INITS), fromMs });
  }

  #below = (n: number) => Math.floor(this.random.next() * n);
  #oneOf = <T>(list: T[]): T => list[this.#below(list.length)]!;
}

test(
  "over any faults of encoders, rungs and owners every playlist is valid and no number changes its meaning",
  async () => {
    let looked = 0;
    const happened = new Map<string, number>();
    for (let seed = FROM; seed < FROM + SEEDS; seed++) {
      const turmoil = new Turmoil(new SeededRandom(seed));
      await turmoil.run().catch((error) => {
        throw new Error(`seed ${seed}: ${error.message}`);
      });
      looked += turmoil.watcher.looked;
      for (const [name, times] of turmoil.happened) happened.set(name, (happened.get(name) ?? 0) + times);
      turmoil.packager.stop();
    }
    expect(looked).toBeGreaterThan(SEEDS * 100);
    expect(happened.size).toBeGreaterThan(8);
  },
  patient(180_000),
);
