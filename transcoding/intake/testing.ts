// For tests: an intake whose messages come from the test, on a clock that the test turns.

import { type Clock, ManualClock } from "#runtime/base/clock.ts";
import type { Fragment } from "#runtime/fmp4/fragment.ts";
import { concat } from "../bytes.ts";
import type { ClockState } from "./clock-state.ts";
import type { IntakeFact } from "./facts.ts";
import { ffmpegOutput } from "./flv/testing.ts";
import { type Intake, type IntakeOptions, startIntake } from "./intake.ts";
import type { RtmpMessage } from "./rtmp/message.ts";
import type { RtmpPullOptions } from "./rtmp/pull.ts";
import type { FragmentPlace, SourceInit, SourceTag } from "./source.ts";

export const WALL_MS = 1_900_000_000_000;

export type Placed = Fragment & FragmentPlace & { cameMs: number };

/** What an intake gave, in order. A new init begins a new output. */
export interface Output {
  init: SourceInit;
  fragments: Placed[];
}

/** With the system's clock `play` is not for use: real messages come when they come. */
export class TestIntake<C extends Clock = ManualClock> {
  readonly outputs: Output[] = [];
  readonly tags: SourceTag[] = [];
  readonly facts: IntakeFact[] = [];
  readonly states: ClockState[] = [];
  readonly ends: string[] = [];
  readonly intake: Intake;
  pull!: RtmpPullOptions;
  pullClosed = 0;

  constructor(
    readonly clock: C = new ManualClock() as unknown as C,
    more: Partial<IntakeOptions> = {},
  ) {
    const startMs = clock.monoMs();
    this.intake = startIntake({
      connect: (options) => {
        this.pull = options;
        return { close: () => void this.pullClosed++ };
      },
      ...{ clock, url: "rtmp://test/live/x", resume: null },
      wallMs: () => WALL_MS + clock.monoMs() - startMs,
      onInit: (init) => this.outputs.push({ init, fragments: [] }),
      onFragment: (fragment, place) =>
        this.outputs.at(-1)!.fragments.push({ ...fragment, ...place, cameMs: clock.monoMs() }),
      onTag: (tag) => this.tags.push(tag),
      onFact: (fact) => this.facts.push(fact),
      onClockState: (state) => this.states.push(state),
      onClose: (why, detail) => this.ends.push(`${why}: ${detail}`),
      ...more,
    });
    if (!more.connect) this.pull.onStatus("NetStream.Play.Start", "");
  }

  /** Messages that come when their timestamps say, from now on; each changed by `as`. */
  play(
    this: TestIntake<ManualClock>,
    messages: RtmpMessage[],
    as: (message: RtmpMessage) => RtmpMessage | null = (message) => message,
  ) {
    const startMs = this.clock.monoMs();
    for (const message of messages) {
      const dueMs = startMs + message.timestamp;
      if (dueMs > this.clock.monoMs()) this.clock.advance(dueMs - this.clock.monoMs());
      const changed = as(message);
      if (changed) this.pull.onMessage({ ...changed, timestamp: changed.timestamp >>> 0 });
    }
  }

  /** Facts by name, problems by code; without what each file of FFmpeg brings: its metadata and its end. */
  get names(): string[] {
    const names: string[] = this.facts.map((fact) => (fact.fact === "problem" ? fact.problem.code : fact.fact));
    return names.filter((name) => name !== "metaData" && name !== "endOfSequence");
  }

  get fragments(): Placed[] {
    return this.outputs.flatMap(({ fragments }) => fragments);
  }

  /** As a file, of one init. */
  file(index = 0): Uint8Array {
    const { init, fragments } = this.outputs[index]!;
    return concat(init.bytes, ...fragments.map(({ data }) => data));
  }
}

/** What FFmpeg says while it decodes a file: nothing, when all is well. */
export const complaints = (file: Uint8Array): Promise<string> =>
  ffmpegOutput(["-xerror", "-i", "pipe:0", "-f", "null", "-"], file).then(
    () => "",
    (error: Error) => error.message,
  );

/** Begin and end of each fragment of a track, in ms. */
export const spans = (fragments: readonly Fragment[], kind: "video" | "audio") =>
  fragments.flatMap(({ tracks }) =>
    tracks
      .filter(({ track }) => track.kind === kind)
      .map(({ decodeTime, duration, track }) => ({
        fromMs: (decodeTime * 1000) / track.timescale,
        toMs: ((decodeTime + duration) * 1000) / track.timescale,
      })),
  );

/** The largest gap (above 0) and overlap (below 0) between neighbours, ms. */
export function seams(fragments: readonly Fragment[], kind: "video" | "audio"): { gapMs: number; overlapMs: number } {
  const all = spans(fragments, kind);
  const gaps = all.slice(1).map(({ fromMs }, i) => fromMs - all[i]!.toMs);
  return { gapMs: Math.max(0, ...gaps), overlapMs: Math.max(0, ...gaps.map((gap) => -gap)) };
}
