// Finds things by name, cached for a moment: media requests and chat sockets cost no query and work without the database.

import { Refusal } from "#runtime/actor/actor.ts";
import { type Clock, within } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { LruMap } from "#runtime/base/lru.ts";

const FOUND_MS = 2_000;
const ABSENT_MS = 1_000;
/** While the database is away, what was found within this time is still answered. */
const STALE_MS = 600_000;
/** A query without an answer in this time counts as failed: the first for what is still cached, the second for anything else. */
const ANSWER_CACHED_MS = 300;
const ANSWER_MS = 5_000;
const NAMES_MAX = 20_000;
/** Names looked up at once; over it 503 `busy`, so that invented names cannot delay all other queries. */
const QUERIES_MAX = 200;

interface Known<Found> {
  found: Found | null;
  atMs: number;
}

interface CachedLookupOptions<Found> {
  /** What is found: "channel". */
  what: string;
  /** Queries the database; null: there is none. */
  find(name: string): Promise<Found | null>;
  clock: Clock;
  log: Log;
}

export class CachedLookup<Found> {
  readonly #known = new LruMap<string, Known<Found>>(NAMES_MAX);
  /** One query per name: it stays here until the database has answered, even when no request waits for it any more. */
  readonly #queries = new Map<string, Promise<Found | null>>();

  constructor(private readonly options: CachedLookupOptions<Found>) {}

  /** Null: there is none. Throws Refusal: `busy`; `unavailable` if the database is away and the name was not found lately. */
  async get(given: string): Promise<Found | null> {
    const name = given.toLowerCase();
    const known = this.#known.get(name);
    const ageMs = known ? this.options.clock.monoMs() - known.atMs : 0;
    if (known && ageMs < (known.found ? FOUND_MS : ABSENT_MS)) return known.found;
    const stale = known?.found && ageMs < STALE_MS ? known.found : null;
    return this.#queries.get(name) ?? this.#find(name, stale);
  }

  async #find(name: string, stale: Found | null): Promise<Found | null> {
    if (this.#queries.size >= QUERIES_MAX) {
      if (stale) return stale;
      throw new Refusal("busy", `too many ${this.options.what}s are looked up at once`, 1_000);
    }
    const found = this.options.find(name).then((one) => {
      this.#known.set(name, { found: one, atMs: this.options.clock.monoMs() });
      return one;
    });
    const outcome = this.#orStale(found, stale);
    this.#queries.set(name, outcome);
    const settled = () => void this.#queries.delete(name);
    found.then(settled, settled);
    return outcome;
  }

  async #orStale(found: Promise<Found | null>, stale: Found | null): Promise<Found | null> {
    const { clock, log, what } = this.options;
    try {
      const answerMs = stale ? ANSWER_CACHED_MS : ANSWER_MS;
      return await within(clock, answerMs, found, () => new Error("no answer in time"));
    } catch (error) {
      if (stale) return stale;
      log.warn({ reason: reason(error) }, `${what} lookup failed`);
      throw new Refusal("unavailable", `the ${what} cannot be looked up`, 1_000);
    }
  }
}
