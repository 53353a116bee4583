// For tests: a viewer by the library itself. It offers H.264 and Opus as a browser does, and keeps what it receives.

import { Audio, PeerConnection, RtcpReceivingSession, type Track, Video } from "node-datachannel";

const [VIDEO_TYPE, RTX_TYPE, VIDEO_CLOCK] = [102, 103, 90_000];
const FMTP = "profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1";

export interface ViewerClient {
  offer: string;
  /** RTP without RTCP, in the order of arrival. */
  readonly video: Buffer[];
  /** Packets of the picture that were sent again, in a stream of their own (RFC 4588). */
  readonly again: Buffer[];
  readonly audio: Buffer[];
  readonly states: string[];
  answered(answer: string): void;
  /** Sends RTCP. */
  say(packet: Buffer): boolean;
  close(): void;
}

let clients = 0;

/** `keeps` false: packets are decrypted and dropped, as cheaply as possible. */
export async function createViewerClient({ keeps = true } = {}): Promise<ViewerClient> {
  const connection = new PeerConnection(`viewer-${++clients}`, {
    ...{ iceServers: [], bindAddress: "127.0.0.1", disableAutoNegotiation: true, mtu: 1_200 },
  });
  const gathered = Promise.withResolvers<void>();
  const states: string[] = [];
  connection.onGatheringStateChange((state) => state === "complete" && gathered.resolve());
  connection.onStateChange((state) => states.push(state));
  const received = { video: [] as Buffer[], again: [] as Buffer[], audio: [] as Buffer[] };
  const sessions: RtcpReceivingSession[] = [];
  const add = (description: Video | Audio, to: Buffer[], reports: boolean): Track => {
    const track = connection.addTrack(description);
    if (reports) {
      const session = new RtcpReceivingSession();
      sessions.push(session);
      track.setMediaHandler(session);
    }
    if (keeps)
      track.onMessage((packet) => {
        if (packet[1]! >= 192 && packet[1]! <= 223) return;
        if ((packet[1]! & 127) === RTX_TYPE) received.again.push(packet);
        else to.push(packet);
      });
    track.onClosed(() => {});
    return track;
  };
  const video = new Video("v", "RecvOnly");
  video.addH264Codec(VIDEO_TYPE, FMTP);
  video.addRTXCodec(RTX_TYPE, VIDEO_TYPE, VIDEO_CLOCK);
  const audio = new Audio("a", "RecvOnly");
  audio.addOpusCodec(111);
  // The library drops RTCP of ours on a track that it reports on itself, since that track only receives.
  const tracks = [add(video, received.video, !keeps), add(audio, received.audio, true)];
  connection.setLocalDescription("offer");
  await gathered.promise;
  return {
    ...received,
    offer: connection.localDescription()!.sdp,
    states,
    answered: (answer) => connection.setRemoteDescription(answer, "answer"),
    say: (packet) => tracks[0]!.sendMessageBinary(packet),
    close() {
      for (const track of tracks) track.close();
      connection.close();
    },
  };
}
