// All sessions of this relay: how many there may be, how fast they come, and how they end.

import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { type Random, randomHex } from "#runtime/base/random.ts";
import type { OpenedRelaySession, OpenRelaySession, RelayKind, RelayStatus } from "#schema/wire/relay.ts";
import { closes, offers, sessions as sessionCount } from "./metrics.ts";
import { RelayRefusal } from "./refusal.ts";
import { readFragment } from "./sdp/fragment.ts";
import { isRefused } from "./sdp/offer.ts";
import type { OpenSession, SessionOpeners } from "./session.ts";

/** A client that has not connected by then never will. */
const CONNECT_MS = 10_000;
const ID_BYTES = 16;
const FULL_RETRY_MS = 5_000;
const FAST_RETRY_MS = 1_000;

interface SessionsOptions {
  clock: Clock;
  random: Random;
  log: Log;
  sessionsMax: number;
  offersPerSecond: number;
  openers: SessionOpeners;
}

interface Entry {
  kind: RelayKind;
  channelId: string;
  label: string | null;
  openedMs: number;
  /** Null: it is being opened. */
  session: OpenSession | null;
  wasConnected: boolean;
}

export class Sessions {
  readonly #entries = new Map<string, Entry>();
  #tokens: number;
  #tokensAtMs: number;
  #isDraining = false;

  constructor(private readonly options: SessionsOptions) {
    this.#tokens = options.offersPerSecond;
    this.#tokensAtMs = options.clock.monoMs();
  }

  get size() {
    return this.#entries.size;
  }

  /** Throws RelayRefusal. */
  async open(asked: OpenRelaySession): Promise<OpenedRelaySession> {
    const { kind } = asked;
    try {
      const opened = await this.#open(asked);
      offers.inc({ kind, outcome: "answered" });
      return opened;
    } catch (error) {
      offers.inc({ kind, outcome: error instanceof RelayRefusal ? error.code : "internal" });
      throw error;
    }
  }

  /** A fragment of a client (RFC 9725 §4.3): candidates need no answer, and ICE cannot begin anew. Throws RelayRefusal. */
  patch(id: string, fragment: string) {
    const session = this.#entries.get(id)?.session;
    if (!session) throw notFound();
    const read = readFragment(fragment);
    if (isRefused(read)) throw new RelayRefusal(read.status, read.code, read.detail);
    if (read.ufrag !== null && read.ufrag !== session.offer.ufrag)
      throw new RelayRefusal(422, "ice_restart_unsupported", "open another session instead");
  }

  /** Throws RelayRefusal. */
  delete(id: string) {
    if (!this.#entries.has(id)) throw notFound();
    this.#end(id, "deleted");
  }

  status(): RelayStatus {
    const nowMs = this.options.clock.monoMs();
    const sessions = [...this.#entries].flatMap(([id, { kind, channelId, label, openedMs, session }]) =>
      session ? { id, kind, channelId, label, ageMs: Math.round(nowMs - openedMs), ...session.report } : [],
    );
    return { sessions, sessionsMax: this.options.sessionsMax, draining: this.#isDraining };
  }

  /** To be called once a second. */
  tick(nowMs: number) {
    for (const [id, entry] of this.#entries) {
      const { session } = entry;
      if (!session) continue;
      entry.wasConnected ||= session.report.connected;
      if (!entry.wasConnected && nowMs - entry.openedMs >= CONNECT_MS) this.#end(id, "not_connected");
      else session.tick(nowMs);
    }
  }

  /** Takes no more sessions, and ends all: players and publishers come back by another relay. */
  drain() {
    this.#isDraining = true;
    for (const id of [...this.#entries.keys()]) this.#end(id, "draining");
  }

  async #open({ kind, channelId, offer, publish, label }: OpenRelaySession) {
    const opener = this.options.openers[kind];
    if (!opener) throw new RelayRefusal(503, "unavailable", `this relay does no ${kind}`);
    this.#admit();
    const { clock, random, log } = this.options;
    const id = randomHex(random, ID_BYTES);
    const entry: Entry = {
      kind,
      channelId,
      label: label ?? null,
      openedMs: clock.monoMs(),
      session: null,
      wasConnected: false,
    };
    this.#entries.set(id, entry);
    this.#count();
    try {
      const session = await opener({ id, channelId, offer, publish: publish ?? null }, (why) => this.#end(id, why));
      if (this.#entries.get(id) !== entry) {
        // It ended while it was opened.
        session.close();
        throw new RelayRefusal(503, "unavailable", "the channel has just ended");
      }
      entry.session = session;
      log.debug(
        { session: id, kind, channel: channelId, ms: Math.round(clock.monoMs() - entry.openedMs) },
        "session opened",
      );
      return { sessionId: id, answer: session.answer };
    } catch (error) {
      this.#entries.delete(id);
      this.#count();
      throw error;
    }
  }

  #admit() {
    const { clock, sessionsMax, offersPerSecond } = this.options;
    if (this.#isDraining) throw new RelayRefusal(503, "busy", "this relay leaves", FAST_RETRY_MS);
    if (this.#entries.size >= sessionsMax) throw new RelayRefusal(503, "busy", "this relay is full", FULL_RETRY_MS);
    const nowMs = clock.monoMs();
    this.#tokens = Math.min(offersPerSecond, this.#tokens + ((nowMs - this.#tokensAtMs) * offersPerSecond) / 1_000);
    this.#tokensAtMs = nowMs;
    if (this.#tokens < 1) throw new RelayRefusal(503, "busy", "too many offers at once", FAST_RETRY_MS);
    this.#tokens--;
  }

  #end(id: string, why: string) {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.#count();
    closes.inc({ kind: entry.kind, reason: why });
    const { log } = this.options;
    log.debug({ session: id, kind: entry.kind, channel: entry.channelId, why }, "session closed");
    try {
      entry.session?.close();
    } catch (error) {
      log.error({ session: id, reason: reason(error) }, "session did not close");
    }
  }

  #count() {
    for (const kind of ["whep", "whip"] as const)
      sessionCount.set({ kind }, [...this.#entries.values()].filter((one) => one.kind === kind).length);
  }
}

const notFound = () => new RelayRefusal(404, "not_found", "no such session");
