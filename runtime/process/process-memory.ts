// Processes in memory, for tests: each is a record that the test can end.

import type { Exit, ProcessHost, ProcessOptions, RunningProcess } from "./process.ts";

class MemoryProcess implements RunningProcess {
  readonly signals: string[] = [];
  readonly exited: Promise<Exit>;
  #end: (exit: Exit) => void = () => {};

  constructor(
    readonly pid: number,
    readonly options: ProcessOptions,
  ) {
    this.exited = new Promise((resolve) => {
      this.#end = resolve;
    });
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
