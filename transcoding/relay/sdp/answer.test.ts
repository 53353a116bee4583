// What leaves as an answer, and what may not.

import { expect, test } from "bun:test";
import { finishedAnswer } from "./answer.ts";
import { type Offer, readOffer, type Wanted } from "./offer.ts";
import {
  audio,
  CONSTRAINED_BASELINE,
  h264,
  libraryAnswer,
  offerOf,
  PUBLISHER,
  section,
  TRANSPORT,
  video,
  viewerOf,
} from "./testing.ts";

const VIEWER = viewerOf(CONSTRAINED_BASELINE);
const offered = (sdp: string, wanted: Wanted = VIEWER) => readOffer(sdp, wanted) as Offer;
const linesOf = (sdp: string, start: string) => sdp.split("\r\n").filter((line) => line.startsWith(start));

test("an answer has the offer's sections in their order, one direction, one stream, and the server's candidates", () => {
  const data = section({
    ...{ kind: "application", mid: "d", protocol: "UDP/DTLS/SCTP", formats: "webrtc-datachannel", lines: [] },
  });
  const offer = offered(offerOf([audio({ mid: "a" }), data, video({ mid: "v" })], { bundle: "a d v" }));
  const answer = finishedAnswer(libraryAnswer(offer.sdp), offer, VIEWER);
  const transport = [
    "a=ice-ufrag:rLay",
    "a=ice-pwd:zYxWvUtSrQpOnMlKjIhGfE98",
    linesOf(answer, "a=fingerprint:")[0]!,
    "a=setup:active",
  ];
  expect(answer.split("\r\n")).toEqual([
    "v=0",
    "o=- 3083668958 1 IN IP4 0.0.0.0",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE a v",
    "a=msid-semantic:WMS *",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "c=IN IP4 0.0.0.0",
    "a=mid:a",
    "a=sendonly",
    "a=rtcp-mux",
    "a=rtpmap:111 opus/48000/2",
    "a=fmtp:111 minptime=10;useinbandfec=1;sprop-stereo=1",
    "a=msid:live audio",
    "a=ssrc:1000 cname:live",
    "a=ssrc:1000 msid:live audio",
    ...transport,
    "a=candidate:1 1 udp 2130706431 198.51.100.7 22000 typ host",
    "a=end-of-candidates",
    "m=application 0 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 0.0.0.0",
    "a=mid:d",
    "m=video 9 UDP/TLS/RTP/SAVPF 102 103",
    "c=IN IP4 0.0.0.0",
    "a=mid:v",
    "a=sendonly",
    "a=rtcp-mux",
    "a=rtpmap:102 H264/90000",
    "a=rtcp-fb:102 nack",
    "a=rtcp-fb:102 nack pli",
    "a=rtcp-fb:102 goog-remb",
    "a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    "a=rtpmap:103 rtx/90000",
    "a=fmtp:103 apt=102",
    "a=msid:live video",
    "a=ssrc:1001 cname:live",
    "a=ssrc:1001 msid:live video",
    ...transport,
    "",
  ]);
});

test("a publisher's answer receives, whatever the library says of the direction, and names no source of ours", () => {
  const sending = { direction: "sendonly" };
  const offer = offered(offerOf([video(sending), audio(sending)]), PUBLISHER);
  const answer = finishedAnswer(libraryAnswer(offer.sdp, { direction: "sendrecv" }), offer, PUBLISHER);
  expect(answer.match(/a=(?:sendonly|recvonly|sendrecv|inactive)/g)).toEqual(["a=recvonly", "a=recvonly"]);
  expect(answer).not.toMatch(/a=ssrc|a=msid:|relay-host-name/);
});

test("without a group in the offer there is none in the answer, and a stopped section stays without a mid", () => {
  const one = offered(offerOf([video()], { bundle: null }));
  expect(finishedAnswer(libraryAnswer(one.sdp), one, VIEWER)).not.toContain("a=group");
  const stopped = video({ port: 0, mid: null, transport: [] });
  const two = offered(offerOf([stopped, video({ mid: "1" })], { bundle: "1" }));
  const answer = finishedAnswer(libraryAnswer(two.sdp), two, VIEWER);
  expect(linesOf(answer, "m=")).toEqual(["m=video 0 UDP/TLS/RTP/SAVPF 102", "m=video 9 UDP/TLS/RTP/SAVPF 102 103"]);
  expect([linesOf(answer, "a=mid"), linesOf(answer, "a=group")]).toEqual([["a=mid:1"], ["a=group:BUNDLE 1"]]);
});

test("retransmissions are answered only if the library takes them", () => {
  const offer = offered(offerOf([video()], { bundle: "0" }));
  const without = libraryAnswer(offer.sdp).replace("SAVPF 102 103", "SAVPF 102");
  const answer = finishedAnswer(without, offer, VIEWER);
  expect([linesOf(answer, "m="), answer.includes("rtx")]).toEqual([["m=video 9 UDP/TLS/RTP/SAVPF 102"], false]);
});

test("a header extension is answered with the id that was offered, if the library takes it", () => {
  const delay = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";
  const offer = offered(offerOf([video({ lines: [...h264(102, "42e01f"), `a=extmap:5 ${delay}`] })], { bundle: "0" }));
  const answered = (line: string) =>
    linesOf(
      finishedAnswer(libraryAnswer(offer.sdp).replace("a=rtcp-mux", `a=rtcp-mux\r\n${line}`), offer, VIEWER),
      "a=extmap",
    );
  expect(answered(`a=extmap:5 ${delay}`)).toEqual([`a=extmap:5 ${delay}`]);
  expect(answered(`a=extmap:6 ${delay}`)).toEqual([]);
  expect(answered("a=extmap:5 urn:other")).toEqual([]);
});

test("candidates are addresses, each once, with what the world can reach first", () => {
  const offer = offered(offerOf([video(), audio()]));
  const shown = (candidates: string[], publicAddresses: string[] = []) =>
    linesOf(
      finishedAnswer(libraryAnswer(offer.sdp, { candidates }), offer, VIEWER, { publicAddresses }),
      "a=candidate",
    ).map((line) =>
      line
        .split(" ")
        .slice(2, 8)
        .filter((_, i) => i !== 1)
        .join(" "),
    );
  expect(
    shown([
      "1 1 UDP 1 10.0.0.5 22000 typ host",
      "2 1 UDP 1 127.0.0.1 22000 typ host",
      "3 1 UDP 1 2a01:4f8::7 22000 typ host",
      "4 1 UDP 1 fe80::1 22000 typ host",
      "5 1 UDP 1 relay.local 22000 typ host",
      "6 1 UDP 1 8.8.4.4 22000 typ host",
      "7 1 UDP 1 8.8.4.4 22000 typ host",
      "8 1 TCP 1 8.8.4.4 22000 typ host tcptype passive",
      "9 1 UDP 1 8.8.4.5 1234 typ srflx raddr 10.0.0.5 rport 22000",
      "10 2 UDP 1 8.8.4.6 1234 typ host",
      "11 1 UDP 1 0.0.0.0 9 typ host",
    ]),
  ).toEqual([
    "udp 8.8.4.4 22000 typ host",
    "udp 2a01:4f8::7 22000 typ host",
    "udp 10.0.0.5 22000 typ host",
    "udp 8.8.4.5 1234 typ srflx",
    "tcp 8.8.4.4 22000 typ host",
  ]);
  expect(shown(["1 1 UDP 1 127.0.0.1 22000 typ host"])).toEqual(["udp 127.0.0.1 22000 typ host"]);
  expect(shown(["1 1 UDP 1 10.0.0.5 22000 typ host"], ["203.0.113.9"])).toEqual([
    "udp 203.0.113.9 22000 typ host",
    "udp 10.0.0.5 22000 typ host",
  ]);
  const leak = finishedAnswer(
    libraryAnswer(offer.sdp, { candidates: ["9 1 UDP 1 8.8.4.5 1234 typ srflx raddr 10.0.0.5 rport 22000"] }),
    offer,
    VIEWER,
  );
  expect(leak).not.toContain("10.0.0.5");
  expect(() => shown(["1 1 UDP 1 relay.local 22000 typ host"])).toThrow("no candidate");
});

test("the role in DTLS fits the offer", () => {
  const answering = (offeredSetup: string, setup: string) => {
    const transport = TRANSPORT.map((line) => line.replace("actpass", offeredSetup));
    const offer = offered(offerOf([video({ transport })], { bundle: "0" }));
    return () => linesOf(finishedAnswer(libraryAnswer(offer.sdp, { setup }), offer, VIEWER), "a=setup");
  };
  expect(answering("active", "passive")()).toEqual(["a=setup:passive"]);
  expect(answering("passive", "active")()).toEqual(["a=setup:active"]);
  expect(answering("actpass", "passive")()).toEqual(["a=setup:passive"]);
  expect(answering("active", "active")).toThrow("role");
  expect(answering("passive", "passive")).toThrow("role");
  expect(answering("actpass", "actpass")).toThrow("role");
});

test("an answer that leaves a viewer without a picture does not leave", () => {
  const offer = offered(offerOf([video(), audio()]));
  const right = libraryAnswer(offer.sdp);
  const broken = (from: string | RegExp, to: string) => () => finishedAnswer(right.replace(from, to), offer, VIEWER);
  expect(broken("m=video 9", "m=video 0")).toThrow("refused video");
  expect(broken("a=sendonly", "a=inactive")).toThrow("inactive");
  expect(broken("SAVPF 102 103", "SAVPF 96")).toThrow("payload type");
  expect(broken("a=mid:0", "a=mid:9")).toThrow("refused video");
  expect(broken(/a=fingerprint:sha-256 /g, "a=fingerprint:sha-1 ")).toThrow("fingerprint");
  expect(broken(/a=ice-pwd:\S+/g, "a=ice-pwd:x")).toThrow("credentials");
  expect(broken("v=0", "nothing")).toThrow();
});

test("an answer is small enough for every client", () => {
  const offer = offered(offerOf([video(), audio()]));
  const candidates = Array.from(
    { length: 100 },
    (_, i) => `${i} 1 UDP 1 2a01:4f8:c0c:1111:2222:3333:4444:${i} 22000 typ host`,
  );
  expect(finishedAnswer(libraryAnswer(offer.sdp, { candidates }), offer, VIEWER).length).toBeLessThan(4_096);
});
