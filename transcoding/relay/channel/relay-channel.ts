// One channel that this relay serves: the source as an edge pushes it, other renditions while somebody watches them, its sound as Opus, and its
// picture as Constrained Baseline while somebody needs that.
//
//   source ──────────► line ──► viewers            kept as long as the channel has viewers, and LINGER_MS longer
//     ├─ sound ──► FFmpeg ──► Opus ──► viewers
//     └─ picture ─► FFmpeg ──► line `baseline`     on the first viewer who needs it, LINGER_MS longer than the last
//   480p, … ─────────► line ──► viewers            RUNG_IDLE_MS longer than its last viewer

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import type { ProcessHost } from "#runtime/process/process.ts";
import type { LiveRendition } from "#schema/wire/live-stream.ts";
import { baselinePlan } from "../legs/baseline-leg.ts";
import { EncoderLeg } from "../legs/encoder-leg.ts";
import { opusPlan, type SoundPacket } from "../legs/opus-leg.ts";
import type { Dial } from "../live/live-client.ts";
import { RenditionFeed } from "../live/rendition-feed.ts";
import { VideoLine } from "../live/video-line.ts";
import type { EncoderRoom } from "./encoder-room.ts";

export const LINGER_MS = 30_000;
const RUNG_IDLE_MS = 5_000;
const SOURCE = "source";
export const BASELINE = "baseline";

export interface RelayChannelOptions {
  clock: Clock;
  log: Log;
  dial: Dial;
  processes: ProcessHost;
  edges: readonly string[];
  /** Which of them is tried first. */
  firstEdge: number;
  ffmpegPath: string;
  room: EncoderRoom;
  channelId: string;
  /** Nothing comes any more. */
  onOver(why: "ended" | "unreachable"): void;
}

interface Rung {
  feed: RenditionFeed;
  usedMs: number;
}

interface Baseline {
  line: VideoLine;
  leg: EncoderLeg;
  release(): void;
  usedMs: number;
}

export class RelayChannel {
  #main: RenditionFeed;
  readonly #rungs = new Map<string, Rung>();
  #renditions: LiveRendition[] = [];
  readonly #opus: EncoderLeg;
  readonly #listeners = new Set<(sound: SoundPacket) => void>();
  #baseline: Baseline | null = null;
  #viewers = 0;
  #idleSinceMs: number;
  #stopped = false;

  constructor(private readonly options: RelayChannelOptions) {
    const { ffmpegPath } = options;
    const onSound = (sound: SoundPacket) => {
      for (const listener of this.#listeners) listener(sound);
    };
    this.#opus = new EncoderLeg({ ...options, kind: "opus", plan: (fed) => opusPlan(fed, { ffmpegPath, onSound }) });
    this.#main = this.#feed(SOURCE, true);
    this.#idleSinceMs = options.clock.monoMs();
  }

  get channelId() {
    return this.options.channelId;
  }

  /** With a picture, best first. Empty until the edge has said. */
  get renditions(): readonly LiveRendition[] {
    return this.#renditions;
  }

  /** The best rendition. */
  get main(): VideoLine {
    return this.#main.line;
  }

  /** A viewer more; returns leave. */
  enter(): () => void {
    this.#viewers++;
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      this.#viewers--;
      this.#idleSinceMs = this.options.clock.monoMs();
    };
  }

  /** The pictures of a rendition by its name; they come while somebody reads the line. Null: there is none of that name. */
  line(name: string): VideoLine | null {
    if (this.#stopped) return null;
    if (name === this.#main.line.name) return this.main;
    if (name === BASELINE) return this.#baseline?.line ?? null;
    if (!this.#renditions.some((one) => one.name === name)) return null;
    const rung = this.#rungs.get(name) ?? { feed: this.#feed(name, false), usedMs: 0 };
    rung.usedMs = this.options.clock.monoMs();
    this.#rungs.set(name, rung);
    return rung.feed.line;
  }

  /** The line `baseline`, made if need be. Null: this relay has no room for another encoder. */
  baseline(): VideoLine | null {
    if (this.#baseline) {
      this.#baseline.usedMs = this.options.clock.monoMs();
      return this.#baseline.line;
    }
    const release = this.options.room.claim();
    if (!release) return null;
    const { ffmpegPath, clock } = this.options;
    const line = new VideoLine(BASELINE);
    const plan = (fed: Parameters<typeof baselinePlan>[0]) => baselinePlan(fed, { ffmpegPath, line });
    const leg = new EncoderLeg({ ...this.options, kind: "baseline", plan });
    this.#baseline = { line, leg, release, usedMs: clock.monoMs() };
    const { fed } = this.#main;
    if (fed) {
      leg.begin(fed);
      // From the newest keyframe, so that its first picture need not wait for the next one.
      for (const sample of this.#main.samples) leg.sample(sample);
    }
    return line;
  }

  /** Returns stop. */
  listen(listener: (sound: SoundPacket) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** To be called once a second. False: nobody has watched for LINGER_MS, and the channel may be stopped. */
  tick(nowMs: number): boolean {
    for (const [name, rung] of this.#rungs) {
      if (rung.feed.line.readers > 0) rung.usedMs = nowMs;
      else if (nowMs - rung.usedMs >= RUNG_IDLE_MS) this.#dropRung(name);
    }
    if (this.#baseline) {
      if (this.#baseline.line.readers > 0) this.#baseline.usedMs = nowMs;
      else if (nowMs - this.#baseline.usedMs >= LINGER_MS) void this.#dropBaseline();
    }
    return this.#viewers > 0 || nowMs - this.#idleSinceMs < LINGER_MS;
  }

  /** Resolves when nothing is left. May be called twice. */
  async stop() {
    this.#stopped = true;
    this.#main.stop();
    for (const name of [...this.#rungs.keys()]) this.#dropRung(name);
    await Promise.all([this.#opus.stop(), this.#dropBaseline()]);
  }

  #feed(rendition: string, isMain: boolean): RenditionFeed {
    const { options } = this;
    const feed: RenditionFeed = new RenditionFeed({
      ...options,
      rendition,
      events: {
        renditions: (renditions) => {
          // Without a width it is the sound alone.
          if (isMain) this.#renditions = renditions.filter(({ width }) => width > 0);
        },
        begin: (fed) => {
          if (!isMain) return;
          this.#opus.begin(fed);
          this.#baseline?.leg.begin(fed);
        },
        sample: (sample) => {
          if (!isMain) return;
          if (sample.kind === "audio") this.#opus.sample(sample);
          else this.#baseline?.leg.sample(sample);
        },
        withdrawn: () => (isMain ? this.#replaceMain(feed) : this.#dropRung(rendition)),
        // The main feed says it of the channel.
        over: (why) => (isMain ? this.#over(why) : this.#dropRung(rendition)),
      },
    });
    return feed;
  }

  /** The source cannot be shown itself, so that the edge offers renditions of it alone. */
  #replaceMain(gone: RenditionFeed) {
    const [best] = this.#renditions;
    if (this.#stopped || this.#main !== gone) return;
    if (!best || best.name === gone.line.name) return this.#over("unreachable");
    gone.line.end();
    this.#dropRung(best.name);
    this.#main = this.#feed(best.name, true);
  }

  #dropRung(name: string) {
    const rung = this.#rungs.get(name);
    this.#rungs.delete(name);
    rung?.feed.stop();
    rung?.feed.line.end();
  }

  async #dropBaseline() {
    const baseline = this.#baseline;
    this.#baseline = null;
    if (!baseline) return;
    baseline.line.end();
    await baseline.leg.stop();
    baseline.release();
  }

  #over(why: "ended" | "unreachable") {
    if (!this.#stopped) this.options.onOver(why);
  }
}
