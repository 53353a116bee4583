// Processes in memory, for tests: each is a record that the test can end.

import type { Exit, ProcessHost, ProcessInput, ProcessOptions, RunningProcess } from "./process.ts";

/** Reads at once, unless it is `stuck`. */
export class MemoryInput implements ProcessInput {
  readonly chunks: Uint8Array[] = [];
  heldBytes = 0;
  ended = false;
  stuck = false;

  write(bytes: Uint8Array) {
    if (this.stuck) this.heldBytes += bytes.length;
    else this.chunks.push(bytes);
  }

  end() {
    this.ended = true;
  }
}

class MemoryProcess implements RunningProcess {
  readonly signals: string[] = [];
  readonly input: MemoryInput | null;
  readonly exited: Promise<Exit>;
  #end: (exit: Exit) => void = () => {};

  constructor(
    readonly pid: number,
    readonly options: ProcessOptions,
  ) {
    this.input = options.takesInput ? new MemoryInput() : null;
    this.exited = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  cpuMs() {
    return null;
  }

  signal(name: string) {
    this.signals.push(name);
    if (name === "SIGKILL") this.end({ code: null, signal: name });
  }

  end(exit: Exit = { code: 0, signal: null }) {
    this.#end(exit);
  }
}

export class MemoryProcesses implements ProcessHost {
  readonly started: MemoryProcess[] = [];

  spawn(options: ProcessOptions) {
    const process = new MemoryProcess(1_000 + this.started.length, options);
    this.started.push(process);
    return process;
  }
}
