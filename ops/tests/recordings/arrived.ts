// What reached nginx-rtmp: the pictures in the files that it writes of each stream, kept beyond the minutes for which it keeps them.

import { linkSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { numbersIn } from "../support/encoder/numbered.ts";

const LOOK_MS = 1_000;

export interface Arrivals {
  /** Numbers of all pictures so far, ascending. */
  numbers(): number[];
  stop(): void;
}

/** `from`: nginx-rtmp's folder of recent files. `to`: a new folder on the same disk. */
export function keepArrivals({ from, to }: { from: string; to: string }): Arrivals {
  mkdirSync(to, { recursive: true });
  const kept = new Set<number>();
  const look = () => {
    for (const name of readdirSync(from)) {
      const file = join(from, name);
      const { ino } = statSync(file);
      if (kept.has(ino)) continue;
      kept.add(ino);
      linkSync(file, join(to, String(ino)));
    }
  };
  const timer = setInterval(look, LOOK_MS);
  return {
    numbers() {
      look();
      const all = readdirSync(to).flatMap((name) => numbersIn(readFileSync(join(to, name))));
      return [...new Set(all)].sort((a, b) => a - b);
    },
    stop: () => clearInterval(timer),
  };
}
