// Simulated FFmpeg, for thumbnails: after a while it writes two JPEGs without a picture, and ends.

import type { Clock } from "#runtime/base/clock.ts";
import type { Exit, ProcessHost } from "#runtime/process/process.ts";
import type { Simulation } from "./simulation.ts";

const TAKES_MS = 200;
/** Start, a frame of 16 × 16, an empty scan, end. */
const JPEG = Uint8Array.fromHex("ffd8" + "ffc0000b080010001001011100" + "ffda0008010100003f00" + "ffd9");

export const simulatedFfmpeg = ({ clock, sim }: { clock: Clock; sim: Simulation }): ProcessHost => ({
  spawn({ onOutput, onOutputEnd }) {
    const { promise: exited, resolve } = Promise.withResolvers<Exit>();
    const end = (exit: Exit) => {
      cancel();
      onOutputEnd?.();
      resolve(exit);
    };
    const cancel = clock.timer(TAKES_MS, () => {
      sim.count("pictures taken");
      for (let n = 0; n < 2; n++) onOutput?.(JPEG);
      end({ code: 0, signal: null });
    });
    return {
      pid: 1,
      exited,
      signal: (signal) => end({ code: null, signal }),
      input: { write() {}, end() {}, heldBytes: 0 },
      cpuMs: () => null,
    };
  },
});
