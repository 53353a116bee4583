// Reads settings from the environment and collects their faults: a process starts with correct settings, or prints every fault.

import { readFileSync } from "node:fs";
import { isIP } from "node:net";

/** Thrown with all faults. */
export class ConfigFaults extends Error {
  override readonly name = "ConfigFaults";
  constructor(readonly faults: string[]) {
    super(`settings are wrong:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
  }
}

export type Environment = Record<string, string | undefined>;

/** Reads settings one by one and collects their faults. `<NAME>_FILE` names a file with the value of any setting, for secrets that an
 *  engine mounts (Docker, Kubernetes); a newline at its end does not count. It is read once, at the start. */
export class Reader {
  readonly faults: string[] = [];
  /** Settings whose file is wrong, which is reported already. */
  readonly #broken = new Set<string>();
  constructor(private readonly env: Environment) {}

  text(name: string, fallback?: string): string {
    const value = this.#given(name) || fallback;
    if (value === undefined) this.#missing(name);
    return value ?? "";
  }

  number(name: string, fallback: number | undefined, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}): number {
    const text = this.#given(name) || (fallback === undefined ? undefined : String(fallback));
    if (text === undefined) {
      this.#missing(name);
      return 0;
    }
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || value > max)
      this.faults.push(`${name} must be a whole number from ${min} to ${max}, not "${text}"`);
    return value;
  }

  /** A share, 0 to 1, such as `0.05`. */
  share(name: string, fallback: number): number {
    const text = this.text(name, String(fallback));
    const value = Number(text);
    if (!(value >= 0 && value <= 1)) this.faults.push(`${name} must be a number from 0 to 1, not "${text}"`);
    return value;
  }

  url(name: string, schemes: string[], fallback?: string): string {
    const value = this.text(name, fallback);
    if (value && !(URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1))))
      this.faults.push(`${name} must be a URL with ${schemes.join(" or ")}://`); // Not the value: it may hold a password.
    return value;
  }

  /** One or more URLs, separated by commas. */
  urls(name: string, schemes: string[]): string {
    const urls = this.list(name);
    if (urls.length === 0) this.#missing(name);
    const right = (url: string) => URL.canParse(url) && schemes.includes(new URL(url).protocol.slice(0, -1));
    if (!urls.every(right))
      this.faults.push(`${name} must be URLs with ${schemes.join(" or ")}://, separated by commas`); // Not the value, as above.
    return urls.join(",");
  }

  oneOf<T extends string>(name: string, values: readonly T[], fallback: T): T {
    const value = this.#given(name) || fallback;
    if (!values.includes(value as T)) this.faults.push(`${name} must be one of ${values.join(", ")}, not "${value}"`);
    return value as T;
  }

  /** One of `alone`, or a list of the other words; without repetitions, separated by commas. */
  words(name: string, options: { words: readonly string[]; alone: readonly string[]; fallback: string }): string {
    const { words, alone, fallback } = options;
    const given = [...new Set(this.list(name))];
    const value = given.join(",") || fallback;
    const right = given.every((word) => words.includes(word) && (given.length === 1 || !alone.includes(word)));
    if (!right) {
      const singles = words.filter((word) => alone.includes(word));
      const lists = words.filter((word) => !alone.includes(word));
      this.faults.push(`${name} must be ${[...singles, `a list of ${lists.join(", ")}`].join(" or ")}, not "${value}"`);
    }
    return value;
  }

  list(name: string): string[] {
    return (this.#given(name) ?? "")
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean);
  }

  optionalUrl(name: string, schemes: string[]): string | null {
    return this.#given(name) ? this.url(name, schemes) : null;
  }

  /** `https://host[:port]` without a path. */
  origin(name: string, fallback: string): string {
    const value = this.url(name, ["http", "https"], fallback);
    if (!URL.canParse(value)) return value;
    const { origin, href } = new URL(value);
    if (href !== `${origin}/`) this.faults.push(`${name} must be only scheme, host and port`);
    return origin;
  }

  /** Origins of pages, separated by commas, exactly as browsers send them (RFC 6454 §6.2): any other text would match none. */
  origins(name: string): string[] {
    const origins = this.list(name);
    for (const given of origins) {
      const right = originOf(given);
      if (right === given) continue;
      const todo = right === null ? "" : `: write ${right}`;
      this.faults.push(`${name} must be origins such as https://live.example.org, not "${given}"${todo}`);
    }
    return origins;
  }

  /** IP addresses and blocks of them (RFC 4632, RFC 4291 §2.3), separated by commas. */
  addressBlocks(name: string): string[] {
    const blocks = this.list(name);
    for (const block of blocks)
      if (!isAddressBlock(block))
        this.faults.push(`${name} must be IP addresses or blocks such as 10.0.0.0/8 or fd00::/8, not "${block}"`);
    return blocks;
  }

  done<T>(config: T): T {
    if (this.faults.length > 0) throw new ConfigFaults(this.faults);
    return config;
  }

  #given(name: string): string | undefined {
    const value = this.env[name];
    const file = this.env[`${name}_FILE`];
    if (!file || this.#broken.has(name)) return value;
    if (value) return this.#reject(name, `${name} and ${name}_FILE are both set`);
    try {
      return readFileSync(file, "utf8").replace(/\r?\n$/, "");
    } catch (error) {
      return this.#reject(name, `${name}_FILE: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
  }

  #reject(name: string, fault: string): undefined {
    this.#broken.add(name);
    this.faults.push(fault);
  }

  #missing(name: string) {
    if (!this.#broken.has(name)) this.faults.push(`${name} is missing`);
  }
}

/** The origin that browsers would send; null: none. Apps in a browser shell and extensions have schemes of their own: `capacitor://localhost`. */
function originOf(text: string): string | null {
  const url = URL.parse(text);
  if (url?.protocol === "http:" || url?.protocol === "https:") return url.origin;
  return /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+$/.test(text) ? text : null;
}

/** Not IPv4 in IPv6 (`::ffff:10.0.0.1`), since peers are known by their IPv4 address, and no zone. */
function isAddressBlock(text: string): boolean {
  const [, address = "", length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0 || /^::ffff:|%/i.test(address)) return false;
  return length === undefined || Number(length) <= (version === 4 ? 32 : 128);
}

/** Reads the settings, or prints all faults and ends the process. For the top of a `main.ts`. */
export function configOrExit<T>(read: (env: Environment) => T): T {
  try {
    return read(process.env);
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error;
    console.error(error.message);
    process.exit(78); // EX_CONFIG
  }
}
