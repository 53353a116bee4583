// One FFmpeg process of the relay: it reads what is fed, and each packet that it writes is passed on at once. It dies with the relay.

import { type Clock, every } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { type ProcessHost, type ProcessInput, type RunningProcess, stopProcess } from "#runtime/process/process.ts";
import { HungWatch } from "../../ladder/hung-watch.ts";
import { encoderExits } from "../metrics.ts";
import { type NutPacket, NutReader } from "./nut-reader.ts";

const LOOK_MS = 500;
const ERROR_LINES_MAX = 5;

export type EncoderKind = "opus" | "baseline";

interface RunOptions {
  clock: Clock;
  log: Pick<Log, "info" | "warn">;
  processes: ProcessHost;
  kind: EncoderKind;
  argv: string[];
  onPacket(packet: NutPacket): void;
  /** Once, and not after `stop`. */
  onExit(): void;
}

export class EncoderRun {
  readonly input: ProcessInput;
  readonly #process: RunningProcess;
  readonly #reader = new NutReader();
  readonly #hung = new HungWatch();
  readonly #lastErrors: string[] = [];
  readonly #stopLooking: () => void;
  #offeredMs: number | null = null;
  #failure: string | null = null;
  #stopped = false;

  /** Throws when the process cannot be started at all. */
  constructor(private readonly options: RunOptions) {
    const { argv, clock, processes, kind, log } = options;
    this.#process = processes.spawn({
      argv,
      takesInput: true,
      onOutput: (chunk) => this.#output(chunk),
      onErrorLine: (line) => {
        this.#lastErrors.push(line);
        if (this.#lastErrors.length > ERROR_LINES_MAX) this.#lastErrors.shift();
      },
    });
    this.input = this.#process.input!;
    log.info({ pid: this.#process.pid, encoder: kind }, "encoder started");
    this.#stopLooking = every(clock, LOOK_MS, () => this.#look());
    void this.#process.exited.then((exit) => this.#exited(exit));
  }

  /** Media of that time were fed. */
  offered(ms: number) {
    this.#offeredMs = ms;
  }

  /** Ends the process as one that failed. */
  fail(why: string) {
    this.#failure ??= why;
    this.#process.signal("SIGKILL");
  }

  /** Resolves when nothing is left. May be called twice. */
  async stop() {
    this.#stopped = true;
    this.#stopLooking();
    this.input.end();
    await stopProcess(this.#process, this.options.clock, { termMs: 500 });
  }

  #output(chunk: Uint8Array) {
    if (this.#stopped || this.#failure !== null) return;
    try {
      for (const packet of this.#reader.push(chunk)) {
        this.#hung.moved();
        this.options.onPacket(packet);
      }
    } catch (error) {
      this.fail(reason(error));
    }
  }

  #look() {
    if (this.#offeredMs !== null && this.#hung.look(this.#offeredMs)) this.fail("hung: fed, but no output");
  }

  #exited({ code, signal }: { code: number | null; signal: string | null }) {
    this.#stopLooking();
    if (this.#stopped) return;
    const { kind, log, onExit } = this.options;
    encoderExits.inc({ encoder: kind });
    log.warn({ encoder: kind, code, signal, why: this.#failure, lastErrors: this.#lastErrors }, "encoder ended");
    onExit();
  }
}
