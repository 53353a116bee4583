// The engine by node-datachannel (libdatachannel). Every call into it and every callback is guarded: it throws ordinary exceptions for bad
// descriptions, and for calls on what is closed.
//
// A connection leaks 0.4 MB unless its tracks are closed before it, all references are dropped, and `onClosed` and `onStateChange` are set:
// the binding frees its own part in those.

import { readFileSync } from "node:fs";
import {
  Audio,
  getLibraryVersion,
  IceUdpMuxListener,
  initLogger,
  PeerConnection,
  type Track,
  Video,
} from "node-datachannel";
import { type Clock, within } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Random } from "#runtime/base/random.ts";
import type { EngineVersions, OpenPeer, PeerState, RtcEngine, RtcPeer, RtcTrack } from "./engine.ts";
import { strayChecks } from "./metrics.ts";
import { type ChosenMedia, isChosen } from "./sdp/offered.ts";

/** Interfaces are enumerated, and nothing is asked of the network. */
const GATHER_MS = 3_000;
const MTU = 1_200;
const VIDEO_CLOCK = 90_000;
const ANY = new Set(["0.0.0.0", "::"]);
const STATES: ReadonlySet<string> = new Set(["new", "connecting", "connected", "disconnected", "failed", "closed"]);
const CNAME = "live";

interface EngineOptions {
  clock: Clock;
  random: Random;
  log: Log;
  /** Of all connections. */
  udpPort: number;
  /** IP address to listen on; 0.0.0.0: all of them. */
  bind: string;
}

/** Throws when the port is taken. */
export function createDataChannelEngine(options: EngineOptions): RtcEngine {
  const { log, udpPort, bind } = options;
  initLogger("Warning", (level, message) => {
    // Strangers cause most of them.
    if (level === "Fatal" || level === "Error")
      log.warn({ message: message.slice(0, 300) }, "webrtc library complains");
    else log.debug({ message: message.slice(0, 300) }, "webrtc library warns");
  });
  // Holds the port from the start: else it would be free whenever nobody is connected.
  const listener = ANY.has(bind) ? new IceUdpMuxListener(udpPort) : new IceUdpMuxListener(udpPort, bind);
  listener.onUnhandledStunRequest(() => strayChecks.inc());
  return {
    about: versions(),
    async open(peer) {
      const one = new Peer(options, peer);
      try {
        await one.answered();
        return one;
      } catch (error) {
        one.close();
        throw new Error(`the library refused: ${reason(error)}`);
      }
    },
    stop: () => guarded(log, () => listener.stop()),
  };
}

class Peer implements RtcPeer {
  readonly tracks: OneTrack[] = [];
  answer = "";
  state: PeerState = "new";
  #connection: PeerConnection | null;
  readonly #gathered = Promise.withResolvers<void>();
  #isClosed = false;
  #libraryState: PeerState = "new";

  constructor(
    private readonly engine: EngineOptions,
    private readonly options: OpenPeer,
  ) {
    const { bind, udpPort } = engine;
    this.#connection = new PeerConnection(options.id, {
      iceServers: [],
      ...(!ANY.has(bind) && { bindAddress: bind }),
      ...{ enableIceUdpMux: true, portRangeBegin: udpPort, portRangeEnd: udpPort },
      ...{ mtu: MTU, disableAutoNegotiation: true },
    });
  }

  async answered() {
    const { clock } = this.engine;
    const { offer } = this.options;
    const connection = this.#connection!;
    connection.onStateChange((state) => this.#entered(state));
    connection.onGatheringStateChange((state) => {
      if (state === "complete") this.#gathered.resolve();
    });
    connection.setRemoteDescription(offer.sdp, "offer");
    for (const media of offer.media.filter(isChosen)) this.#add(connection, media);
    connection.setLocalDescription("answer");
    await within(clock, GATHER_MS, this.#gathered.promise, () => new Error("no candidates in time"));
    this.answer = connection.localDescription()?.sdp ?? "";
  }

  close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.state = "closed";
    const { log } = this.engine;
    for (const track of this.tracks) guarded(log, () => track.close());
    guarded(log, () => this.#connection?.close());
    this.#connection = null;
  }

  #add(connection: PeerConnection, media: ChosenMedia) {
    const { direction, receiveBitrateMax } = this.options;
    const ssrc = this.#ssrc();
    // A track that only receives would drop what is sent on it, RTCP too.
    const way = direction === "send" ? "SendOnly" : "SendRecv";
    const { mid, choice, kind } = media;
    let rtxSsrc: number | null = null;
    let description: Video | Audio;
    if (kind === "audio") {
      description = new Audio(mid, way);
      description.addOpusCodec(choice.payloadType, choice.fmtp);
    } else {
      description = new Video(mid, way);
      for (const { payloadType, fmtp, rtxPayloadType } of [choice, ...choice.others]) {
        description.addH264Codec(payloadType, fmtp);
        if (rtxPayloadType !== null) description.addRTXCodec(rtxPayloadType, payloadType, VIDEO_CLOCK);
      }
      if (direction === "send" && choice.rtxPayloadType !== null) rtxSsrc = this.#ssrc();
    }
    if (receiveBitrateMax !== undefined && kind === "video")
      description.setBitrate(Math.ceil(receiveBitrateMax / 1_000));
    if (rtxSsrc !== null) description.parseSdpLine(`a=ssrc-group:FID ${ssrc} ${rtxSsrc}`);
    for (const one of rtxSsrc === null ? [ssrc] : [ssrc, rtxSsrc]) description.addSSRC(one, CNAME, CNAME, kind);
    const track = new OneTrack({ media, ssrc, rtxSsrc }, connection.addTrack(description));
    this.tracks.push(track);
    track.listen({
      opened: () => this.#tell(),
      packet: (packet) => {
        if (!this.#isClosed) guarded(this.engine.log, () => this.options.onPacket(track, packet));
      },
    });
  }

  #ssrc(): number {
    const [a, b, c, d] = this.engine.random.bytes(4);
    return ((a! << 24) | (b! << 16) | (c! << 8) | d!) >>> 0 || 1;
  }

  #entered(state: string) {
    if (!STATES.has(state)) return;
    this.#libraryState = state as PeerState;
    this.#tell();
  }

  /** Connected is a peer whose tracks can be sent on, which the library says a moment later. */
  #tell() {
    const isOpen = this.tracks.every((track) => track.isOpen);
    const state = this.#libraryState === "connected" && !isOpen ? "connecting" : this.#libraryState;
    if (this.#isClosed || state === this.state) return;
    this.state = state;
    guarded(this.engine.log, () => this.options.onState(state));
  }
}

class OneTrack implements RtcTrack {
  readonly media: ChosenMedia;
  readonly ssrc: number;
  readonly rtxSsrc: number | null;
  #track: Track | null;
  #isOpen = false;

  constructor({ media, ssrc, rtxSsrc }: Pick<RtcTrack, "media" | "ssrc" | "rtxSsrc">, track: Track) {
    this.media = media;
    this.ssrc = ssrc;
    this.rtxSsrc = rtxSsrc;
    this.#track = track;
  }

  get isOpen() {
    return this.#isOpen;
  }

  listen({ opened, packet }: { opened(): void; packet(packet: Uint8Array): void }) {
    const track = this.#track!;
    track.onOpen(() => {
      this.#isOpen = this.#track !== null;
      opened();
    });
    track.onClosed(() => {
      this.#isOpen = false;
    });
    track.onMessage(packet);
  }

  send(packet: Uint8Array): boolean {
    if (!this.#isOpen) return false;
    try {
      return this.#track!.sendMessageBinary(packet as Buffer);
    } catch {
      return false;
    }
  }

  close() {
    this.#isOpen = false;
    const track = this.#track;
    this.#track = null;
    track?.close();
  }
}

function guarded(log: Log, work: () => void) {
  try {
    work();
  } catch (error) {
    log.error({ reason: reason(error) }, "webrtc callback failed");
  }
}

const TLS = /(?:OpenSSL|GnuTLS|Mbed TLS) \d+\.\d+\.\d+[a-z]?/;

/** The library is one file with its TLS library in it, which says its version in plain text (Linux; elsewhere it is not found). */
function versions(): EngineVersions {
  const library = `libdatachannel ${getLibraryVersion()}`;
  try {
    const [, file] = /(\/\S*node_datachannel\.node)$/m.exec(readFileSync("/proc/self/maps", "utf8")) ?? [];
    const tls = file && TLS.exec(readFileSync(file, "latin1"))?.[0];
    return { library, tls: tls || "unknown" };
  } catch {
    return { library, tls: "unknown" };
  }
}
