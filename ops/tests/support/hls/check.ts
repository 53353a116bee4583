// A rule of RFC 8216bis as a named check, and the tally of many checks.

export interface Check<Seen> {
  /** Short, and unique among all checks. */
  name: string;
  /** Section of RFC 8216bis (draft-pantos-hls-rfc8216bis), without `§`. */
  section: string;
  /** What is wrong, one text for each fault; null when nothing here falls under the rule. */
  find(seen: Seen): string[] | null;
}

/** Texts kept for each check; further faults are only counted. */
const EXAMPLES_MAX = 3;

interface Outcome {
  name: string;
  section: string;
  /** How often the rule applied. */
  applied: number;
  faults: number;
  examples: string[];
}

/** Counts what checks found. Its memory does not grow with the number of faults. */
export class Tally {
  readonly #outcomes = new Map<string, Outcome>();

  /** Checks that were never applied are listed too. */
  constructor(checks: readonly Pick<Check<never>, "name" | "section">[]) {
    for (const { name, section } of checks)
      this.#outcomes.set(name, { name, section, applied: 0, faults: 0, examples: [] });
  }

  run<Seen>(checks: readonly Check<Seen>[], seen: Seen, where = "") {
    for (const check of checks) this.note(check, check.find(seen), where);
  }

  note({ name }: { name: string }, found: string[] | null, where = "") {
    const outcome = this.#outcomes.get(name);
    if (!outcome) throw new Error(`no check is called "${name}"`);
    if (found === null) return;
    outcome.applied++;
    outcome.faults += found.length;
    for (const text of found)
      if (outcome.examples.length < EXAMPLES_MAX) outcome.examples.push(where === "" ? text : `${where}: ${text}`);
  }

  get outcomes(): readonly Readonly<Outcome>[] {
    return [...this.#outcomes.values()];
  }

  get faults(): number {
    return this.outcomes.reduce((sum, { faults }) => sum + faults, 0);
  }

  /** One line for each check: `ok`, `FAIL` with examples, or `–` when it never applied. */
  lines(): string[] {
    return this.outcomes.flatMap(({ name, section, applied, faults, examples }) => {
      const mark = faults > 0 ? "FAIL" : applied > 0 ? "ok  " : "–   ";
      const counts = faults > 0 ? `${faults} faults in ${applied}` : `${applied}`;
      return [`${mark} §${section.padEnd(9)} ${name} (${counts})`, ...examples.map((text) => `       ${text}`)];
    });
  }
}
