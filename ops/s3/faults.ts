// Faults that tests want from the S3 server: refusals, delay, slowness, a full disk. All off by default.

import { S3Error } from "./s3-error.ts";

export interface S3Faults {
  /** Share of requests that are answered with 503 SlowDown, 0 to 1. */
  refusedShare: number;
  /** Before a request is looked at. */
  delayMs: number;
  /** Of each body; 0: as fast as it can. */
  bytesPerSecond: number;
  diskFull: boolean;
  /** Connections are taken, and nothing is answered. */
  hangs: boolean;
}

export const NO_FAULTS: S3Faults = { refusedShare: 0, delayMs: 0, bytesPerSecond: 0, diskFull: false, hangs: false };

/** Slows a body down. */
export interface Pace {
  take(bytes: number): Promise<void>;
}

export class Faults {
  now: S3Faults = NO_FAULTS;

  /** Before a request. Throws S3Error. */
  async meet() {
    const { hangs, delayMs, refusedShare } = this.now;
    while (this.now.hangs) await Bun.sleep(50);
    if (hangs) throw new S3Error("SlowDown", "was hanging");
    if (delayMs > 0) await Bun.sleep(delayMs);
    if (Math.random() < refusedShare) throw new S3Error("SlowDown", "Please reduce your request rate.");
  }

  /** Before something is written. */
  requireSpace() {
    if (this.now.diskFull) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  }

  /** A body that is sent at most as fast as wanted. */
  slowed(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const { bytesPerSecond } = this.now;
    if (bytesPerSecond === 0) return body;
    const pace = this.pace();
    const pieceBytes = Math.max(1, Math.ceil(bytesPerSecond / 20));
    const slowing = new TransformStream<Uint8Array, Uint8Array>({
      async transform(chunk, controller) {
        for (let at = 0; at < chunk.length; at += pieceBytes) {
          const piece = chunk.subarray(at, at + pieceBytes);
          await pace.take(piece.length);
          controller.enqueue(piece);
        }
      },
    });
    return body.pipeThrough(slowing);
  }

  /** For what is received. */
  pace(): Pace {
    let owedMs = 0;
    return {
      take: async (bytes) => {
        const { bytesPerSecond } = this.now;
        if (bytesPerSecond === 0) return;
        owedMs += (bytes / bytesPerSecond) * 1_000;
        const fromMs = performance.now();
        await Bun.sleep(owedMs);
        owedMs -= performance.now() - fromMs;
      },
    };
  }
}
