// Login or id → channel, remembered for a moment: neither a media request nor a chat socket must cost a query, or need the database.

import { Refusal } from "#runtime/actor/actor.ts";
import { type Clock, within } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { LruMap } from "#runtime/base/lru.ts";

export interface FoundChannel {
  id: string;
  ownerUserId: string;
}

const FOUND_MS = 2_000;
const ABSENT_MS = 1_000;
/** While the database is away, who was found within this time is still there. */
const STALE_MS = 600_000;
/** A database that hangs is away: who is known is waited for so long, who is not so long. */
const PATIENCE_KNOWN_MS = 300;
const PATIENCE_MS = 5_000;
const NAMES_MAX = 20_000;
/** Names looked up at once; over it 503 `busy`, so that invented names cannot queue before everybody else's queries. */
const ASKING_MAX = 200;

interface Known {
  channel: FoundChannel | null;
  atMs: number;
}

export interface ChannelLookupOptions {
  /** Asks the database; null: no such channel. */
  find(name: string): Promise<FoundChannel | null>;
  clock: Clock;
  log: Log;
}

export class ChannelLookup {
  readonly #known = new LruMap<string, Known>(NAMES_MAX);
  /** Until the database has answered, also when nobody waits for it any more: one question per name. */
  readonly #asking = new Map<string, Promise<FoundChannel | null>>();

  constructor(private readonly options: ChannelLookupOptions) {}

  /** Null: no such channel. Throws Refusal: `unavailable` when the database is away and the name was not found lately, `busy`. */
  async get(loginOrId: string): Promise<FoundChannel | null> {
    const name = loginOrId.toLowerCase();
    const known = this.#known.get(name);
    const ageMs = known ? this.options.clock.monoMs() - known.atMs : 0;
    if (known && ageMs < (known.channel ? FOUND_MS : ABSENT_MS)) return known.channel;
    const stale = known?.channel && ageMs < STALE_MS ? known.channel : null;
    return this.#asking.get(name) ?? this.#ask(name, stale);
  }

  async #ask(name: string, stale: FoundChannel | null): Promise<FoundChannel | null> {
    if (this.#asking.size >= ASKING_MAX) {
      if (stale) return stale;
      throw new Refusal("busy", "too many channels are looked up at once", 1_000);
    }
    const found = this.options.find(name).then((channel) => {
      this.#known.set(name, { channel, atMs: this.options.clock.monoMs() });
      return channel;
    });
    const outcome = this.#orStale(found, stale);
    this.#asking.set(name, outcome);
    const settled = () => void this.#asking.delete(name);
    found.then(settled, settled);
    return outcome;
  }

  async #orStale(found: Promise<FoundChannel | null>, stale: FoundChannel | null): Promise<FoundChannel | null> {
    const { clock, log } = this.options;
    try {
      const patienceMs = stale ? PATIENCE_KNOWN_MS : PATIENCE_MS;
      return await within(clock, patienceMs, found, () => new Error("no answer in time"));
    } catch (error) {
      if (stale) return stale;
      log.warn({ reason: reason(error) }, "channel lookup failed");
      throw new Refusal("unavailable", "the channel cannot be looked up", 1_000);
    }
  }
}
