// One WHIP session: an offer with the picture and the sound, its answer, and a connection that is watched. It is not begun again.

import { every, steadyMs } from "../../clock.ts";
import { withStereo } from "../../webrtc/opus-stereo.ts";
import { endSession, isRefusal, sendOffer } from "../../webrtc/signaling.ts";
import type { SendingEnd } from "./live-attempts.ts";
import type { SentQuality } from "./quality.ts";
import { SendingFigures, type SendingStats } from "./sending-figures.ts";

interface SendingEvents {
  /** Media go out. Once. */
  connected(): void;
  /** Each second from then on. */
  stats(stats: SendingStats): void;
  /** Once, and not after `close`. */
  ended(end: SendingEnd): void;
}

interface SendingOptions {
  /** Where offers go. */
  url: string;
  /** Good for this session alone. */
  ticket: string;
  picture: MediaStreamTrack | null;
  sound: MediaStreamTrack;
  quality: SentQuality;
  events: SendingEvents;
}

const LOOK_MS = 250;
const LOOKS_OF_STATS = 4;
const CONNECT_WITHIN_MS = 8_000;
/** A network that changes is back by then, or the connection is not. */
const DISCONNECTED_MS = 4_000;
/** The server says each second what has come. A session that it has ended is told by nothing else. */
const UNHEARD_MS = 4_000;
const H264 = "video/h264";
/** Constrained Baseline is what all browsers encode alike, in hardware and in software. */
const BASELINE = /profile-level-id=42e0/i;
const MODE_1 = /packetization-mode=1/;

export class Sending {
  private readonly connection = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  private readonly ending = new AbortController();
  private readonly figures = new SendingFigures();
  private readonly video: RTCRtpTransceiver;
  private session: string | null = null;
  private stopLooking = () => {};
  private isConnected = false;
  private isOver = false;

  constructor(private readonly options: SendingOptions) {
    const { connection } = this;
    const { picture, sound } = options;
    this.video = connection.addTransceiver(picture ?? "video", { direction: "sendonly" });
    connection.addTransceiver(sound, { direction: "sendonly" });
    this.begin().catch(() => this.end({ why: "unreachable" }));
  }

  /** What is sent from now on; null: nothing, viewers see the last picture. */
  async show(picture: MediaStreamTrack | null) {
    if (!this.isOver) await this.video.sender.replaceTrack(picture).catch(() => {});
  }

  async useQuality(quality: SentQuality) {
    if (this.isOver) return;
    const { sender } = this.video;
    const parameters = sender.getParameters();
    const [encoding] = parameters.encodings;
    if (!encoding) return; // Firefox has none before the answer.
    encoding.maxBitrate = quality.bitsPerSecond;
    encoding.maxFramerate = quality.fps;
    const settings = sender.track?.getSettings();
    const shorter = Math.min(settings?.width ?? 0, settings?.height ?? 0);
    // A camera, or a screen, may give more than was asked for.
    encoding.scaleResolutionDownBy = Math.max(1, shorter / Math.min(quality.width, quality.height));
    // Another size is another header of the stream, and a new picture for everybody.
    (parameters as { degradationPreference?: string }).degradationPreference = "maintain-resolution";
    await sender.setParameters(parameters).catch(() => {});
  }

  /** Also while the page is being closed. May be called twice. */
  close() {
    void this.leave();
  }

  /** Resolves with whether the server still had the session; null: nobody says. */
  private leave(): Promise<boolean | null> {
    if (this.isOver) return Promise.resolve(null);
    this.isOver = true;
    this.stopLooking();
    this.ending.abort();
    this.connection.close();
    return endSession(this.session, this.options.ticket);
  }

  private async begin() {
    const { connection, options } = this;
    if (!preferH264(this.video)) return this.end({ why: "unsupported" });
    const sdp = withStereo((await connection.createOffer()).sdp ?? "");
    const answer = await sendOffer(options.url, { sdp, token: options.ticket, signal: this.ending.signal });
    if (isRefusal(answer)) return this.end({ why: "refused", refusal: answer });
    this.session = answer.session;
    if (this.isOver) return void endSession(this.session, options.ticket);
    // Before the offer is applied: addresses are gathered from then on, by these servers too.
    if (answer.iceServers.length > 0)
      connection.setConfiguration({ bundlePolicy: "max-bundle", iceServers: answer.iceServers });
    await connection.setLocalDescription({ type: "offer", sdp });
    await connection.setRemoteDescription({ type: "answer", sdp: answer.sdp });
    await this.useQuality(options.quality);
    if (!this.isOver) this.watch(steadyMs());
  }

  private watch(answeredMs: number) {
    let looks = 0;
    let awayMs: number | null = null;
    this.stopLooking = every(LOOK_MS, () => {
      const nowMs = steadyMs();
      const state = this.state();
      if (state === "connected" && !this.isConnected) {
        this.isConnected = true;
        this.options.events.connected();
      }
      awayMs = state === "disconnected" ? (awayMs ?? nowMs) : null;
      const isGone = state === "failed" || state === "closed";
      if (!this.isConnected && (isGone || nowMs - answeredMs >= CONNECT_WITHIN_MS))
        return this.end({ why: "no-connection" });
      if (isGone || (awayMs !== null && nowMs - awayMs >= DISCONNECTED_MS)) return this.end({ why: "lost" });
      if (this.isConnected && looks++ % LOOKS_OF_STATS === 0) void this.tell();
    });
  }

  private async tell() {
    const report = await this.connection.getStats().catch(() => null);
    if (!report || this.isOver) return;
    const stats = this.figures.take(report, steadyMs());
    if (stats.unheardMs >= UNHEARD_MS) this.end({ why: "lost" });
    else this.options.events.stats(stats);
  }

  /** The other end's goodbye closes the transport, of which some browsers' connections say nothing. */
  private state(): RTCPeerConnectionState {
    return this.video.sender.transport?.state === "closed" ? "closed" : this.connection.connectionState;
  }

  private end(end: SendingEnd) {
    if (this.isOver) return;
    const leaving = this.leave();
    if (end.why !== "lost") return this.options.events.ended(end);
    // What the server has ended itself is no loss.
    void leaving.then((wasThere) => this.options.events.ended(wasThere === false ? { why: "closed" } : end));
  }
}

/** H.264 alone is offered, with what repairs its losses. False: the browser has none. */
function preferH264(transceiver: RTCRtpTransceiver): boolean {
  const all = RTCRtpSender.getCapabilities?.("video")?.codecs ?? [];
  const h264 = all.filter(
    ({ mimeType, sdpFmtpLine = "" }) => mimeType.toLowerCase() === H264 && MODE_1.test(sdpFmtpLine),
  );
  if (h264.length === 0) return false;
  const isBaseline = ({ sdpFmtpLine = "" }: (typeof h264)[number]) => BASELINE.test(sdpFmtpLine);
  const repairs = all.filter(({ mimeType }) => mimeType.toLowerCase() === "video/rtx");
  const ordered = [...h264.filter(isBaseline), ...h264.filter((one) => !isBaseline(one)), ...repairs];
  // Browsers without this offer all that they have, and the server takes H.264.
  transceiver.setCodecPreferences?.(ordered);
  return true;
}
