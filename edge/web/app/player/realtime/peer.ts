// One WHEP session: an offer, its answer, and a connection that is watched until it shows nothing more. It is not begun again.

import { every, steadyMs } from "../../clock.ts";
import { withStereo } from "../../webrtc/opus-stereo.ts";
import { endSession, isRefusal, sendOffer } from "../../webrtc/signaling.ts";
import type { SessionEnd } from "./attempts.ts";
import { SessionWatch } from "./session-watch.ts";
import { reportIn, type StreamReport } from "./stream-figures.ts";

interface PeerEvents {
  /** A picture has been decoded: the stream can be shown. Once. */
  picture(stream: MediaStream): void;
  /** A few times a second from then on. */
  report(report: StreamReport): void;
  /** Once, and not after `close`. */
  ended(end: SessionEnd): void;
}

interface PeerOptions {
  /** Where offers go. */
  url: string;
  /** A picture that stands is no fault now. */
  isQuiet(): boolean;
  events: PeerEvents;
}

const LOOK_MS = 60;
/** Statistics of a stream that plays cost more than they tell. */
const LOOKS_OF_A_REPORT = 4;
const H264 = /^a=rtpmap:\d+ H264\/90000/im;

export class RealtimePeer {
  private readonly connection: RTCPeerConnection;
  private readonly stream = new MediaStream();
  private readonly ending = new AbortController();
  private session: string | null = null;
  private stopLooking = () => {};
  private hasPicture = false;
  private isOver = false;

  constructor(private readonly options: PeerOptions) {
    this.connection = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    this.connection.ontrack = ({ track, receiver }) => {
      this.stream.addTrack(track);
      if (track.kind === "video") hurry(receiver);
    };
    this.begin().catch(() => this.end({ why: "unreachable" }));
  }

  /** Also while the page is being closed. May be called twice. */
  close() {
    if (this.isOver) return;
    this.isOver = true;
    this.stopLooking();
    this.ending.abort();
    this.connection.close();
    void endSession(this.session);
  }

  private async begin() {
    const { connection } = this;
    connection.addTransceiver("video", { direction: "recvonly" });
    connection.addTransceiver("audio", { direction: "recvonly" });
    const offer = await connection.createOffer();
    const sdp = withStereo(offer.sdp ?? "");
    if (!H264.test(sdp)) return this.end({ why: "unsupported" });
    const answer = await sendOffer(this.options.url, { sdp, signal: this.ending.signal });
    if (isRefusal(answer)) return this.end({ why: "refused", refusal: answer });
    this.session = answer.session;
    if (this.isOver) return void endSession(this.session);
    // Before the offer is applied: addresses are gathered from then on, by these servers too.
    if (answer.iceServers.length > 0)
      connection.setConfiguration({ bundlePolicy: "max-bundle", iceServers: answer.iceServers });
    await connection.setLocalDescription({ type: "offer", sdp });
    await connection.setRemoteDescription({ type: "answer", sdp: answer.sdp });
    if (!this.isOver) this.watch();
  }

  private watch() {
    const watch = new SessionWatch(steadyMs());
    let looks = 0;
    let isBusy = false;
    this.stopLooking = every(LOOK_MS, () => {
      if (isBusy || (this.hasPicture && looks++ % LOOKS_OF_A_REPORT !== 0)) return;
      isBusy = true;
      void this.look(watch).finally(() => {
        isBusy = false;
      });
    });
  }

  private async look(watch: SessionWatch) {
    const report = await this.connection.getStats().then(reportIn, (): StreamReport => ({}));
    if (this.isOver) return;
    const { framesDecoded: frames = 0, packets = 0 } = report;
    const isQuiet = this.options.isQuiet();
    const found = watch.look({ atMs: steadyMs(), state: this.state(), frames, packets, isQuiet });
    if (found === "connecting") return;
    if (found !== "shows") return this.end({ why: found });
    if (!this.hasPicture) this.options.events.picture(this.stream);
    this.hasPicture = true;
    this.options.events.report(report);
  }

  /** The other end's goodbye closes the transport, of which some browsers' connections say nothing. */
  private state(): RTCPeerConnectionState {
    const [receiver] = this.connection.getReceivers();
    return receiver?.transport?.state === "closed" ? "closed" : this.connection.connectionState;
  }

  private end(end: SessionEnd) {
    if (this.isOver) return;
    // The tracks end with the connection, and a video element with its tracks: the owner takes it off before.
    this.options.events.ended(end);
    this.close();
  }
}

/** No more buffer than what the network needs. Of the pictures alone: sound would become choppy. Each browser has its own name for it. */
function hurry(receiver: RTCRtpReceiver) {
  const one = receiver as { jitterBufferTarget?: number | null; playoutDelayHint?: number };
  if ("jitterBufferTarget" in one) one.jitterBufferTarget = 0;
  else if ("playoutDelayHint" in one) one.playoutDelayHint = 0;
}
