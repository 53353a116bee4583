// One run of the ladder: an FFmpeg process that is fed by the intake and encodes the rungs. It never slows the source.
//
//   listening ──► running ──exit──► drained ──► sinks ended ──► onExit
//                    │ hung, worn, or its output is unreadable: SIGKILL
//                    └ stop: end of input 700 ms, SIGTERM 1 s, SIGKILL; nothing is reported

import type { Clock } from "#runtime/base/clock.ts";
import { every } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { beginAt0, Counter } from "#runtime/base/metrics.ts";
import { type ProcessHost, type RunningProcess, stopProcess } from "#runtime/process/process.ts";
import { socketPath } from "#runtime/process/sockets.ts";
import { ladderArgv } from "./arguments.ts";
import type { Encoder } from "./encoder.ts";
import { type CodecHeaders, LadderFeed, type SessionTag } from "./feed.ts";
import { HungWatch } from "./hung-watch.ts";
import { originFor } from "./origin.ts";
import { OutputReader } from "./output-reader.ts";
import { listenForRung, type RungSink, type RungSocket } from "./rung-socket.ts";
import type { Rung } from "./rungs.ts";
import { type LadderSpeed, SpeedMeter } from "./speed.ts";

const LOOK_MS = 500;
/** How long FFmpeg's last bytes may take to arrive after its exit. */
const DRAIN_MS = 500;
const ERROR_LINES_MAX = 20;

const exits = new Counter({
  name: "ladder_exits_total",
  help: "Runs of the ladder that ended without being asked to, by reason",
  labelNames: ["reason"],
});
beginAt0(exits, "reason", ["exited", "hung", "unreadable", "worn"]);
const skipped = new Counter({
  name: "ladder_pictures_skipped_total",
  help: "Pictures that a ladder did not encode because it was behind",
});

export interface LadderExit {
  /**
   * - `exited`: FFmpeg ended by itself, or could not be started.
   * - `hung`: it was fed and had no output.
   * - `unreadable`: its output is no MP4.
   * - `worn`: the session has run for weeks, and FLV counts no further: start again at once.
   */
  reason: "exited" | "hung" | "unreadable" | "worn";
  code: number | null;
  /** The last lines of standard error, at most 20. */
  lastErrors: string[];
  /** The run had output from every rung: a failure after it is no failure to start. */
  encoded: boolean;
}

export interface LadderOptions {
  processes: ProcessHost;
  clock: Clock;
  log: Log;
  ffmpegPath: string;
  /** Folder for the sockets, whose paths may have at most 107 bytes. */
  socketDir: string;
  /** At least one. */
  rungs: readonly Rung[];
  encoder: Encoder;
  /** The codec headers of the session so far: a run may begin in the middle. */
  headers: CodecHeaders;
  /** Session time of the next tag, about. */
  atMs: number;
  /** Where the output of a rung goes, fragmented MP4 on the session's clock. Called once for each rung, before any output. */
  sink(rung: string): RungSink;
  /** Called once, with the sinks ended. Not called after `stop`. */
  onExit(exit: LadderExit): void;
  /** Called twice a second while the ladder is fed, and not after `stop`. Null: it has no output, and may hang. */
  onSpeed(speed: LadderSpeed | null): void;
}

export interface Ladder {
  /** The next tag of the session, headers included. Never waits; FFmpeg gets the first picture that is a keyframe. */
  tag(tag: SessionTag): void;
  /** The packager begins a segment at this presentation time: the rungs get a keyframe there. Best told before the picture's tag. */
  segmentBegins(ptsMs: number): void;
  /** `ask` lets FFmpeg encode what it has. Resolves when nothing is left. Safe to call twice. */
  stop(how: "ask" | "kill"): Promise<void>;
}

export function startLadder(options: LadderOptions): Ladder {
  return new LadderRun(options);
}

let runs = 0;

class LadderRun implements Ladder {
  readonly #lastErrors: string[] = [];
  readonly #meter: SpeedMeter;
  readonly #hung = new HungWatch();
  readonly #readers: OutputReader[] = [];
  readonly #sockets: RungSocket[] = [];
  #process: RunningProcess | null = null;
  #feed: LadderFeed | null = null;
  #reason: LadderExit["reason"] = "exited";
  #skippedCounted = 0;
  #stopping: Promise<void> | null = null;
  #onDrained = () => {};
  readonly #over: Promise<void>;

  constructor(private readonly options: LadderOptions) {
    this.#meter = new SpeedMeter(options.rungs.map(({ name }) => name));
    let failure: unknown = null;
    try {
      this.#start();
    } catch (error) {
      failure = error; // A socket or the process could not be made: reported as an exit like any other.
    }
    this.#over = this.#live(failure);
  }

  tag(tag: SessionTag) {
    this.#feed?.tag(tag);
  }

  segmentBegins(ptsMs: number) {
    this.#feed?.segmentBegins(ptsMs);
  }

  stop(how: "ask" | "kill"): Promise<void> {
    if (how === "kill") this.#process?.signal("SIGKILL");
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop() {
    if (this.#process) await stopProcess(this.#process, this.options.clock, { ask: () => this.#feed?.end() });
    await this.#over;
  }

  /** All at once, so that the picture for which the ladder was started is fed too. */
  #start() {
    const { processes, rungs, encoder, ffmpegPath, socketDir, headers, atMs, log } = this.options;
    const id = ++runs;
    const outputs = rungs.map((rung) => ({
      rung,
      url: this.#listen(rung, socketPath(socketDir, `l${id}-${rung.name}`)),
    }));
    const originMs = originFor(atMs);
    this.#process = processes.spawn({
      argv: ladderArgv({ ffmpegPath, encoder, outputs, originMs }),
      takesInput: true,
      onErrorLine: (line) => this.#note(line),
    });
    const names = rungs.map(({ name }) => name).join(",");
    log.info({ pid: this.#process.pid, rungs: names, encoder: encoder.name }, "ladder started");
    this.#feed = new LadderFeed({
      input: this.#process.input!,
      headers,
      originMs,
      onWorn: () => this.#fail("worn", "the session is longer than FLV can count"),
    });
  }

  #listen({ name }: Rung, path: string): string {
    const reader = new OutputReader(this.options.sink(name), {
      onReach: (ms) => {
        this.#hung.moved();
        this.#meter.out(name, ms);
      },
      onUnreadable: (error) => this.#fail("unreadable", error),
    });
    this.#readers.push(reader);
    const socket = listenForRung(reader, { path, onEnd: () => this.#onDrained() });
    this.#sockets.push(socket);
    return socket.url;
  }

  async #live(failure: unknown): Promise<void> {
    let code: number | null = null;
    if (failure) this.#note(reason(failure));
    if (this.#process) {
      const stopLooking = every(this.options.clock, LOOK_MS, () => this.#look());
      code = (await this.#process.exited).code;
      stopLooking();
      await this.#drain();
    } else await Promise.resolve(); // The owner has the ladder before its exit.
    for (const socket of this.#sockets) socket.close();
    for (const reader of this.#readers) reader.end();
    this.#countSkipped();
    const { log, onExit } = this.options;
    const exit = {
      ...{ reason: this.#reason, code, lastErrors: this.#lastErrors },
      encoded: this.#readers.length > 0 && this.#readers.every(({ reached }) => reached),
    };
    log.info({ ...exit, skipped: this.#feed?.skipped, asked: this.#stopping !== null }, "ladder gone");
    if (this.#stopping) return;
    exits.inc({ reason: exit.reason });
    onExit(exit);
  }

  #countSkipped() {
    const now = this.#feed?.skipped ?? 0;
    skipped.inc(now - this.#skippedCounted);
    this.#skippedCounted = now;
  }

  #look() {
    this.#countSkipped();
    if (this.#stopping) return;
    const [firstMs, newestMs] = [this.#feed?.firstMs ?? null, this.#feed?.newestMs ?? null];
    if (firstMs === null || newestMs === null) return;
    if (this.#hung.look(newestMs)) return this.#fail("hung", "hung: fed, but no output");
    if (this.#hung.silent) return this.options.onSpeed(null);
    const atMs = this.options.clock.monoMs();
    const cpuMs = this.#process?.cpuMs() ?? null;
    this.options.onSpeed(this.#meter.measure({ atMs, cpuMs, fed: { firstMs, newestMs } }));
  }

  #fail(why: LadderExit["reason"], line: string) {
    if (this.#reason !== "exited") return;
    this.#reason = why;
    this.#note(line);
    this.#process?.signal("SIGKILL");
  }

  /** Waits for bytes that FFmpeg wrote before its exit. */
  async #drain() {
    const drained = () => this.#sockets.every((socket) => socket.drained);
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
    this.#lastErrors.push(line);
    if (this.#lastErrors.length > ERROR_LINES_MAX) this.#lastErrors.shift();
  }
}
