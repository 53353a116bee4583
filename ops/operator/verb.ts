// What a verb of the operator's tool is.

import type { RunningSystem } from "#ops/up/running.ts";

export interface Verb {
  /** How it is written and what it does, one line. */
  use: string;
  /** `system` throws NotRunning. Throws WrongUse for words that make no sense. */
  run(words: string[], system: () => RunningSystem, say: (line: string) => void): Promise<void>;
}

/** The operator typed something wrong; the message is for them. */
export class WrongUse extends Error {
  override readonly name = "WrongUse";
}
