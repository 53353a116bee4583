// A session of the relay, whatever it carries: WHEP to a viewer, WHIP from a publisher.

import type { RelayKind, RelayPublish } from "#schema/wire/relay.ts";
import type { Offer } from "./sdp/offer.ts";

export interface SessionRequest {
  id: string;
  channelId: string;
  /** SDP, as the client sent it. */
  offer: string;
  /** Of `whip` alone. */
  publish: RelayPublish | null;
}

export interface SessionReport {
  rendition: string | null;
  connected: boolean;
  bytes: number;
}

export interface OpenSession {
  readonly offer: Offer;
  /** SDP, fit to leave. */
  readonly answer: string;
  readonly report: SessionReport;
  /** To be called once a second. */
  tick(nowMs: number): void;
  /** Frees everything. May be called twice; `onClose` is not called for it. */
  close(): void;
}

/** Throws RelayRefusal; then nothing is left. `onClose`: the session has ended by itself; called once at most, also before this resolves. */
export type SessionOpener = (request: SessionRequest, onClose: (reason: string) => void) => Promise<OpenSession>;

export type SessionOpeners = Partial<Record<RelayKind, SessionOpener>>;
