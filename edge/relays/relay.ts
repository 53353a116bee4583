// One relay as this edge knows it: whether it answers, and its sessions, by a look each 2 s.

import type { Clock } from "#runtime/base/clock.ts";
import type { OpenedRelaySession, OpenRelaySession, RelayKind } from "#schema/wire/relay.ts";
import { relayUp } from "./metrics.ts";
import { type Patched, RelayClient, RelayTrouble } from "./relay-client.ts";
import { readLabel, type SessionLabel } from "./session-label.ts";

/** After so many looks without an answer its sessions count as over. */
const LOOKS_IN_VAIN_MAX = 5;
/** More are not counted, and their rights are not looked at again: no relay carries so many. */
const SESSIONS_MAX = 10_000;

export interface KnownSession {
  relay: number;
  id: string;
  kind: RelayKind;
  channelId: string;
  connected: boolean;
  /** How often ICE began anew. */
  restarts: number;
  /** Null: not known. */
  label: SessionLabel | null;
  /** Monotonic, if this edge opened it. */
  openedMs: number | null;
}

export class Relay {
  readonly #client: RelayClient;
  #sessions = new Map<string, KnownSession>();
  #isUp = false;
  #looksInVain = 0;
  draining = false;
  /** Null: not known. */
  sessionsMax: number | null = null;

  /** `number`: its place in RELAY_URLS, from 1 on. */
  constructor(
    readonly number: number,
    url: string,
    private readonly clock: Pick<Clock, "monoMs">,
  ) {
    this.#client = new RelayClient(url);
    this.#setUp(false);
  }

  /** False until it has answered a look: nothing is asked of it meanwhile. */
  get isUp() {
    return this.#isUp;
  }

  get sessions(): ReadonlyMap<string, KnownSession> {
    return this.#sessions;
  }

  serves(channelId: string): boolean {
    for (const session of this.#sessions.values()) if (session.channelId === channelId) return true;
    return false;
  }

  /** Throws RelayTrouble. */
  async look(): Promise<void> {
    const askedMs = this.clock.monoMs();
    try {
      const { sessions, sessionsMax = null, draining = false } = await this.#client.list();
      const before = this.#sessions;
      const next = new Map<string, KnownSession>();
      for (const { id, kind, channelId, connected, restarts = 0, label } of sessions.slice(0, SESSIONS_MAX)) {
        const known = before.get(id);
        next.set(id, {
          ...{ relay: this.number, id, kind, channelId, connected: connected === true, restarts },
          label: known?.label ?? readLabel(label),
          openedMs: known?.openedMs ?? null,
        });
      }
      // Opened while the list was on its way.
      for (const [id, session] of before)
        if (!next.has(id) && session.openedMs !== null && session.openedMs >= askedMs) next.set(id, session);
      this.#sessions = next;
      this.sessionsMax = sessionsMax;
      this.draining = draining;
      this.#looksInVain = 0;
      this.#setUp(true);
    } catch (error) {
      this.#setUp(false);
      if (++this.#looksInVain >= LOOKS_IN_VAIN_MAX) this.#sessions = new Map();
      throw error;
    }
  }

  /** Throws Refusal of the offer; RelayTrouble. */
  async open(asked: OpenRelaySession): Promise<OpenedRelaySession> {
    const opened = await this.#call(() => this.#client.open(asked));
    this.#sessions.set(opened.sessionId, {
      ...{ relay: this.number, id: opened.sessionId, kind: asked.kind, channelId: asked.channelId },
      ...{ connected: false, restarts: 0, label: readLabel(asked.label), openedMs: this.clock.monoMs() },
    });
    return opened;
  }

  /** Throws Refusal: `not_found`, `sdp_malformed`, `ice_restart_unsupported`; RelayTrouble. */
  async patch(sessionId: string, fragment: string): Promise<Patched> {
    const patched = await this.#call(() => this.#client.patch(sessionId, fragment));
    const session = this.#sessions.get(sessionId);
    if (patched.kind === "restarted" && session) session.restarts++;
    return patched;
  }

  /** Throws Refusal `not_found`; RelayTrouble. */
  async close(sessionId: string): Promise<void> {
    this.#sessions.delete(sessionId);
    await this.#call(() => this.#client.close(sessionId));
  }

  /** A relay that does not answer is left alone until its next look. */
  async #call<Value>(call: () => Promise<Value>): Promise<Value> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof RelayTrouble && error.kind !== "full") this.#setUp(false);
      throw error;
    }
  }

  #setUp(isUp: boolean) {
    this.#isUp = isUp;
    relayUp.set({ relay: String(this.number) }, isUp ? 1 : 0);
  }
}
