// A verb of the operator's tool, and how it reads its words and options.

import { UsageError } from "#ops/up/flags.ts";
import type { OperatedSystem } from "./system.ts";

export type OptionValues = Record<string, string | boolean | undefined>;

export interface VerbContext {
  /** The system to speak to. Throws NotRunning. */
  system(): OperatedSystem;
  options: OptionValues;
  say(line: string): void;
}

export interface Verb {
  /** Its line of the usage text: words and options, two or more spaces, what it does. */
  use: string;
  /** Options besides those of every verb (`--data`, `--env`). A `text` takes the next word as its value. */
  options?: Record<string, "text" | "flag">;
  /** Resolves with the exit code, 0 by default. Throws UsageError for wrong words, Refusal when it cannot be done. */
  run(words: string[], context: VerbContext): Promise<number | undefined>;
}

/** A whole number from `min` to `max`. Throws UsageError. */
export function wholeNumber(
  options: OptionValues,
  name: string,
  { fallback, min, max }: { fallback: number; min: number; max: number },
): number {
  const text = options[name];
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new UsageError(`--${name} must be a whole number from ${min} to ${max}, not "${text}"`);
  return value;
}

/** The single word of `words`; `what` names it in the message. Throws UsageError when there is none or more than one. */
export function onlyWord(words: string[], what: string): string {
  const [word, ...rest] = words;
  if (!word || rest.length > 0) throw new UsageError(`expected ${what}, and nothing else`);
  return word;
}
