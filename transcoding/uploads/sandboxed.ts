// One program in the sandbox, from start to end: its lines of output, its last errors, and a limit on its time.

import { type Clock, every } from "#runtime/base/clock.ts";
import { reason } from "#runtime/base/log.ts";
import type { ProcessHost, RunningProcess } from "#runtime/process/process.ts";
import type { Sandbox, SandboxLimits } from "#runtime/process/sandbox.ts";

const LOOK_MS = 250;
const ERROR_LINES_MAX = 20;
/** A longer line is no line of ours; what is beyond it is dropped. */
const LINE_LENGTH_MAX = 4_096;

export type ProgramEnd =
  | { type: "exited"; code: number | null; signal: string | null; errors: readonly string[] }
  /** `late`: its time was over. `stopped`: somebody asked. `broken`: its reader has had enough. */
  | { type: "late" | "stopped" | "broken"; errors: readonly string[] };

export interface ProgramOptions {
  processes: ProcessHost;
  clock: Clock;
  sandbox: Sandbox;
  /** The program's only folder. */
  folder: string;
  argv: readonly string[];
  limits: SandboxLimits;
  /** Time that it may run, without its pauses. */
  withinMs: number;
  /** True: the machine is needed by others now, so the program stands still. Asked four times a second. */
  pauses?(): boolean;
  /** False ends the program. */
  onLine?(line: string): boolean;
}

/** The kernel's own limits ended it, or a decoder broke: the file is to blame, whoever tries again. */
export const brokeItsLimits = (end: ProgramEnd): boolean =>
  end.type === "exited" && end.signal !== null && FATAL.has(end.signal);
const FATAL = new Set(["SIGXCPU", "SIGXFSZ", "SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSYS"]);

/** The machine was too busy, or killed it: another try may work. */
export class ProgramLost extends Error {
  override readonly name = "ProgramLost";
}

export interface Program {
  /** Never rejects. */
  readonly end: Promise<ProgramEnd>;
  /** Resolves when it is gone. May be called twice. */
  stop(): Promise<void>;
}

export function runSandboxed(options: ProgramOptions): Program {
  return new Run(options);
}

class Run implements Program {
  readonly end: Promise<ProgramEnd>;
  readonly #errors: string[] = [];
  #process: RunningProcess | null = null;
  #why: "late" | "stopped" | "broken" | null = null;
  #paused = false;
  #ranMs = 0;

  constructor(private readonly options: ProgramOptions) {
    this.end = this.#live();
  }

  async stop() {
    this.#kill("stopped");
    await this.end;
  }

  async #live(): Promise<ProgramEnd> {
    const { processes, clock, sandbox, argv, folder, limits, onLine } = this.options;
    let rest = "";
    const decoder = new TextDecoder();
    let onOutputEnd = () => {};
    const outputEnded = new Promise<void>((resolve) => {
      onOutputEnd = resolve;
    });
    const lines = (text: string) => {
      const all = (rest + text).split("\n");
      rest = (all.pop() ?? "").slice(0, LINE_LENGTH_MAX);
      for (const line of all) if (!this.#why && onLine!(line) === false) this.#kill("broken");
    };
    try {
      this.#process = processes.spawn({
        argv: sandbox.argv(argv, { folder, limits }),
        onErrorLine: (line) => this.#note(line),
        ...(onLine && { onOutput: (chunk: Uint8Array) => lines(decoder.decode(chunk, { stream: true })), onOutputEnd }),
      });
    } catch (error) {
      return { type: "exited", code: null, signal: null, errors: [reason(error)] };
    }
    if (this.#why) this.#process.signal("SIGKILL");
    let lookedMs = clock.monoMs();
    const stopLooking = every(clock, LOOK_MS, () => {
      const nowMs = clock.monoMs();
      if (!this.#paused) this.#ranMs += nowMs - lookedMs;
      lookedMs = nowMs;
      this.#look();
    });
    const { code, signal } = await this.#process.exited;
    stopLooking();
    if (onLine && !this.#why) {
      await outputEnded; // Its last bytes may come after its exit.
      if (rest) lines("\n");
    }
    const errors = this.#errors;
    return this.#why ? { type: this.#why, errors } : { type: "exited", code, signal, errors };
  }

  #look() {
    if (this.#ranMs > this.options.withinMs) return this.#kill("late");
    const pauses = this.options.pauses?.() ?? false;
    if (pauses === this.#paused) return;
    this.#paused = pauses;
    this.#process?.signal(pauses ? "SIGSTOP" : "SIGCONT");
  }

  #kill(why: "late" | "stopped" | "broken") {
    this.#why ??= why;
    this.#process?.signal("SIGKILL");
  }

  #note(line: string) {
    this.#errors.push(line);
    if (this.#errors.length > ERROR_LINES_MAX) this.#errors.shift();
  }
}
