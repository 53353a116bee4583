// Which settings the code reads, by running its own readers and writing down what they ask for: nothing here repeats a name or a default.

import { ConfigFaults, type Environment, Reader } from "#runtime/config/reader.ts";

export interface Setting {
  name: string;
  /** The method of Reader that reads it. */
  kind: string;
  /** As the environment would say it; null: there is none, and it must be set. */
  fallback: string | null;
  /** What it may be, as a fault would say it. */
  values: string;
}

type Method = (...given: unknown[]) => unknown;

/** Runs `read` on an environment, and returns every setting that it asked for, in order, each once. */
export function recordSettings(read: (env: Environment) => unknown, env: Environment): Setting[] {
  const settings = new Map<string, Setting>();
  const prototype = Reader.prototype as unknown as Record<string, Method>;
  const methods = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor" && name !== "done");
  const originals = new Map(methods.map((name) => [name, prototype[name]!]));
  let depth = 0;
  for (const [kind, original] of originals)
    prototype[kind] = function (this: Reader, ...given) {
      // A method that calls another one reads one setting; the outer one knows what it must be.
      depth++;
      try {
        const value = original.apply(this, given);
        const name = String(given[0]);
        if (depth === 1 && !settings.has(name)) settings.set(name, settingOf(kind, given, value, this.faults));
        return value;
      } finally {
        depth--;
      }
    };
  try {
    read(env);
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error; // What must be set is missing: that is what is to be found out.
  } finally {
    for (const [name, original] of originals) prototype[name] = original;
  }
  return [...settings.values()];
}

function settingOf(kind: string, given: readonly unknown[], value: unknown, faults: readonly string[]): Setting {
  const name = String(given[0]);
  const isMissing = faults.includes(`${name} is missing`);
  return { name, kind, fallback: isMissing ? null : textOf(value), values: valuesOf(kind, given) };
}

const textOf = (value: unknown) => (Array.isArray(value) ? value.join(",") : value === null ? "" : String(value));

function valuesOf(kind: string, [, second, third]: readonly unknown[]): string {
  if (kind === "number") {
    const { min = 0, max = Number.MAX_SAFE_INTEGER } = (third ?? {}) as { min?: number; max?: number };
    return max === Number.MAX_SAFE_INTEGER
      ? `whole number, ${grouped(min)} or more`
      : `${grouped(min)} to ${grouped(max)}`;
  }
  if (kind === "oneOf") return (second as string[]).map((word) => `\`${word}\``).join(" ");
  if (kind === "words") return (second as { words: string[] }).words.map((word) => `\`${word}\``).join(" ");
  if (kind === "url" || kind === "optionalUrl") return `${(second as string[]).join(":// or ")}:// URL`;
  return FORMS[kind] ?? "text";
}

const FORMS: Readonly<Record<string, string>> = {
  text: "text",
  list: "list",
  urls: "URLs",
  share: "0 to 1",
  origin: "http(s)://host",
  origins: "list of origins",
  addressBlocks: "list of addresses and blocks",
};

const grouped = (value: number) => value.toLocaleString("en").replaceAll(",", " ");
