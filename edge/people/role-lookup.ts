// Finds a user's roles in a channel, for the badges of each line. They are cached for 2 s, so that a change shows on all edges within that
// time, and chat continues while the database is away.

import { type Clock, within } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { LruMap } from "#runtime/base/lru.ts";
import type { ChannelRole } from "#schema/api/channel-roles.ts";

const FRESH_MS = 2_000;
/** A database that hangs delays a line by this much; then the last known roles are used. */
const ANSWER_MS = 300;
const PAIRS_MAX = 20_000;
const NONE: readonly ChannelRole[] = [];

interface Known {
  roles: readonly ChannelRole[];
  atMs: number;
}

interface RoleLookupOptions {
  /** Queries the database. */
  find(channelId: string, userId: string): Promise<ChannelRole[]>;
  clock: Clock;
  log: Log;
}

export class RoleLookup {
  readonly #known = new LruMap<string, Known>(PAIRS_MAX);
  readonly #queries = new Map<string, Promise<readonly ChannelRole[]>>();
  #away = false;

  constructor(private readonly options: RoleLookupOptions) {}

  /** Never throws. While the database is away: the last known roles, or none. */
  async get(channelId: string, userId: string): Promise<readonly ChannelRole[]> {
    const key = `${channelId} ${userId}`;
    const known = this.#known.get(key);
    if (known && this.options.clock.monoMs() - known.atMs < FRESH_MS) return known.roles;
    return this.#queries.get(key) ?? this.#find(key, channelId, userId, known?.roles ?? NONE);
  }

  /** The roles have changed: the next line queries them. */
  forget(channelId: string, userId: string) {
    this.#known.delete(`${channelId} ${userId}`);
  }

  #find(key: string, channelId: string, userId: string, last: readonly ChannelRole[]) {
    const { clock, log } = this.options;
    const found = this.options.find(channelId, userId);
    const outcome = within(clock, ANSWER_MS, found, () => new Error("no answer in time")).then(
      (roles) => {
        this.#away = false;
        this.#known.set(key, { roles, atMs: clock.monoMs() });
        return roles;
      },
      (error: unknown) => {
        if (!this.#away) log.warn({ reason: reason(error) }, "roles cannot be looked up");
        this.#away = true;
        // Cached like an answer: otherwise each line would wait for the database.
        this.#known.set(key, { roles: last, atMs: clock.monoMs() });
        return last;
      },
    );
    this.#queries.set(key, outcome);
    // One query per pair: it stays until the database has answered, even when no line waits for it any more.
    const settled = () => void this.#queries.delete(key);
    found.then(settled, settled);
    return outcome;
  }
}
