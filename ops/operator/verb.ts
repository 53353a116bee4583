// What a verb of the operator's tool is.

import type { OperatedSystem } from "./system.ts";

export type OptionValues = Record<string, string | boolean | undefined>;

export interface VerbContext {
  /** The system to speak to. Throws NotRunning. */
  system(): OperatedSystem;
  options: OptionValues;
  say(line: string): void;
}

export interface Verb {
  /** How it is written, two spaces or more, what it does. */
  use: string;
  /** Options besides those of every verb (`--data`, `--env`). A text takes the next word. */
  options?: Record<string, "text" | "flag">;
  /** Answers the exit code, 0 by default. Throws WrongUse for words that make no sense, Refusal for what cannot be done. */
  run(words: string[], context: VerbContext): Promise<number | undefined>;
}

/** The operator typed something wrong; the message is for them. */
export class WrongUse extends Error {
  override readonly name = "WrongUse";
}

/** A whole number from `min` to `max`. Throws WrongUse. */
export function wholeNumber(
  options: OptionValues,
  name: string,
  { fallback, min, max }: { fallback: number; min: number; max: number },
): number {
  const text = options[name];
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new WrongUse(`--${name} must be a whole number from ${min} to ${max}, not "${text}"`);
  return value;
}

/** Throws WrongUse when there is none or more than one. */
export function onlyWord(words: string[], what: string): string {
  const [word, ...rest] = words;
  if (!word || rest.length > 0) throw new WrongUse(`say ${what}, and nothing else`);
  return word;
}
