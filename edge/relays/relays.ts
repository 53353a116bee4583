// All WebRTC relays: which of them live, who gets a new session, and every session that is there.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { poll } from "#runtime/base/poll.ts";
import type { Random } from "#runtime/base/random.ts";
import type { OpenedRelaySession, OpenRelaySession } from "#schema/wire/relay.ts";
import { relaySessions } from "./metrics.ts";
import { type RelayLoad, relaysInOrder } from "./placement.ts";
import { type KnownSession, Relay } from "./relay.ts";
import { type Patched, RelayTrouble } from "./relay-client.ts";

const LOOK_EVERY_MS = 2_000;
/** Offers that wait for a relay. Over it 503 `busy`. */
const OPENING_MAX = 64;
/** Encoders wait 8 s. After this time no further relay is asked. */
const OPEN_WITHIN_MS = 4_000;
const RETRY_AFTER_MS = 2_000;

export interface PlacedSession extends OpenedRelaySession {
  /** Place of its relay in RELAY_URLS, from 1 on. */
  relay: number;
}

export type SessionPlace = Pick<KnownSession, "relay" | "id">;

interface RelaysOptions {
  urls: readonly string[];
  clock: Clock;
  log: Log;
  random: Pick<Random, "next">;
}

export class Relays {
  readonly #relays: readonly Relay[];
  readonly #stops: (() => void)[];
  #opening = 0;

  constructor(private readonly options: RelaysOptions) {
    const { urls, clock, log } = options;
    this.#relays = urls.map((url, index) => new Relay(index + 1, url, clock));
    this.#stops = this.#relays.map((relay) =>
      poll({
        ...{ clock, log, everyMs: LOOK_EVERY_MS, atOnce: true, failure: `relay ${relay.number} does not answer` },
        look: async () => {
          await relay.look();
          this.#measure();
        },
      }),
    );
  }

  /** No relay is set up. */
  get isOff() {
    return this.#relays.length === 0;
  }

  /** Sessions of all relays that answered lately, and those that this edge has just opened. */
  *sessions(): Iterable<KnownSession> {
    for (const relay of this.#relays) yield* relay.sessions.values();
  }

  known({ relay, id }: SessionPlace): KnownSession | undefined {
    return this.#relays[relay - 1]?.sessions.get(id);
  }

  /** Throws Refusal: of the offer; `busy` when no relay has room; `unavailable` when none answers. */
  async open(asked: OpenRelaySession): Promise<PlacedSession> {
    if (this.#opening >= OPENING_MAX) throw new Refusal("busy", "too many offers wait for a relay", RETRY_AFTER_MS);
    this.#opening++;
    try {
      return await this.#openAtOne(asked);
    } finally {
      this.#opening--;
    }
  }

  async #openAtOne(asked: OpenRelaySession): Promise<PlacedSession> {
    const { clock, random, log } = this.options;
    const untilMs = clock.monoMs() + OPEN_WITHIN_MS;
    const order = relaysInOrder(this.#loads(asked.channelId), () => random.next());
    for (const number of order) {
      if (clock.monoMs() >= untilMs) break;
      const relay = this.#relays[number - 1]!;
      try {
        return { ...(await relay.open(asked)), relay: number };
      } catch (error) {
        if (!(error instanceof RelayTrouble)) throw error;
        if (error.kind !== "full") log.warn({ relay: number, reason: error.message }, "relay did not open a session");
      }
    }
    const isUp = this.#relays.some((relay) => relay.isUp);
    throw isUp
      ? new Refusal("busy", "no relay has room", RETRY_AFTER_MS)
      : new Refusal("unavailable", "no relay answers", RETRY_AFTER_MS);
  }

  /** Throws Refusal: `not_found`, `sdp_malformed`, `ice_restart_unsupported`, `unavailable`. */
  async patch(place: SessionPlace, fragment: string): Promise<Patched> {
    return away(() => this.#relayOf(place).patch(place.id, fragment));
  }

  /** Throws Refusal: `not_found`, `unavailable`. */
  async close(place: SessionPlace): Promise<void> {
    await away(() => this.#relayOf(place).close(place.id));
  }

  stop() {
    for (const stop of this.#stops) stop();
  }

  /** Throws Refusal `not_found` for a place outside of the list, which may have become shorter. */
  #relayOf({ relay }: SessionPlace): Relay {
    const found = this.#relays[relay - 1];
    if (!found) throw new Refusal("not_found");
    return found;
  }

  #loads(channelId: string): RelayLoad[] {
    return this.#relays.map((relay) => ({
      ...{ relay: relay.number, isUp: relay.isUp, draining: relay.draining, sessionsMax: relay.sessionsMax },
      sessions: relay.sessions.size,
      servesChannel: relay.serves(channelId),
    }));
  }

  #measure() {
    const counts = new Map<string, number>();
    for (const { kind, connected } of this.sessions())
      counts.set(`${kind} ${connected}`, (counts.get(`${kind} ${connected}`) ?? 0) + 1);
    for (const kind of ["whep", "whip"])
      for (const connected of ["true", "false"])
        relaySessions.set({ kind, connected }, counts.get(`${kind} ${connected}`) ?? 0);
  }
}

/** A relay that is gone has no sessions. */
async function away<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof RelayTrouble)) throw error;
    throw error.kind === "gone" ? new Refusal("not_found") : new Refusal("unavailable", "the relay does not answer");
  }
}
