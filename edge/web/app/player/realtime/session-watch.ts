// Whether a session shows something: its connection's own state is not enough, since a picture can stand under a connection that is well.
//
//   answered ──connected──► first picture ──► shows ──the picture stands, or the connection is gone──► lost

export interface SessionSample {
  atMs: number;
  state: RTCPeerConnectionState;
  /** Pictures that were decoded, and packets that came, of sound too. */
  frames: number;
  packets: number;
  /** The encoder is known to be gone, or nobody sees the page: a picture that stands is no fault. */
  isQuiet: boolean;
}

export type SessionState = "connecting" | "shows" | "no-connection" | "no-picture" | "lost";

/** From the answer on. UDP that does not get through never does. */
export const CONNECT_WITHIN_MS = 3_000;
/** From the connection on. The server begins with a keyframe. */
export const PICTURE_WITHIN_MS = 3_000;
/** A network that changes is back by then, or the connection is. */
export const DISCONNECTED_MS = 2_000;
/** Encoders of few pictures send one each second. */
export const STILL_MS = 3_000;
/** Sound comes all the time, silence too: without a packet for so long the relay is gone, of which nothing else tells for many seconds. */
export const UNHEARD_MS = 1_200;

export class SessionWatch {
  private connectedMs: number | null = null;
  private disconnectedMs: number | null = null;
  private frames = 0;
  private packets = 0;
  /** When the last picture was decoded, and the last packet came. */
  private movedMs: number;
  private heardMs: number;

  constructor(private readonly answeredMs: number) {
    this.movedMs = answeredMs;
    this.heardMs = answeredMs;
  }

  /** Call it a few times a second. */
  look({ atMs, state, frames, packets, isQuiet }: SessionSample): SessionState {
    const hasPicture = this.frames > 0 || frames > 0;
    if (frames > this.frames || isQuiet) this.movedMs = atMs;
    if (packets > this.packets || isQuiet) this.heardMs = atMs;
    this.frames = Math.max(this.frames, frames);
    this.packets = Math.max(this.packets, packets);
    if (state === "connected") this.connectedMs ??= atMs;
    if (state !== "disconnected") this.disconnectedMs = null;
    else this.disconnectedMs ??= atMs;
    if (!hasPicture) return this.first(atMs, state);
    const isGone = state === "failed" || state === "closed";
    const isAway = this.disconnectedMs !== null && atMs - this.disconnectedMs >= DISCONNECTED_MS;
    const stands = atMs - this.movedMs >= STILL_MS || atMs - this.heardMs >= UNHEARD_MS;
    return isGone || isAway || stands ? "lost" : "shows";
  }

  private first(atMs: number, state: RTCPeerConnectionState): SessionState {
    const { connectedMs, answeredMs } = this;
    if (state === "failed" || state === "closed") return "no-connection";
    if (connectedMs === null) return atMs - answeredMs >= CONNECT_WITHIN_MS ? "no-connection" : "connecting";
    return atMs - connectedMs >= PICTURE_WITHIN_MS ? "no-picture" : "connecting";
  }
}
