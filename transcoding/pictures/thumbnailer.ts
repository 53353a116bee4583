// The thumbnails of one broadcast, for as long as it is on air: a picture of the newest keyframe at even intervals.
//
//   due ──node lags──► due in 2 s          due ──no new keyframe──► due in 0.5 s
//    └──turn──► FFmpeg ──made, failed, late──► due an interval after its turn

import type { Clock } from "#runtime/base/clock.ts";
import type { KeyedSemaphore } from "#runtime/base/keyed-semaphore.ts";
import type { Log } from "#runtime/base/log.ts";
import { Counter } from "#runtime/base/metrics.ts";
import type { Random } from "#runtime/base/random.ts";
import type { Keyframe } from "../packager/shelf/shelf.ts";
import type { PictureRun } from "./picture.ts";
import type { Picture } from "./thumbnails.ts";

/** Time until the next look for a keyframe. */
const LOOK_MS = 500;
const LAG_PAUSE_MS = 2_000;
/** A node that lags for longer makes pictures at this distance: one hundredth of a core for four broadcasts. */
const LAGGING_INTERVAL_MS = 60_000;
const TURN = "picture";

const thumbnails = new Counter({
  name: "thumbnails_total",
  help: "Pictures of live broadcasts, by outcome",
  labelNames: ["outcome"],
});

export interface ThumbnailerOptions {
  clock: Clock;
  random: Random;
  log: Pick<Log, "info">;
  /** Between two pictures. */
  intervalMs: number;
  /** Shared by all broadcasts of the node: how many pictures are made at once. */
  turns: KeyedSemaphore;
  /** The node is short of processor time: everything else goes first. */
  lags(): boolean;
  /** The newest of each rendition, the best rendition first. */
  keyframes(): Keyframe[];
  take(keyframe: Keyframe): PictureRun;
  keep(picture: Picture, soundDb: number | null): void;
}

export class Thumbnailer {
  #stopped = false;
  #cancel: () => void;
  #run: PictureRun | null = null;
  /** Keyframes that were tried: another picture of the same one would be the same. */
  readonly #tried = new WeakSet<Uint8Array>();
  #takenMs: number;
  #first = true;
  #fails = false;

  constructor(private readonly options: ThumbnailerOptions) {
    this.#takenMs = options.clock.monoMs();
    this.#cancel = options.clock.timer(0, () => void this.#look());
  }

  /** Resolves when no process is left. */
  async stop() {
    this.#stopped = true;
    this.#cancel();
    await this.#run?.stop();
  }

  async #look() {
    const { clock, turns, intervalMs, lags, random } = this.options;
    if (!this.#newest()) return this.#again(LOOK_MS);
    if (lags() && clock.monoMs() - this.#takenMs < LAGGING_INTERVAL_MS) {
      thumbnails.inc({ outcome: "skipped" });
      return this.#again(LAG_PAUSE_MS);
    }
    let startedMs = clock.monoMs();
    const turn = async () => {
      startedMs = this.#takenMs = clock.monoMs();
      await this.#take();
    };
    await turns.run(TURN, turn).catch(() => thumbnails.inc({ outcome: "skipped" })); // Too many wait.
    // Broadcasts that began together, as after a change of owner, spread over the interval.
    const pauseMs = this.#first ? intervalMs * random.next() : intervalMs;
    this.#first = false;
    this.#again(Math.max(0, startedMs + pauseMs - clock.monoMs()));
  }

  async #take() {
    const keyframe = this.#newest(); // The one before the turn may be old.
    if (!keyframe || this.#stopped) return;
    this.#tried.add(keyframe.fragment);
    this.#run = this.options.take(keyframe);
    const outcome = await this.#run.outcome;
    this.#run = null;
    if (this.#stopped) return;
    thumbnails.inc({ outcome: outcome.type });
    if (outcome.type === "made") this.options.keep(outcome.picture, outcome.soundDb);
    // Once, not with each picture of a source that cannot be decoded.
    else if (!this.#fails) this.options.log.info({ why: outcome.type, detail: outcome.detail }, "no thumbnail");
    this.#fails = outcome.type !== "made";
  }

  /** Of the source; of a rung where the source has no new one, as with rare keyframes or intra refresh. */
  #newest(): Keyframe | undefined {
    return this.options.keyframes().find(({ fragment }) => !this.#tried.has(fragment));
  }

  #again(ms: number) {
    if (!this.#stopped) this.#cancel = this.options.clock.timer(ms, () => void this.#look());
  }
}
