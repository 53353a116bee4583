// For tests: an engine without a network. Packets that are sent can be read, and the test plays the other end.

import type { OpenPeer, PeerState, RtcEngine, RtcPeer, RtcTrack } from "./engine.ts";
import { type ChosenMedia, isChosen } from "./sdp/offered.ts";
import { libraryAnswer } from "./sdp/testing.ts";

export class TestTrack implements RtcTrack {
  readonly sent: Buffer[] = [];
  isOpen = true;

  constructor(
    readonly media: ChosenMedia,
    readonly ssrc: number,
    readonly rtxSsrc: number | null,
  ) {}

  send(packet: Uint8Array): boolean {
    if (this.isOpen) this.sent.push(Buffer.from(packet));
    return this.isOpen;
  }

  /** Without RTCP. */
  get rtp() {
    return this.sent.filter((packet) => packet[1]! < 192 || packet[1]! > 223);
  }

  get rtcp() {
    return this.sent.filter((packet) => packet[1]! >= 192 && packet[1]! <= 223);
  }
}

export class TestPeer implements RtcPeer {
  readonly answer: string;
  readonly tracks: TestTrack[];
  state: PeerState = "new";
  closes = 0;

  constructor(readonly options: OpenPeer) {
    this.answer = libraryAnswer(options.offer.sdp);
    this.tracks = options.offer.media.filter(isChosen).map((media, i) => {
      const hasRtx = media.kind === "video" && media.choice.rtxPayloadType !== null;
      return new TestTrack(media, 1_000 + i, hasRtx ? 2_000 + i : null);
    });
  }

  get video() {
    return this.tracks.find(({ media }) => media.kind === "video")!;
  }

  get audio() {
    return this.tracks.find(({ media }) => media.kind === "audio")!;
  }

  enter(state: PeerState) {
    this.state = state;
    this.options.onState(state);
  }

  hear(track: TestTrack, packet: Uint8Array) {
    this.options.onPacket(track, packet);
  }

  close() {
    this.closes++;
    this.state = "closed";
    for (const track of this.tracks) track.isOpen = false;
  }
}

export class TestEngine implements RtcEngine {
  readonly about = { library: "none", tls: "none" };
  readonly peers: TestPeer[] = [];
  /** Offers are refused. */
  refuses = false;

  async open(options: OpenPeer): Promise<TestPeer> {
    if (this.refuses) throw new Error("refused");
    const peer = new TestPeer(options);
    this.peers.push(peer);
    return peer;
  }

  stop() {}

  get last() {
    return this.peers.at(-1)!;
  }
}
