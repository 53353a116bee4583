// Login or id → channel, remembered for a moment: a media request must not cost a query.

import { Refusal } from "#runtime/actor.ts";
import type { Clock } from "#runtime/clock.ts";
import { type Log, reason } from "#runtime/log.ts";

export interface FoundChannel {
  id: string;
  login: string;
}

export type FindChannel = (loginOrId: string) => Promise<FoundChannel | null>;

const FOUND_MS = 2_000;
const ABSENT_MS = 1_000;
/** While the database is away, who was found within this time is still there. */
const STALE_MS = 600_000;
const NAMES_MAX = 20_000;
/** Names looked up at once; over it 503 `busy`, so that invented names cannot queue before everybody else's queries. */
const ASKING_MAX = 200;

interface Known {
  channel: FoundChannel | null;
  atMs: number;
}

export class ChannelLookup {
  readonly #known = new Map<string, Known>();
  readonly #asking = new Map<string, Promise<FoundChannel | null>>();

  constructor(
    private readonly find: FindChannel,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** The answer if it is fresh, without waiting; undefined: ask `get`. */
  fresh(name: string): FoundChannel | null | undefined {
    const known = this.#known.get(name);
    if (!known) return undefined;
    const ageMs = this.clock.monoMs() - known.atMs;
    return ageMs < (known.channel ? FOUND_MS : ABSENT_MS) ? known.channel : undefined;
  }

  /** Throws Refusal: `unavailable` when the database is away and the name was not found lately, `busy`. */
  async get(name: string): Promise<FoundChannel | null> {
    const asking = this.#asking.get(name);
    if (asking) return asking;
    if (this.#asking.size >= ASKING_MAX) throw new Refusal("busy", "too many channels are looked up at once", 1_000);
    const asked = this.#ask(name).finally(() => this.#asking.delete(name));
    this.#asking.set(name, asked);
    return asked;
  }

  async #ask(name: string): Promise<FoundChannel | null> {
    try {
      const channel = await this.find(name);
      this.#remember(name, channel);
      return channel;
    } catch (error) {
      const known = this.#known.get(name);
      if (known?.channel && this.clock.monoMs() - known.atMs < STALE_MS) return known.channel;
      this.log.warn({ reason: reason(error) }, "channel lookup failed");
      throw new Refusal("unavailable", "the channel cannot be looked up", 1_000);
    }
  }

  #remember(name: string, channel: FoundChannel | null) {
    this.#known.delete(name);
    this.#known.set(name, { channel, atMs: this.clock.monoMs() });
    if (this.#known.size > NAMES_MAX) this.#known.delete(this.#known.keys().next().value!);
  }
}
