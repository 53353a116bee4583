// What the relay needs of a WebRTC library: connections that it answers, and packets in and out. engine-datachannel.ts is the one in use,
// testing-engine.ts the one of tests.

import type { ChosenMedia, Offer } from "./sdp/offer.ts";

/** `connected`: tracks can be sent on. `disconnected`: the other end has not answered for a while. `failed` and `closed` are the end. */
export type PeerState = "new" | "connecting" | "connected" | "disconnected" | "failed" | "closed";

export interface OpenPeer {
  /** Names the connection in logs. */
  id: string;
  /** As `readOffer` has rebuilt it: nothing else may reach the library. */
  offer: Offer;
  /** `send`: tracks carry media to the other end (WHEP). `receive`: from it (WHIP); RTCP is sent on these too. */
  direction: "send" | "receive";
  /** Bits per second that the other end may send, told by `b=AS`; absent: not said. Only with `receive`. */
  receiveBitrateMax?: number;
  onState(state: PeerState): void;
  /** A decrypted packet of the other end: RTP or RTCP, as it came. RTCP that concerns several tracks may come once for each. */
  onPacket(track: RtcTrack, packet: Uint8Array): void;
}

export interface RtcEngine {
  /** For logs and the doctor: the library, and the TLS library in it, with their versions. */
  readonly about: EngineVersions;
  /** Resolves with all own candidates gathered. Rejects when the library refuses; nothing is left then. */
  open(options: OpenPeer): Promise<RtcPeer>;
  /** Frees the port. Peers must be closed before. */
  stop(): void;
}

export interface EngineVersions {
  library: string;
  tls: string;
}

export interface RtcPeer {
  /** As the library wrote it: `finishedAnswer` makes it fit to leave. */
  readonly answer: string;
  /** One for each m-line that has a choice, in the order of the offer. */
  readonly tracks: readonly RtcTrack[];
  readonly state: PeerState;
  /** Tells the other end, and frees everything. May be called twice; no callback comes after it. */
  close(): void;
}

export interface RtcTrack {
  readonly media: ChosenMedia;
  /** Of what is sent on it, RTCP of a receiver included. In the answer. */
  readonly ssrc: number;
  /** Of packets that are sent again (RFC 4588); null: the offer has no RTX for the chosen payload type. */
  readonly rtxSsrc: number | null;
  /** Packets can be sent. */
  readonly isOpen: boolean;
  /** An RTP or RTCP packet, copied before this returns. False: it was not sent. Never throws. */
  send(packet: Uint8Array): boolean;
}
