// Finds a channel by login or id, cached for a moment: media requests and chat sockets cost no query and work without the database.

import { Refusal } from "#runtime/actor/actor.ts";
import { type Clock, within } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { LruMap } from "#runtime/base/lru.ts";
import type { Visibility } from "#schema/queries/channels/channel-names.ts";

export interface FoundChannel {
  id: string;
  ownerUserId: string;
  visibility: Visibility;
  /** Playback tokens of another version do not count. */
  playbackVersion: number;
  displayName: string;
  title: string;
  live: boolean;
}

const FOUND_MS = 2_000;
const ABSENT_MS = 1_000;
/** While the database is away, a channel that was found within this time is still answered. */
const STALE_MS = 600_000;
/** A query without an answer in this time counts as failed: the first for a channel that is still cached, the second for any other. */
const ANSWER_CACHED_MS = 300;
const ANSWER_MS = 5_000;
const NAMES_MAX = 20_000;
/** Names looked up at once; over it 503 `busy`, so that invented names cannot delay all other queries. */
const QUERIES_MAX = 200;

interface Known {
  channel: FoundChannel | null;
  atMs: number;
}

interface ChannelLookupOptions {
  /** Queries the database; null: no such channel. */
  find(name: string): Promise<FoundChannel | null>;
  clock: Clock;
  log: Log;
}

export class ChannelLookup {
  readonly #known = new LruMap<string, Known>(NAMES_MAX);
  /** One query per name: it stays here until the database has answered, even when no request waits for it any more. */
  readonly #queries = new Map<string, Promise<FoundChannel | null>>();

  constructor(private readonly options: ChannelLookupOptions) {}

  /** Null: no such channel. Throws Refusal: `busy`; `unavailable` if the database is away and the name was not found lately. */
  async get(loginOrId: string): Promise<FoundChannel | null> {
    const name = loginOrId.toLowerCase();
    const known = this.#known.get(name);
    const ageMs = known ? this.options.clock.monoMs() - known.atMs : 0;
    if (known && ageMs < (known.channel ? FOUND_MS : ABSENT_MS)) return known.channel;
    const stale = known?.channel && ageMs < STALE_MS ? known.channel : null;
    return this.#queries.get(name) ?? this.#find(name, stale);
  }

  async #find(name: string, stale: FoundChannel | null): Promise<FoundChannel | null> {
    if (this.#queries.size >= QUERIES_MAX) {
      if (stale) return stale;
      throw new Refusal("busy", "too many channels are looked up at once", 1_000);
    }
    const found = this.options.find(name).then((channel) => {
      this.#known.set(name, { channel, atMs: this.options.clock.monoMs() });
      return channel;
    });
    const outcome = this.#orStale(found, stale);
    this.#queries.set(name, outcome);
    const settled = () => void this.#queries.delete(name);
    found.then(settled, settled);
    return outcome;
  }

  async #orStale(found: Promise<FoundChannel | null>, stale: FoundChannel | null): Promise<FoundChannel | null> {
    const { clock, log } = this.options;
    try {
      const answerMs = stale ? ANSWER_CACHED_MS : ANSWER_MS;
      return await within(clock, answerMs, found, () => new Error("no answer in time"));
    } catch (error) {
      if (stale) return stale;
      log.warn({ reason: reason(error) }, "channel lookup failed");
      throw new Refusal("unavailable", "the channel cannot be looked up", 1_000);
    }
  }
}
