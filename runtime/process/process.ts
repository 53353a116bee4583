// Child processes: stopped by request, then SIGTERM, then SIGKILL; the kernel kills them when this process dies.
// In production process-bun.ts, in tests process-memory.ts.

import type { Clock } from "../base/clock.ts";

export interface ProcessOptions {
  argv: string[];
  env?: Record<string, string>;
  /** Called for each line of standard error, at most 1 000 characters each. */
  onErrorLine?(line: string): void;
  /** Called for each chunk of standard output. Absent: the output is discarded. */
  onOutput?(chunk: Uint8Array): void;
  /** Called once after the last chunk of standard output, which may come after `exited`. Only with `onOutput`. */
  onOutputEnd?(): void;
  /** The process reads what is written to `input`. Absent: its standard input is empty. */
  takesInput?: boolean;
  /** It gives way to all other processes, and gets at most this much address space (Linux; elsewhere neither holds). */
  background?: { addressSpaceBytesMax: number };
}

/** Standard input of a process. A dead process takes nothing, without an error: see `exited`. */
export interface ProcessInput {
  /** Never waits and keeps `bytes` until they are read, so they must not change. The writer must watch `heldBytes`: there is no limit here. */
  write(bytes: Uint8Array): void;
  /** Bytes that are written and that the process has not read. */
  readonly heldBytes: number;
  /** The process reads the end of its input after the last byte. Safe to call twice. */
  end(): void;
}

export interface Exit {
  code: number | null;
  signal: string | null;
}

export interface RunningProcess {
  readonly pid: number;
  /** Resolves once, when the process is gone. Never rejects. */
  readonly exited: Promise<Exit>;
  signal(name: "SIGTERM" | "SIGKILL" | "SIGINT" | "SIGSTOP" | "SIGCONT"): void;
  /** Null unless `takesInput` was set. */
  readonly input: ProcessInput | null;
  /** Processor time used so far, of all its threads, ms; null where the system does not say (Linux does), or when the process is gone. */
  cpuMs(): number | null;
}

export interface ProcessHost {
  /** Throws when the program cannot be started at all. */
  spawn(options: ProcessOptions): RunningProcess;
}

interface StopSteps {
  /** Asks the process to end, for example by closing its input. It has `askMs` to end. */
  ask?: () => void | Promise<void>;
  askMs?: number;
  termMs?: number;
}

/** Asks, then sends SIGTERM, then SIGKILL. Resolves when the process is gone. */
export async function stopProcess(
  process: RunningProcess,
  clock: Clock,
  { ask, askMs = 700, termMs = 1_000 }: StopSteps = {},
): Promise<Exit> {
  const goneWithin = (ms: number) => {
    let cancel = () => {};
    const late = new Promise<false>((resolve) => {
      cancel = clock.timer(ms, () => resolve(false));
    });
    return Promise.race([process.exited.then(() => true as const), late]).finally(cancel);
  };
  if (ask) {
    // A request that fails or hangs costs only its time.
    void Promise.resolve()
      .then(ask)
      .catch(() => {});
    if (await goneWithin(askMs)) return process.exited;
  }
  process.signal("SIGTERM");
  if (!(await goneWithin(termMs))) process.signal("SIGKILL");
  return process.exited;
}
