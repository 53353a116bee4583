// What is taken of an offer, and what is refused, by who sends it.

import { describe, expect, test } from "bun:test";
import { type H264Profile, isRefused, type Offer, readOffer, type Wanted } from "./offer.ts";
import {
  audio,
  CONSTRAINED_BASELINE,
  FINGERPRINT,
  HIGH,
  h264,
  offerOf,
  opus,
  PUBLISHER,
  rtx,
  section,
  TRANSPORT,
  video,
  viewerOf,
} from "./testing.ts";

const VIEWER = viewerOf(CONSTRAINED_BASELINE);

function taken(sdp: string, wanted: Wanted = VIEWER): Offer {
  const offer = readOffer(sdp, wanted);
  if (isRefused(offer)) throw new Error(`refused: ${offer.code} ${offer.detail}`);
  return offer;
}

/** `406 no_common_codec`, or "taken". */
function outcome(sdp: string, wanted: Wanted = VIEWER): string {
  const offer = readOffer(sdp, wanted);
  return isRefused(offer) ? `${offer.status} ${offer.code}` : "taken";
}

const payloadTypes = ({ media }: Offer) => media.map(({ choice }) => choice?.payloadType ?? null);
const sending = { direction: "sendonly" };

test("what the library gets is written anew, as a whole", () => {
  const noise = [
    "a=candidate:1 1 udp 2122260223 10.0.0.5 53 typ host",
    "a=candidate:2 1 udp 2122260223 0a1b.local 22 typ host",
    "a=remote-candidates:1 169.254.169.254 80",
    "a=extmap:3 urn:example:unknown",
    "a=x-google-flag:conference",
    "a=ssrc:77 cname:me",
  ];
  const data = section({
    ...{ kind: "application", mid: "2", protocol: "UDP/DTLS/SCTP", formats: "webrtc-datachannel" },
    lines: ["a=sctp-port:5000"],
  });
  const sdp = offerOf([video({ lines: [...h264(102, "42e01f"), ...rtx(103, 102), ...noise] }), audio(), data], {
    bundle: "0 1 2",
  });
  const offer = taken(sdp);
  expect(offer).toMatchObject({ ufrag: "Uf9+", setup: "actpass", bundle: ["0", "1"] });
  expect(offer.media.map(({ kind, mid, choice }) => [kind, mid, choice?.payloadType ?? null])).toEqual([
    ["video", "0", 102],
    ["audio", "1", 111],
    ["other", "2", null],
  ]);
  const transport = ["a=ice-ufrag:Uf9+", "a=ice-pwd:AbCdEfGhIjKlMnOpQrStUv12"];
  transport.push(`a=fingerprint:sha-256 ${FINGERPRINT}`, "a=setup:actpass");
  expect(offer.sdp.split("\r\n")).toEqual([
    "v=0",
    "o=- 1 1 IN IP4 0.0.0.0",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0 1",
    "a=ice-options:trickle",
    "a=msid-semantic:WMS *",
    "m=video 9 UDP/TLS/RTP/SAVPF 102 103",
    "c=IN IP4 0.0.0.0",
    "a=mid:0",
    "a=recvonly",
    "a=rtcp-mux",
    "a=rtpmap:102 H264/90000",
    "a=rtcp-fb:102 nack",
    "a=rtcp-fb:102 nack pli",
    "a=rtcp-fb:102 goog-remb",
    "a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    "a=rtpmap:103 rtx/90000",
    "a=fmtp:103 apt=102",
    ...transport,
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "c=IN IP4 0.0.0.0",
    "a=mid:1",
    "a=recvonly",
    "a=rtcp-mux",
    "a=rtpmap:111 opus/48000/2",
    "a=fmtp:111 minptime=10;useinbandfec=1;sprop-stereo=1",
    ...transport,
    "",
  ]);
});

describe("payload types", () => {
  /** Many of one codec, in an order that says nothing. */
  const lines = [
    ...h264(39, "4d001f"),
    ...h264(96, "640c34"),
    ...h264(97, "42001f"),
    ...h264(98, "42e034", { mode: 0 }),
    ...h264(99, "42e034"),
    ...h264(100, "640028"),
    ...h264(101, "42c01f"),
    "a=rtpmap:120 VP8/90000",
  ];
  const many = video({ formats: "120 39 96 97 98 99 100 101", lines });
  const takenFor = (...profiles: H264Profile[]) =>
    payloadTypes(taken(offerOf([many], { bundle: "0" }), viewerOf(...profiles)))[0];

  test("the stream's profile decides, by its name and without its level; only packetization mode 1 counts", () => {
    expect(takenFor(CONSTRAINED_BASELINE)).toBe(99);
    expect(takenFor({ idc: 0x4d, constraints: 0x80 })).toBe(99); // The same profile, written in another way.
    expect(takenFor({ idc: 0x42, constraints: 0 })).toBe(97);
    expect(takenFor({ idc: 0x4d, constraints: 0x40 })).toBe(39);
    expect(takenFor(HIGH)).toBe(100);
    expect(takenFor({ idc: 0x64, constraints: 0x0c })).toBe(96);
  });

  test("the first profile of the list that was offered is taken, and none that was not", () => {
    expect(takenFor({ idc: 0x6e, constraints: 0 }, HIGH, CONSTRAINED_BASELINE)).toBe(100);
    expect(outcome(offerOf([many], { bundle: "0" }), viewerOf({ idc: 0x6e, constraints: 0 }))).toBe(
      "406 no_common_codec",
    );
  });

  test("a publisher gets what encoders do best, and High 10 is refused", () => {
    const publishes = (lines: string[], formats: string) =>
      readOffer(offerOf([video({ ...sending, formats, lines })], { bundle: "0" }), PUBLISHER);
    const offered = publishes([...h264(96, "640c34"), ...h264(98, "42e034")], "96 98");
    expect(payloadTypes(offered as Offer)).toEqual([98]);
    expect(payloadTypes(publishes(h264(96, "64001f"), "96") as Offer)).toEqual([96]);
    expect(publishes(h264(96, "6e0028"), "96")).toMatchObject({ status: 406, code: "no_common_codec" });
  });

  test("lines may stand in any order and in any case, and parameters may be missing", () => {
    const lines = ["a=fmtp:126 Profile-Level-ID=42E01F; packetization-mode=1", "a=rtpmap:126 h264/90000"];
    const { media } = taken(offerOf([video({ formats: "126", lines })], { bundle: "0" }));
    expect(media[0]!.choice).toEqual({
      ...{ payloadType: 126, fmtp: "packetization-mode=1;profile-level-id=42e01f", rtxPayloadType: null },
      ...{ profile: CONSTRAINED_BASELINE, feedback: [], others: [] },
    });
    const bare = ["a=rtpmap:96 H264/90000", "a=fmtp:96 packetization-mode=1"];
    const baseline = viewerOf({ idc: 66, constraints: 0 });
    expect(payloadTypes(taken(offerOf([video({ formats: "96", lines: bare })], { bundle: "0" }), baseline))).toEqual([
      96,
    ]);
  });

  test("retransmissions belong to the payload that was taken, and not to themselves", () => {
    const choice = (lines: string[]) =>
      taken(offerOf([video({ formats: "102 103", lines: [...h264(102, "42e01f"), ...lines] })], { bundle: "0" }))
        .media[0]!.choice;
    expect(choice(rtx(103, 102))).toMatchObject({ rtxPayloadType: 103 });
    expect(choice(rtx(103, 103))).toMatchObject({ rtxPayloadType: null });
    expect(choice(rtx(103, 99))).toMatchObject({ rtxPayloadType: null });
  });

  test("numbers that are none, or that RTCP has, are refused or skipped", () => {
    const with_ = (formats: string, lines: string[]) => outcome(offerOf([video({ formats, lines })], { bundle: "0" }));
    expect(with_("128", h264(128, "42e01f"))).toBe("400 sdp_malformed");
    expect(with_("102 102", h264(102, "42e01f"))).toBe("400 sdp_malformed");
    expect(with_("4294967296", h264(102, "42e01f"))).toBe("400 sdp_malformed");
    expect(with_("72", h264(72, "42e01f"))).toBe("406 no_common_codec");
    expect(with_("50 102 60", h264(102, "42e01f"))).toBe("taken");
    expect(outcome(offerOf([video(), audio({ formats: "103", lines: opus(103) })]))).toBe("406 sdp_unacceptable");
  });
});

test("sound is Opus, in stereo for whoever asks for it, and always towards us", () => {
  const fmtp = (parameters: string, wanted: Wanted) => {
    const direction = wanted.role === "whip" ? "sendonly" : "recvonly";
    const sections = [video({ direction }), audio({ direction, lines: opus(111, parameters) })];
    return taken(offerOf(sections), wanted).media[1]!.choice!.fmtp;
  };
  expect(fmtp("minptime=10", VIEWER)).toBe("minptime=10;useinbandfec=1;sprop-stereo=1");
  expect(fmtp("stereo=1;sprop-stereo=1", VIEWER)).toBe("minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1");
  expect(fmtp("minptime=10", PUBLISHER)).toBe("minptime=10;useinbandfec=1;stereo=1");
  expect(taken(offerOf([video(), audio({ lines: ["a=rtpmap:111 OPUS/48000/2"] })])).media[1]!.choice).not.toBeNull();
  expect(outcome(offerOf([video(), audio({ lines: ["a=rtpmap:111 opus/16000/1"] })]))).toBe("406 no_common_codec");
});

describe("sections", () => {
  test("sound alone is enough for a viewer, and not for a publisher; a picture alone is enough for both", () => {
    expect(outcome(offerOf([audio()], { bundle: "1" }))).toBe("taken");
    expect(outcome(offerOf([audio(sending)], { bundle: "1" }), PUBLISHER)).toBe("406 sdp_unacceptable");
    expect(outcome(offerOf([video()], { bundle: "0" }))).toBe("taken");
    expect(outcome(offerOf([video(sending)], { bundle: "0" }), PUBLISHER)).toBe("taken");
  });

  test("two videos, nothing at all and data alone are refused", () => {
    expect(outcome(offerOf([video(), video({ mid: "1", formats: "105", lines: h264(105, "42e01f") })]))).toBe(
      "406 sdp_unacceptable",
    );
    expect(outcome(offerOf([], { bundle: null }))).toBe("406 sdp_unacceptable");
    const data = section({ kind: "application", protocol: "UDP/DTLS/SCTP", formats: "webrtc-datachannel", lines: [] });
    expect(outcome(offerOf([data], { bundle: "0" }))).toBe("406 sdp_unacceptable");
  });

  test("a direction goes one way; sendrecv is what browsers say without one", () => {
    const both = (direction: string | null, wanted: Wanted) =>
      outcome(offerOf([video({ direction }), audio({ direction })]), wanted);
    expect(["recvonly", "sendrecv", null].map((one) => both(one, VIEWER))).toEqual(["taken", "taken", "taken"]);
    expect(["sendonly", "sendrecv", null].map((one) => both(one, PUBLISHER))).toEqual(["taken", "taken", "taken"]);
    expect([both("sendonly", VIEWER), both("recvonly", PUBLISHER)]).toEqual(Array(2).fill("406 sdp_unacceptable"));
    expect([both("inactive", VIEWER), both("inactive", PUBLISHER)]).toEqual(Array(2).fill("406 sdp_unacceptable"));
  });

  test("the direction of the session holds where a section has none", () => {
    const sections = [video({ direction: null }), audio({ direction: null })];
    expect(outcome(offerOf(sections, { session: ["a=sendonly"] }))).toBe("406 sdp_unacceptable");
    expect(outcome(offerOf([video(), audio()], { session: ["a=sendonly"] }))).toBe("taken");
  });

  test("port 0 is refused without bundle-only, and a stopped section needs no mid", () => {
    const stopped = video({ port: 0, mid: null, transport: [] });
    const offer = taken(offerOf([stopped, video({ mid: "1" })], { bundle: "1" }));
    expect(payloadTypes(offer)).toEqual([null, 102]);
    expect(offer.bundle).toEqual(["1"]);
    expect(outcome(offerOf([video({ port: 0 }), audio({ port: 0 })]))).toBe("406 sdp_unacceptable");
    const bundled = audio({ port: 0, transport: ["a=bundle-only"] });
    expect(payloadTypes(taken(offerOf([video(), bundled])))).toEqual([102, 111]);
  });

  test("mids are there, different, and short", () => {
    expect(outcome(offerOf([video({ mid: null }), audio()]))).toBe("400 sdp_malformed");
    expect(outcome(offerOf([video(), audio({ mid: "0" })]))).toBe("400 sdp_malformed");
    expect(outcome(offerOf([video({ mid: "m".repeat(17) })], { bundle: null }))).toBe("400 sdp_malformed");
    expect(outcome(offerOf([video({ mid: "a b" })], { bundle: null }))).toBe("400 sdp_malformed");
    expect(outcome(offerOf([video({ mid: "video0" })], { bundle: "video0" }))).toBe("taken");
  });

  test("media that are not SRTP by DTLS, or have a port for RTCP, are refused", () => {
    for (const protocol of ["RTP/AVP", "RTP/SAVP", "UDP/TLS/RTP/SAVP/X"])
      expect(outcome(offerOf([video({ protocol })], { bundle: "0" }))).toBe("406 sdp_unacceptable");
    expect(outcome(offerOf([video().filter((line) => line !== "a=rtcp-mux")], { bundle: "0" }))).toBe(
      "406 sdp_unacceptable",
    );
  });
});

describe("the bundle", () => {
  test("all media are in it; one section needs none; names that are not there are ignored", () => {
    expect(outcome(offerOf([video(), audio()], { bundle: null }))).toBe("406 sdp_unacceptable");
    expect(outcome(offerOf([video(), audio()], { bundle: "0" }))).toBe("406 sdp_unacceptable");
    expect(taken(offerOf([video()], { bundle: null })).bundle).toBeNull();
    expect(taken(offerOf([video({ mid: "1" })], { bundle: "0 1" })).bundle).toEqual(["1"]);
    expect(taken(offerOf([video(), audio()], { bundle: "1 0 9 9" })).bundle).toEqual(["1", "0"]);
    expect(
      taken(offerOf([video(), audio()], { bundle: null, session: ["a=group:LS 0 1", "a=group:BUNDLE 0 1"] })).bundle,
    ).toEqual(["0", "1"]);
  });

  test("the first section of the group stands for all, and the session's attributes for what it lacks", () => {
    const with_ = (setup: string) => TRANSPORT.map((line) => line.replace("actpass", setup));
    const offer = taken(
      offerOf([video({ transport: with_("passive") }), audio({ transport: with_("active") })], { bundle: "1 0" }),
    );
    expect([offer.setup, offer.sdp.match(/a=setup:\w+/g)]).toEqual(["active", ["a=setup:active", "a=setup:active"]]);
    expect(outcome(offerOf([video({ transport: [] }), audio({ transport: [] })], { session: TRANSPORT }))).toBe(
      "taken",
    );
    expect(outcome(offerOf([video({ transport: [] }), audio()]))).toBe("400 sdp_malformed");
  });
});

describe("ICE and DTLS", () => {
  const with_ = (line: string, instead: string | null) =>
    outcome(
      offerOf([
        video({ transport: TRANSPORT.flatMap((one) => (one.startsWith(line) ? (instead ?? []) : one)) }),
        audio(),
      ]),
    );

  test("credentials have their lengths and characters", () => {
    for (const ufrag of [null, "a=ice-ufrag:abc", `a=ice-ufrag:${"a".repeat(257)}`, "a=ice-ufrag:a b:c", "a=ice-ufrag"])
      expect(with_("a=ice-ufrag", ufrag)).toBe("400 sdp_malformed");
    for (const password of [null, "a=ice-pwd:short", "a=ice-pwd:x'\"<script>%0d%0aSet-Cookie:a=b8btHC5sx"])
      expect(with_("a=ice-pwd", password)).toBe("400 sdp_malformed");
  });

  test("a certificate is known by its SHA-256 alone", () => {
    for (const fingerprint of [null, "a=fingerprint:sha-1 AA:BB", "a=fingerprint:sha-256 AA:BB"])
      expect(with_("a=fingerprint", fingerprint)).toBe("406 sdp_unacceptable");
    const both = [...TRANSPORT, "a=fingerprint:sha-1 00:11"].reverse();
    expect(taken(offerOf([video({ transport: both })], { bundle: "0" })).sdp).toContain(FINGERPRINT);
  });

  test("roles are active, passive or ours to choose", () => {
    expect(["active", "passive"].map((role) => with_("a=setup", `a=setup:${role}`))).toEqual(["taken", "taken"]);
    expect(with_("a=setup", null)).toBe("taken");
    expect(with_("a=setup", "a=setup:holdconn")).toBe("422 setup_unsupported");
    expect(outcome(offerOf([video(), audio()], { session: ["a=ice-lite"] }))).toBe("406 sdp_unacceptable");
  });
});

test("a publisher's sources are named to the library, with those of retransmissions apart", () => {
  const ssrcs = ["a=ssrc-group:FID 11 12", "a=ssrc:11 cname:x", "a=ssrc:11 msid:a b", "a=ssrc:12 cname:x"];
  const sections = [
    video({ ...sending, lines: [...h264(102, "42e01f"), ...rtx(103, 102), ...ssrcs] }),
    audio({ ...sending, lines: [...opus(111), "a=ssrc:21 cname:x", "a=ssrc:99999999999 cname:x", "a=ssrc:x"] }),
  ];
  const offer = taken(offerOf(sections), PUBLISHER);
  expect(offer.media.map(({ ssrcs }) => ssrcs)).toEqual([
    { media: [11], rtx: [12] },
    { media: [21], rtx: [] },
  ]);
  expect(offer.sdp.match(/a=ssrc.*/g)).toEqual([
    "a=ssrc:11 cname:video",
    "a=ssrc:12 cname:video",
    "a=ssrc:21 cname:audio",
  ]);
  expect(
    taken(offerOf([video({ lines: [...h264(102, "42e01f"), "a=ssrc:5 cname:x"] })], { bundle: "0" })).sdp,
  ).not.toContain("a=ssrc");
  const same = [
    video({ ...sending, lines: [...h264(102, "42e01f"), "a=ssrc:5 cname:x"] }),
    audio({ ...sending, lines: [...opus(111), "a=ssrc:5 cname:x"] }),
  ];
  expect(outcome(offerOf(same), PUBLISHER)).toBe("406 sdp_unacceptable");
});

test("known header extensions are kept by their ids, and ids that are none or twice are not", () => {
  const delay = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";
  const extensions = (...lines: string[]) =>
    taken(offerOf([video({ lines: [...h264(102, "42e01f"), ...lines] })], { bundle: "0" })).media[0]!.extensions;
  expect(extensions(`a=extmap:5/recvonly ${delay}`, "a=extmap:6 urn:x")).toEqual([{ id: 5, uri: delay }]);
  expect(extensions(`a=extmap:0 ${delay}`)).toEqual([]);
  expect(extensions(`a=extmap:15 ${delay}`)).toEqual([]);
  expect(extensions(`a=extmap:5 ${delay}`, "a=extmap:5 urn:x")).toEqual([]);
});

describe("text", () => {
  const right = offerOf([video(), audio()]);

  test("lines end with CRLF or LF, and blanks at the end are none", () => {
    expect(outcome(right.replaceAll("\r\n", "\n"))).toBe("taken");
    expect(outcome(`${right}\r\n\r\n`)).toBe("taken");
    expect(outcome(right.replace("s=-\r\n", "s=-\r\n\r\n"))).toBe("400 sdp_malformed");
    expect(outcome(right.replace("s=-\r\n", "s=-\rx\r\n"))).toBe("400 sdp_malformed");
  });

  test("what is no SDP is refused", () => {
    for (const text of [
      "",
      "{}",
      "v=0",
      "v=1\r\n",
      right.slice(5),
      right.replace("a=mid:0", "a=mid:0\0"),
      right.replace("t=0 0", "Q=1"),
    ])
      expect(outcome(text)).toBe(text === "v=0" ? "406 sdp_unacceptable" : "400 sdp_malformed");
    for (const line of [
      "m=video -1 UDP/TLS/RTP/SAVPF 96",
      "m=video 70000 UDP/TLS/RTP/SAVPF 96",
      "m=video 9",
      "m= 9 x 96",
    ])
      expect(outcome(right.replace(/m=video.*/, line))).toBe("400 sdp_malformed");
  });

  test("bytes, lines, sections and attributes have limits", () => {
    const more = (line: string, count: number) =>
      right.replace("a=rtcp-mux\r\n", `a=rtcp-mux\r\n${`${line}\r\n`.repeat(count)}`);
    expect(outcome(more("a=x", 500))).toBe("taken");
    expect(outcome(more("a=x", 700))).toBe("400 sdp_malformed");
    expect(outcome(more("b=AS:1", 2_000))).toBe("400 sdp_malformed");
    expect(outcome(more(`a=${"x".repeat(5_000)}`, 1))).toBe("400 sdp_malformed");
    expect(outcome(more(`a=x:${"é".repeat(2_000)}`, 20))).toBe("400 sdp_malformed");
    expect(outcome(right + "x".repeat(10_000_000))).toBe("400 sdp_malformed");
    const data = (mid: number) =>
      section({ kind: "application", mid: `d${mid}`, protocol: "UDP/DTLS/SCTP", formats: "x", lines: [] });
    const several = (count: number) => offerOf([video(), audio(), ...Array.from({ length: count }, (_, i) => data(i))]);
    expect([outcome(several(6)), outcome(several(7))]).toEqual(["taken", "400 sdp_malformed"]);
  });

  test("a refusal repeats nothing of the offer", () => {
    const refused = readOffer(right.replace("actpass", "<script>"), VIEWER);
    expect(JSON.stringify(refused)).not.toContain("script");
  });
});
