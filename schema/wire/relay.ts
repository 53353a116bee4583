// The HTTP API of a WebRTC relay, on its internal port: what edges ask of it. A relay has no secrets and asks nobody: whoever may watch or
// publish was decided by the edge.
//
//   POST   /sessions       OpenRelaySession → 201 OpenedRelaySession
//   PATCH  /sessions/:id   a fragment (RFC 8840) → 204: candidates, of which none is used; 200 with a fragment: ICE has begun anew
//   DELETE /sessions/:id   → 200
//   GET    /sessions       → RelayStatus
//
// Refusals are problems (RFC 9457) with a `code` of error-codes.ts: of an offer or a fragment 400, 406, 415, 422; 404 for a session that is not there;
// 503 for a relay that is full or leaves, so that another one is asked.

export const SDP_TYPE = "application/sdp";
export const FRAGMENT_TYPE = "application/trickle-ice-sdpfrag";
/** Of an offer. The largest one of a browser has 8 KB. */
export const OFFER_BYTES_MAX = 64 * 1024;
/** Of what is patched. */
export const FRAGMENT_BYTES_MAX = 16 * 1024;
/** Chosen by the relay, not to be guessed. */
export const RELAY_SESSION_ID = /^[A-Za-z0-9_-]{8,64}$/;
export const RELAY_LABEL_LENGTH_MAX = 512;

/** `whep`: a viewer, who receives. `whip`: a publisher, who sends. */
export type RelayKind = "whep" | "whip";

export interface OpenRelaySession {
  kind: RelayKind;
  channelId: string;
  /** SDP, as the client sent it. */
  offer: string;
  /** For `whip`: where the media go. */
  publish?: RelayPublish;
  /** Means something to edges alone: the relay repeats it in its list. */
  label?: string;
}

/** An RTMP publish: `url` is `rtmp://host:port`, `name` is good for one publish within a minute. */
export interface RelayPublish {
  url: string;
  app: string;
  name: string;
}

export interface OpenedRelaySession {
  sessionId: string;
  /** SDP. */
  answer: string;
}

export interface RelaySession {
  id: string;
  kind: RelayKind;
  channelId: string;
  /** That a viewer gets now; null: none yet, or a publisher. */
  rendition: string | null;
  ageMs: number;
  /** Media can flow. A session that is never connected ends after 10 s. */
  connected: boolean;
  /** Sent to a viewer, or received from a publisher. */
  bytes: number;
  /** How often ICE began anew. Absent: never. */
  restarts?: number;
  label?: string | null;
}

export interface RelayStatus {
  sessions: RelaySession[];
  /** Absent: not known; a full relay answers 503. */
  sessionsMax?: number;
  /** It takes no new sessions. */
  draining?: boolean;
}
