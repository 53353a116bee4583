// One FFmpeg process: listens for its output, starts it, watches it and stops it.
//
//   listening ──► running ──exit──► drained ──► attempt closed ──► onExit
//                    │ hung (see ffmpeg-stall-watch.ts), or the attempt failed: SIGKILL
//                    └ stop: asked 700 ms, SIGTERM 1 s, SIGKILL; nothing is reported

import { join } from "node:path";
import type { Child } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { Counter } from "#runtime/base/metrics.ts";
import type { ProcessHost, RunningProcess } from "#runtime/process/process.ts";
import type { SourceProblem } from "#schema/api/broadcasts.ts";
import { problems } from "../packager/attempt/problems.ts";
import type { AttemptSinks } from "../packager/attempt/sinks.ts";
import { diagnose } from "./diagnose.ts";
import { ffmpegArgv } from "./ffmpeg-arguments.ts";
import { type PulledSource, type Stall, StallWatch } from "./ffmpeg-stall-watch.ts";
import { type Intake, listenFor } from "./output-sockets.ts";
import type { Rendition } from "./renditions.ts";

const ASK_MS = 700;
const TERM_MS = 1_000;
/** How long FFmpeg's last bytes may take to arrive after its exit. */
const DRAIN_MS = 500;
const ERROR_LINES_MAX = 20;

const exits = new Counter({
  name: "transcoder_exits_total",
  help: "FFmpeg processes that ended without being asked to, by reason",
  labelNames: ["reason"],
});

export interface TranscoderExit {
  code: number | null;
  /** `exited`: by itself. `hung`, `unattached`, `silent`: see ffmpeg-stall-watch.ts. `unreadable`: the packager could not use FFmpeg's output. */
  reason: Stall | "exited" | "unreadable";
  /** False: FFmpeg produced no output or hung, so the pull counts as failed. */
  pulled: boolean;
  /** The last lines of standard error, at most 20, without the source's URL. */
  lastErrors: string[];
  /** A problem that the streamer can fix. Null: try again. */
  problem: SourceProblem | null;
}

export interface TranscoderOptions {
  processes: ProcessHost;
  clock: Clock;
  log: Log;
  ffmpegPath: string;
  /** RTMP URL to pull; never logged, it may carry a token. */
  sourceUrl: string;
  ladder: Rendition[];
  /** Sinks for the output, one per rendition. */
  sinks: AttemptSinks;
  /** Folder for the sockets, whose paths may have at most 107 bytes. */
  socketDir: string;
  /** What nginx knows about our pull. Without it only the stall `silent` is detected. */
  source?: PulledSource;
  /** Ends FFmpeg's source, so that FFmpeg flushes and exits. */
  askToStop?(): Promise<void>;
  /** Called once, with the attempt already closed. Not called after `stop`. */
  onExit(exit: TranscoderExit): void;
}

let sockets = 0;

export function startTranscoder(options: TranscoderOptions): Child {
  return new Transcoder(options);
}

class Transcoder implements Child {
  readonly #lastErrors: string[] = [];
  readonly #over: Promise<void>;
  #process: RunningProcess | null = null;
  #intakes: Intake[] = [];
  #stopping: Promise<void> | null = null;
  #killed = false;
  #problem: SourceProblem | null = null;
  #reason: TranscoderExit["reason"] = "exited";
  #watch: StallWatch | null = null;
  #onDrained = () => {};

  constructor(private readonly options: TranscoderOptions) {
    this.#over = this.#live();
    void options.sinks.failed.then(({ error, problem }) => {
      this.#problem ??= problem;
      this.#reason = "unreadable";
      this.#note(error);
      this.#kill();
    });
  }

  stop(how: "ask" | "kill"): Promise<void> {
    if (how === "kill") this.#kill();
    this.#stopping ??= how === "kill" ? this.#over : this.#stopPolitely();
    return this.#stopping;
  }

  async #stopPolitely() {
    const gone = this.#over.then(() => true);
    const within = (ms: number) => Promise.race([gone, this.options.clock.sleep(ms).then(() => false)]);
    const { askToStop } = this.options;
    if (askToStop) {
      askToStop().catch((error) => this.options.log.warn({ reason: reason(error) }, "could not end the pull"));
      if (await within(ASK_MS)) return;
    }
    this.#process?.signal("SIGTERM");
    if (await within(TERM_MS)) return;
    this.#kill();
    await this.#over;
  }

  #kill() {
    this.#killed = true;
    this.#process?.signal("SIGKILL");
  }

  async #live(): Promise<void> {
    let code: number | null = null;
    try {
      code = await this.#runFfmpeg();
    } catch (error) {
      this.#note(reason(error)); // A socket or process could not be created: reported as an exit like any other.
    }
    this.#watch?.stop();
    this.options.sinks.close();
    await Promise.all(this.#intakes.map((intake) => intake.close()));
    const { log, onExit } = this.options;
    const lastErrors = this.#lastErrors;
    const why = this.#reason;
    log.info({ code, lastErrors, why, asked: this.#stopping !== null }, "ffmpeg gone");
    if (this.#stopping) return;
    exits.inc({ reason: why });
    const pulled = (this.#watch?.bytesSeen ?? false) && why !== "hung";
    onExit({ code, reason: why, pulled, lastErrors, problem: this.#problem ?? diagnose(lastErrors) });
  }

  async #runFfmpeg(): Promise<number | null> {
    const { processes, ladder, sinks, ffmpegPath, sourceUrl, log } = this.options;
    const id = ++sockets;
    const listening = ladder.map(({ name }) =>
      listenFor(sinks.sink(name), {
        path: join(this.options.socketDir, `tc-${process.pid}-${id}-${name}.sock`),
        onBytes: () => this.#watch?.moved(),
        onEnd: () => this.#onDrained(),
      }),
    );
    for (const settled of await Promise.allSettled(listening)) {
      if (settled.status === "rejected") throw settled.reason;
      this.#intakes.push(settled.value);
    }
    if (this.#killed || this.#stopping) return null;
    const outputs = ladder.map((rendition, i) => ({ rendition, url: this.#intakes[i]!.url }));
    this.#process = processes.spawn({
      argv: ffmpegArgv({ ffmpegPath, sourceUrl, outputs }),
      onErrorLine: (line) => this.#note(line),
    });
    log.info({ pid: this.#process.pid }, "ffmpeg started");
    const { clock, source } = this.options;
    this.#watch = new StallWatch({ clock, source, onStall: (stall, stillMs) => this.#stalled(stall, stillMs) });
    const { code } = await this.#process.exited;
    await this.#drain();
    return code;
  }

  #stalled(stall: Stall, stillMs: number) {
    this.#note(`${stall}: no media for ${stillMs} ms`);
    this.#reason = stall;
    // nginx sends nothing to a player before the first picture.
    if (stall === "silent" && !this.#watch?.bytesSeen) this.#problem ??= problems.noVideo;
    this.#kill();
  }

  /** Waits for bytes that FFmpeg wrote before its exit. */
  async #drain() {
    const drained = () => this.#intakes.every((intake) => intake.drained);
    if (drained()) return;
    await new Promise<void>((resolve) => {
      const cancel = this.options.clock.timer(DRAIN_MS, resolve);
      this.#onDrained = () => {
        if (!drained()) return;
        cancel();
        resolve();
      };
    });
  }

  #note(line: string) {
    this.#lastErrors.push(line.replaceAll(this.options.sourceUrl, "<source>"));
    if (this.#lastErrors.length > ERROR_LINES_MAX) this.#lastErrors.shift();
  }
}
