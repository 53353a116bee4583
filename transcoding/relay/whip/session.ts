// One publisher by WebRTC: what comes from its peer goes into nginx-rtmp as H.264 and AAC.
//
//   connecting ──peer──► receiving ──the first keyframe──► publishing ──► over
//
//   RTP ─► IncomingStream ─► H264Depacketizer ─► AvcPictures ─┐
//                       └──► OpusToAac ───────────────────────┴─► Publishing ─► nginx-rtmp
//
// When one side ends, the other is ended: nobody is left who believes to be live.

import { type Clock, every } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import type { Random } from "#runtime/base/random.ts";
import type { ProcessHost } from "#runtime/process/process.ts";
import type { TargetFault } from "#schema/wire/targets.ts";
import { Feedback } from "./feedback.ts";
import { packets } from "./metrics.ts";
import { PictureFlow, type VideoAgreed } from "./picture-flow.ts";
import { Publishing, type PublishTo } from "./publishing.ts";
import { senderReports } from "./rtcp.ts";
import { isRtcp, parseRtp } from "./rtp-packet.ts";
import { SoundFlow } from "./sound-flow.ts";
import { Timeline } from "./timeline.ts";

/** A publisher who has got an answer connects by then, or not at all. */
export const CONNECT_WITHIN_MS = 10_000;
/** Without a packet of media for so long a publisher is gone: a lost network says nothing. */
export const SILENT_MS_MAX = 10_000;
const TICK_MS = 20;
/** Default for all that a publisher sends. */
const BITRATE_MAX = 8_000_000;

/**
 * Why a session ended.
 * - `stopped`: it was asked to.
 * - `never_connected`, `peer_gone`, `silent`: the publisher.
 * - the others: nginx-rtmp, see TargetFault. `closed`: another publisher took its place, or the broadcast was stopped.
 */
export type WhipEnd = "stopped" | "never_connected" | "peer_gone" | "silent" | TargetFault;

/** What a publisher's answer has agreed to. */
export interface WhipMedia {
  video: VideoAgreed;
  /** Null: it sends no sound. */
  audio: { payloadType: number } | null;
}

/** The publisher's side of a connection. */
export interface WhipPeer {
  /** A compound of RTCP. Does nothing before the connection stands. */
  send(rtcp: Uint8Array): void;
  /** Frees everything. May be called twice. */
  close(): void;
}

export interface WhipSessionOptions {
  clock: Clock;
  random: Random;
  log: Log;
  processes: ProcessHost;
  ffmpegPath: string;
  media: WhipMedia;
  peer: WhipPeer;
  to: PublishTo;
  /** Bits per second; default 8 000 000. */
  bitrateMax?: number;
  /** Once, also after `stop`. Nothing is left then but what `stop` waits for. */
  onEnd(why: WhipEnd): void;
}

export interface WhipFacts {
  connected: boolean;
  /** nginx-rtmp takes its stream. */
  published: boolean;
  /** Of media and their headers. */
  bytes: number;
  lostPackets: number;
  recoveredPackets: number;
}

export class WhipSession {
  #phase: "connecting" | "receiving" | "over" = "connecting";
  readonly #timeline = new Timeline();
  readonly #feedback: Feedback;
  readonly #publishing: Publishing;
  readonly #pictures: PictureFlow;
  readonly #sound: SoundFlow | null;
  readonly #startMs: number;
  #isPublished = false;
  #bytes = 0;
  readonly #stopTicking: () => void;
  #gone: Promise<unknown> | null = null;

  /** Throws TypeError for an address that is none. */
  constructor(private readonly options: WhipSessionOptions) {
    const { clock, random, log, media, peer, to, bitrateMax = BITRATE_MAX } = options;
    this.#startMs = clock.monoMs();
    this.#publishing = new Publishing({
      ...{ clock, random, to, hasSound: media.audio !== null },
      onUp: () => {
        this.#isPublished = true;
        log.info("publishing");
        this.#feedback.begins(clock.monoMs());
      },
      onEnd: (why) => this.#end(why),
    });
    const parts = { ...options, timeline: this.#timeline, publishing: this.#publishing };
    this.#pictures = new PictureFlow(parts, media.video);
    this.#sound = media.audio ? new SoundFlow(parts, media.audio.payloadType) : null;
    this.#feedback = new Feedback({ pictures: this.#pictures, sound: this.#sound, bitrateMax, peer, random });
    this.#stopTicking = every(clock, TICK_MS, () => this.#tick());
  }

  get facts(): WhipFacts {
    const counts = [this.#pictures.stream.counts, ...(this.#sound ? [this.#sound.stream.counts] : [])];
    return {
      connected: this.#phase === "receiving",
      published: this.#isPublished && this.#phase !== "over",
      bytes: this.#bytes,
      lostPackets: counts.reduce((sum, { lost }) => sum + lost, 0),
      recoveredPackets: counts.reduce((sum, { recovered }) => sum + recovered, 0),
    };
  }

  /** The connection stands. */
  connected() {
    if (this.#phase === "connecting") this.#phase = "receiving";
  }

  /** The connection has ended, by the publisher or by a loss. */
  peerGone() {
    this.#end("peer_gone");
  }

  /** RTP or RTCP, whatever a stranger sends as such. The bytes are the session's own from here on. Never throws. */
  packet(bytes: Uint8Array) {
    if (this.#phase === "over") return;
    const nowMs = this.options.clock.monoMs();
    if (isRtcp(bytes)) return this.#reports(bytes, nowMs);
    this.#bytes += bytes.length;
    const packet = parseRtp(bytes);
    if (!packet) return packets.inc({ kind: "none", outcome: "unreadable" });
    if (this.#pictures.stream.packet(packet, nowMs)) this.#feedback.picturePacket(packet, bytes.length, nowMs);
    else if (!this.#sound?.stream.packet(packet, nowMs)) packets.inc({ kind: "none", outcome: "unreadable" });
  }

  /** Resolves when nothing is left. May be called twice. */
  async stop() {
    this.#end("stopped");
    await this.#gone;
  }

  #reports(bytes: Uint8Array, nowMs: number) {
    for (const report of senderReports(bytes)) {
      if (this.#pictures.stream.reported(report, nowMs)) this.#timeline.reported("video", report);
      else if (this.#sound?.stream.reported(report, nowMs)) this.#timeline.reported("audio", report);
    }
  }

  #tick() {
    const nowMs = this.options.clock.monoMs();
    if (this.#phase === "connecting" && nowMs - this.#startMs >= CONNECT_WITHIN_MS) this.#end("never_connected");
    if (this.#phase !== "receiving") return;
    const cameMs = Math.max(this.#startMs, this.#pictures.stream.cameMs, this.#sound?.stream.cameMs ?? 0);
    if (nowMs - cameMs >= SILENT_MS_MAX) return this.#end("silent");
    this.#feedback.tick(nowMs);
  }

  #end(why: WhipEnd) {
    if (this.#phase === "over") return;
    this.#phase = "over";
    this.#stopTicking();
    const { log, peer, onEnd } = this.options;
    const { lostPackets, recoveredPackets, bytes } = this.facts;
    log.info({ why, bytes, lostPackets, recoveredPackets }, "publisher ended");
    this.#count();
    peer.close();
    this.#gone = Promise.all([this.#publishing.stop(), this.#sound?.stop()]);
    onEnd(why);
  }

  #count() {
    for (const [kind, flow] of [["video", this.#pictures] as const, ["audio", this.#sound] as const])
      for (const [outcome, count] of Object.entries(flow?.stream.counts ?? {})) packets.inc({ kind, outcome }, count);
  }
}
