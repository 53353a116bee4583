// The standard input of a child process: takes bytes at once, passes them on as fast as the process reads, and says how many it still holds.

import type { ProcessInput } from "./process.ts";

/** What Bun.spawn gives as `stdin`. A flush that is not complete returns a promise, which settles when all is read. */
interface Pipe {
  write(bytes: Uint8Array): unknown;
  flush(): unknown;
  end(): unknown;
}

/** Bytes given to the pipe at a time. The pipe says only when all it was given is read, so a large piece would make the count coarse. */
const PIECE_BYTES = 64 * 1024;

export class PipeInput implements ProcessInput {
  #queue: Uint8Array[] = [];
  #heldBytes = 0;
  #busy = false;
  #state: "open" | "ending" | "closed" = "open";

  constructor(private readonly pipe: Pipe) {}

  get heldBytes() {
    return this.#heldBytes;
  }

  write(bytes: Uint8Array) {
    if (this.#state !== "open" || bytes.length === 0) return;
    this.#queue.push(bytes);
    this.#heldBytes += bytes.length;
    this.#pump();
  }

  end() {
    if (this.#state !== "open") return;
    this.#state = "ending";
    this.#pump();
  }

  #pump() {
    while (!this.#busy && this.#queue.length > 0) this.#give();
    if (this.#state !== "ending" || this.#busy) return;
    this.#state = "closed";
    this.#minded(() => this.pipe.end());
  }

  #give() {
    let bytes = 0;
    let pieces = 0;
    while (pieces < this.#queue.length && (pieces === 0 || bytes + this.#queue[pieces]!.length <= PIECE_BYTES))
      bytes += this.#queue[pieces++]!.length;
    const flushed = this.#guard(() => {
      for (const piece of this.#queue.splice(0, pieces)) this.#minded(() => this.pipe.write(piece));
      return this.pipe.flush();
    });
    if (!(flushed instanceof Promise)) {
      this.#heldBytes = Math.max(0, this.#heldBytes - bytes);
      return;
    }
    this.#busy = true;
    flushed.then(
      () => {
        this.#busy = false;
        this.#heldBytes = Math.max(0, this.#heldBytes - bytes);
        this.#pump();
      },
      () => this.#broken(),
    );
  }

  #guard(work: () => unknown): unknown {
    try {
      return work();
    } catch {
      this.#broken();
    }
  }

  /** As `#guard`, for what may also fail later: a pipe that breaks rejects each promise that it gave. */
  #minded(work: () => unknown) {
    const done = this.#guard(work);
    if (done instanceof Promise) done.catch(() => this.#broken());
  }

  /** The process reads no more; its `exited` says so. */
  #broken() {
    this.#state = "closed";
    this.#busy = false;
    this.#queue = [];
    this.#heldBytes = 0;
  }
}
