// Finds what lines of a user in a channel show of the user: display name, and roles for the badges. It is cached for 2 s, so that a change shows on all edges within that
// time, and chat continues while the database is away.

import { type Clock, within } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { LruMap } from "#runtime/base/lru.ts";
import type { Standing } from "#schema/queries/people/channel-roles.ts";

const FRESH_MS = 2_000;
/** A database that hangs delays a line by this much; then the last known standing is used. */
const ANSWER_MS = 300;
const PAIRS_MAX = 20_000;
const NONE: Standing = { displayName: null, roles: [] };
/** Instead of a channel: all of them. */
export const EVERY_CHANNEL = "*";

interface Known {
  standing: Standing;
  atMs: number;
}

interface StandingLookupOptions {
  /** Queries the database. */
  find(channelId: string, userId: string): Promise<Standing>;
  clock: Clock;
  log: Log;
}

export class StandingLookup {
  readonly #known = new LruMap<string, Known>(PAIRS_MAX);
  readonly #queries = new Map<string, Promise<Standing>>();
  /** Queries on their way that may be older than a change. */
  readonly #outdated = new WeakSet<Promise<Standing>>();
  #away = false;

  constructor(private readonly options: StandingLookupOptions) {}

  /** Never throws. While the database is away: the last known standing, or no roles and no name. */
  async get(channelId: string, userId: string): Promise<Standing> {
    const key = `${channelId} ${userId}`;
    const known = this.#known.get(key);
    if (known && this.options.clock.monoMs() - known.atMs < FRESH_MS) return known.standing;
    return this.#queries.get(key) ?? this.#find(key, channelId, userId, known?.standing ?? NONE);
  }

  /** It has changed: the next line queries it. A query that is on its way may be older than the change: it is not kept. */
  forget(channelId: string, userId: string) {
    const drop = (key: string) => {
      this.#known.delete(key);
      const query = this.#queries.get(key);
      if (query) this.#outdated.add(query);
      this.#queries.delete(key);
    };
    if (channelId !== EVERY_CHANNEL) return drop(`${channelId} ${userId}`);
    for (const key of [...this.#known.keys(), ...this.#queries.keys()]) if (key.endsWith(` ${userId}`)) drop(key);
  }

  #find(key: string, channelId: string, userId: string, last: Standing) {
    const { clock, log } = this.options;
    const found = this.options.find(channelId, userId);
    const outcome = within(clock, ANSWER_MS, found, () => new Error("no answer in time")).then(
      (standing) => {
        this.#away = false;
        keep(standing);
        return standing;
      },
      (error: unknown) => {
        if (!this.#away) log.warn({ reason: reason(error) }, "roles and names cannot be looked up");
        this.#away = true;
        // Cached like an answer: otherwise each line would wait for the database.
        keep(last);
        return last;
      },
    );
    this.#queries.set(key, outcome);
    const keep = (standing: Standing) => {
      if (!this.#outdated.has(outcome)) this.#known.set(key, { standing, atMs: clock.monoMs() });
    };
    // One query per pair: it stays until the database has answered, even when no line waits for it any more.
    const settled = () => {
      if (this.#queries.get(key) === outcome) this.#queries.delete(key);
    };
    found.then(settled, settled);
    return outcome;
  }
}
