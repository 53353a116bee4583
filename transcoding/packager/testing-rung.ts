// For tests: a source with one rung beside it.

import type { AttemptSinks, RungSink } from "./attempt/sinks.ts";
import { type Bench, bench } from "./testing.ts";
import { FakeEncoder, fakeInit, fakePicture } from "./testing-fragments.ts";
import { Watcher } from "./testing-playlist-watcher.ts";

export const BASE_MS = Date.UTC(2026, 10, 22, 10, 0, 0);
export const NAMES = ["source", "480p"];

/** A source and one rung, `480p`, which arrives `lagMs` later; a strict client reads both. */
export class RungStage {
  readonly b: Bench;
  readonly attempt: AttemptSinks;
  readonly source: FakeEncoder;
  readonly watcher = new Watcher();
  /** Null: no run of the rung. */
  rung: { sink: RungSink; encoder: FakeEncoder; lagMs: number } | null = null;
  readonly #options: { fps?: number; gopMs?: number };

  constructor(options: { fps?: number; gopMs?: number } = {}) {
    this.#options = options;
    this.b = bench();
    this.attempt = this.b.packager.begin({ session: "s1", attempt: 1, baseMs: BASE_MS - 1_000 });
    this.attempt.offer([{ name: "480p", bandwidth: 1_500_000 }]);
    this.source = new FakeEncoder(options);
    this.attempt.source.init(this.source.init);
  }

  /** Begins a run, with the source's next keyframe. */
  startRung({ lagMs = 150, fps = this.#options.fps ?? 30, gopMs = this.#options.gopMs ?? 2_000 } = {}) {
    const every = gopMs || 2_000;
    const fromMs = 1_000 + Math.ceil((this.source.atMs - 1_000) / every - 0.001) * every;
    const encoder = new FakeEncoder({ fps, gopMs, fromMs, init: fakeInit({ width: 80, height: 46 }) });
    this.rung = { sink: this.attempt.rung("480p"), encoder, lagMs };
    this.rung.sink.push(encoder.init.bytes);
  }

  async run(seconds: number) {
    const untilMs = this.source.atMs + seconds * 1_000;
    while (this.source.atMs < untilMs - 1) {
      this.attempt.source.fragment(this.source.nextFragment());
      await this.#rungUntil(this.source.atMs);
      this.b.clock.advance(this.source.frameMs);
      await this.watcher.look(this.b.packager, NAMES);
    }
  }

  async #rungUntil(sourceMs: number) {
    while (this.rung && this.rung.encoder.atMs <= sourceMs - this.rung.lagMs)
      this.rung.sink.push(fakePicture(this.rung.encoder.next()));
  }

  /** The numbers, and where the media of the rung is missing. */
  async numbers(rendition: string): Promise<string[]> {
    const text = await this.b.text(rendition);
    let number = Number(/MEDIA-SEQUENCE:(\d+)/.exec(text)![1]);
    return text
      .split("#EXT-X-PROGRAM-DATE-TIME")
      .slice(1)
      .map(
        (entry) =>
          `${number++}${entry.includes("#EXT-X-GAP") ? " gap" : ""}${entry.includes("#EXTINF") ? "" : " open"}`,
      );
  }
}
