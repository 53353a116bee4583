// One viewer by WHEP: begins when the connection stands, is given the rendition that the line carries, and ends when nothing is heard of it.

import type { Clock } from "#runtime/base/clock.ts";
import type { Random } from "#runtime/base/random.ts";
import type { RelayChannel } from "../channel/relay-channel.ts";
import type { PeerState, RtcPeer, RtcTrack } from "../engine.ts";
import type { LineFormat, VideoLine } from "../live/video-line.ts";
import { keyframeRequests, layerSteps } from "../metrics.ts";
import { readRtcp, roundTripMs } from "../rtp/rtcp.ts";
import { LayerChoice, type LineFacts } from "./layers.ts";
import { PictureSender } from "./picture-sender.ts";
import { SoundSender } from "./sound-sender.ts";
import { StreamTime, VIDEO_TICKS_PER_MS } from "./stream-time.ts";

/** Browsers report each second or so. Consent of ICE would take half a minute (RFC 7675 §5.1). */
const SILENT_MS = 15_000;
/** An encoder that does not start, or a source that is away for longer: the player plays in another way meanwhile. */
const FIRST_PICTURE_MS = 10_000;
/** While we send nothing, a viewer may have nothing to report. */
const SENT_LATELY_MS = 5_000;
/** Another rendition has a keyframe within that time, or is not changed to. */
const TURN_MS = 12_000;
/** A rung is so much later than the source. An older keyframe of it would show again what was seen. */
const RUNG_LATE_TICKS = 1_000 * VIDEO_TICKS_PER_MS;

export type CloseReason = "failed" | "silent" | "lossy" | "format" | "clock" | "withdrawn" | "no_picture";

export interface ViewerOptions {
  clock: Clock;
  random: Random;
  channel: RelayChannel;
  peer: RtcPeer;
  line: VideoLine;
  payloadTypeOf(format: LineFormat): number | null;
  rtxPayloadTypes: ReadonlyMap<number, number>;
  /** The first packet of picture was sent. */
  onFirst(): void;
  /** The viewer is to be closed; called once at most. */
  onClose(reason: CloseReason): void;
}

interface Turn {
  line: VideoLine;
  direction: "lower" | "higher";
  untilMs: number;
  stop(): void;
}

export class Viewer {
  readonly #time: StreamTime;
  readonly #videoTrack: RtcTrack | undefined;
  readonly #audioTrack: RtcTrack | undefined;
  #pictures: PictureSender | null = null;
  #sound: SoundSender | null = null;
  #stopSound = () => {};
  readonly #layers: LayerChoice;
  #turn: Turn | null = null;
  /** Renditions that this viewer cannot take. */
  readonly #unfit = new Set<string>();
  #heardMs: number;
  #sentMs: number;
  #facts: LineFacts = { fractionLost: null, nackRate: 0, rembBps: null };
  #wanted = 0;
  #sentBefore = 0;
  #rttMs: number | null = null;
  #beganMs = 0;
  #isOver = false;

  constructor(private readonly options: ViewerOptions) {
    const { clock, random, peer } = options;
    const nowMs = clock.monoMs();
    this.#time = new StreamTime(clock, Math.floor(random.next() * 2 ** 32));
    this.#videoTrack = peer.tracks.find(({ media }) => media.kind === "video");
    this.#audioTrack = peer.tracks.find(({ media }) => media.kind === "audio");
    this.#layers = new LayerChoice(nowMs);
    this.#heardMs = nowMs;
    this.#sentMs = nowMs;
  }

  get report() {
    return {
      rendition: this.#pictures?.line.name ?? null,
      bytes: (this.#pictures?.bytes ?? 0) + (this.#sound?.bytes ?? 0),
      rttMs: this.#rttMs === null ? null : Math.round(this.#rttMs),
      rembBps: this.#facts.rembBps,
    };
  }

  state(state: PeerState) {
    if (this.#isOver) return;
    if (state === "connected") this.#begin();
    else if (state === "failed" || state === "closed" || state === "disconnected") this.#close("failed");
  }

  packet(track: RtcTrack, packet: Uint8Array) {
    if (this.#isOver) return;
    this.#heardMs = this.options.clock.monoMs();
    const { reports, nacks, rembBps, wantsKeyframe } = readRtcp(packet);
    for (const { ssrc, sequences } of nacks) {
      // What concerns both streams comes once for each.
      if (ssrc !== track.ssrc || track !== this.#videoTrack) continue;
      this.#wanted += sequences.length;
      this.#pictures?.resend(sequences);
    }
    for (const report of reports) {
      if (report.ssrc !== track.ssrc || track !== this.#videoTrack) continue;
      this.#facts.fractionLost = Math.max(this.#facts.fractionLost ?? 0, report.fractionLost);
      this.#rttMs = roundTripMs(report, this.#time.wallMs) ?? this.#rttMs;
    }
    if (rembBps !== null) this.#facts.rembBps = rembBps;
    if (wantsKeyframe) keyframeRequests.inc();
  }

  /** To be called once a second. */
  tick(nowMs: number) {
    if (this.#isOver || !this.#hasBegun) return;
    const sent = (this.#pictures?.sent ?? 0) + (this.#sound?.sent ?? 0);
    if (sent > this.#sentBefore) this.#sentMs = nowMs;
    const inSecond = sent - this.#sentBefore;
    this.#sentBefore = sent;
    if (nowMs - this.#heardMs >= SILENT_MS && nowMs - this.#sentMs < SENT_LATELY_MS) return this.#close("silent");
    if (this.#pictures?.sent === 0 && nowMs - this.#beganMs >= FIRST_PICTURE_MS) return this.#close("no_picture");
    this.#pictures?.report();
    this.#sound?.report();
    this.#facts.nackRate = inSecond > 0 ? this.#wanted / inSecond : 0;
    this.#wanted = 0;
    this.#chooseLayer(nowMs);
    this.#facts.fractionLost = null;
  }

  stop() {
    this.#isOver = true;
    this.#dropTurn();
    this.#stopSound();
    this.#pictures?.stop();
  }

  get #hasBegun() {
    return this.#pictures !== null || this.#sound !== null;
  }

  #begin() {
    if (this.#hasBegun) return;
    const { clock, random, channel, line, payloadTypeOf, rtxPayloadTypes, onFirst } = this.options;
    if (this.#videoTrack && line.format && payloadTypeOf(line.format) === null) return this.#close("format");
    const nowMs = clock.monoMs();
    this.#heardMs = nowMs;
    this.#beganMs = nowMs;
    this.#layers.changed(nowMs);
    const parts = { clock, random, time: this.#time };
    const audio = this.#audioTrack;
    if (audio) {
      const sound = new SoundSender({ ...parts, track: audio, payloadType: audio.media.choice!.payloadType });
      this.#sound = sound;
      this.#stopSound = channel.listen((packet) => sound.send(packet));
    }
    if (!this.#videoTrack) return;
    this.#pictures = new PictureSender({
      ...parts,
      ...{ track: this.#videoTrack, line, payloadTypeOf, rtxPayloadTypes, onFirst },
      onUnfit: (why) => this.#close(why),
    });
  }

  #chooseLayer(nowMs: number) {
    const pictures = this.#pictures;
    if (!pictures) return;
    if (this.#turn) {
      if (nowMs >= this.#turn.untilMs) this.#dropTurn();
      return;
    }
    const { lower, higher } = this.#beside(pictures.line.name);
    const rates = { now: pictures.line.bitsPerSecond, higher: higher?.bandwidth ?? null, hasLower: lower !== null };
    const step = this.#layers.look(nowMs, this.#facts, rates);
    if (step === "hopeless") this.#close("lossy");
    else if (step === "lower") this.#turnTo(lower!.name, "lower", nowMs);
    else if (step === "higher") this.#turnTo(higher!.name, "higher", nowMs);
  }

  /** The renditions next to the one that is watched, of those that this viewer may be able to take. */
  #beside(name: string) {
    const usable = this.options.channel.renditions.filter((one) => !this.#unfit.has(one.name));
    const index = usable.findIndex((one) => one.name === name);
    if (index < 0) return { lower: null, higher: null };
    return { lower: usable[index + 1] ?? null, higher: usable[index - 1] ?? null };
  }

  #turnTo(name: string, direction: "lower" | "higher", nowMs: number) {
    const line = this.options.channel.line(name);
    if (!line) return;
    const look = () => {
      const format = line.format;
      if (!format || format.reorders === null) return;
      if (this.options.payloadTypeOf(format) === null) {
        this.#unfit.add(name);
        return this.#dropTurn();
      }
      const { newest } = line;
      if (!newest?.key || newest.ticks < (this.#pictures?.newestTicks ?? 0) - RUNG_LATE_TICKS) return;
      this.#dropTurn();
      this.#pictures?.turnTo(line);
      this.#layers.changed(this.options.clock.monoMs());
      layerSteps.inc({ direction });
    };
    const stop = line.read({ picture: look, format: () => {}, ended: () => this.#dropTurn() });
    this.#turn = { line, direction, untilMs: nowMs + TURN_MS, stop };
  }

  #dropTurn() {
    this.#turn?.stop();
    this.#turn = null;
  }

  #close(reason: CloseReason) {
    if (this.#isOver) return;
    this.stop();
    this.options.onClose(reason);
  }
}
