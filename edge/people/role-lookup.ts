// What somebody is in a channel, for each line they say there: remembered for 2 s, so that a new moderator's badge, or its loss,
// shows on all edges within that, and so that chat goes on while the database is away.

import { type Clock, within } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { LruMap } from "#runtime/base/lru.ts";
import type { ChannelRole } from "#schema/api/channel-roles.ts";

const FRESH_MS = 2_000;
/** A database that hangs costs a line this much, and then the roles are those that were known last. */
const PATIENCE_MS = 300;
const PAIRS_MAX = 20_000;
const NONE: readonly ChannelRole[] = [];

interface Known {
  roles: readonly ChannelRole[];
  atMs: number;
}

interface RoleLookupOptions {
  /** Asks the database. */
  find(channelId: string, userId: string): Promise<ChannelRole[]>;
  clock: Clock;
  log: Log;
}

export class RoleLookup {
  readonly #known = new LruMap<string, Known>(PAIRS_MAX);
  readonly #asking = new Map<string, Promise<readonly ChannelRole[]>>();
  #away = false;

  constructor(private readonly options: RoleLookupOptions) {}

  /** Never throws; while the database is away what was known last, and none for whoever was not asked for before. */
  async get(channelId: string, userId: string): Promise<readonly ChannelRole[]> {
    const key = `${channelId} ${userId}`;
    const known = this.#known.get(key);
    if (known && this.options.clock.monoMs() - known.atMs < FRESH_MS) return known.roles;
    return this.#asking.get(key) ?? this.#ask(key, channelId, userId, known?.roles ?? NONE);
  }

  /** Changed here: asked for anew by the next line. */
  forget(channelId: string, userId: string) {
    this.#known.delete(`${channelId} ${userId}`);
  }

  #ask(key: string, channelId: string, userId: string, last: readonly ChannelRole[]) {
    const { clock, log } = this.options;
    const found = this.options.find(channelId, userId);
    const asked = within(clock, PATIENCE_MS, found, () => new Error("no answer in time")).then(
      (roles) => {
        this.#away = false;
        this.#known.set(key, { roles, atMs: clock.monoMs() });
        return roles;
      },
      (error: unknown) => {
        if (!this.#away) log.warn({ reason: reason(error) }, "roles cannot be looked up");
        this.#away = true;
        // Not asked again for a while: else each line would wait as long.
        this.#known.set(key, { roles: last, atMs: clock.monoMs() });
        return last;
      },
    );
    this.#asking.set(key, asked);
    // Until the database has answered, also when nobody waits any more: one question per pair.
    const settled = () => void this.#asking.delete(key);
    found.then(settled, settled);
    return asked;
  }
}
