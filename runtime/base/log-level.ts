// The level of a process's logs, which may be changed while it runs.

import type { Clock } from "./clock.ts";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type LogLevelName = (typeof LOG_LEVELS)[number];

/** pino's numbers. */
const VALUES: Record<LogLevelName, number> = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 };

export class LogLevel {
  #name: LogLevelName;
  #value: number;
  #cancel = () => {};

  /** `usual`: of the settings. Throws for a word that is no level. */
  constructor(readonly usual: LogLevelName) {
    if (!LOG_LEVELS.includes(usual)) throw new Error(`no level of logs: ${usual}`);
    this.#name = usual;
    this.#value = VALUES[usual];
  }

  get name() {
    return this.#name;
  }

  /** Lines below this number are not written. */
  get value() {
    return this.#value;
  }

  /** For this time; then the usual level is back, so that nobody has to remember it. */
  set(name: LogLevelName, { forMs, clock }: { forMs: number; clock: Pick<Clock, "timer"> }) {
    this.#cancel();
    this.#become(name);
    if (name !== this.usual) this.#cancel = clock.timer(forMs, () => this.#become(this.usual));
  }

  #become(name: LogLevelName) {
    this.#name = name;
    this.#value = VALUES[name];
  }
}
