// Whatever is sent: an offer is taken or refused, never an error; what is taken can be answered, and nothing of the client's text gets through.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { finishedAnswer } from "./answer.ts";
import { readDescription } from "./description.ts";
import { readFragment } from "./fragment.ts";
import { isRefused, readOffer, type Wanted } from "./offer.ts";
import {
  audio,
  CONSTRAINED_BASELINE,
  HIGH,
  h264,
  libraryAnswer,
  offerOf,
  opus,
  PUBLISHER,
  video,
  viewerOf,
} from "./testing.ts";

const wanted = fc.constantFrom<Wanted>(viewerOf(CONSTRAINED_BASELINE), viewerOf(HIGH, CONSTRAINED_BASELINE), PUBLISHER);
const CODES = ["sdp_malformed", "sdp_unacceptable", "no_common_codec", "setup_unsupported"];
/** Lines of the library's offer: all that may ever be in one. */
const WRITTEN =
  /^(?:v=0|o=- 1 1 IN IP4 0\.0\.0\.0|s=-|t=0 0|c=IN IP4 0\.0\.0\.0|m=(?:video|audio) 9 UDP\/TLS\/RTP\/SAVPF(?: \d+){1,2}|a=(?:group:BUNDLE|ice-options:trickle|msid-semantic:WMS|mid:|recvonly$|sendonly$|rtcp-mux$|rtpmap:\d+ (?:H264\/90000|rtx\/90000|opus\/48000\/2)$|fmtp:|rtcp-fb:|extmap:|ice-ufrag:|ice-pwd:|fingerprint:sha-256 |setup:|ssrc:\d+ cname:(?:video|audio)$))/;

/** True: taken. */
function judge(sdp: string, by: Wanted): boolean {
  const startMs = performance.now();
  const offer = readOffer(sdp, by);
  expect(performance.now() - startMs).toBeLessThan(2_000);
  if (isRefused(offer)) {
    expect(CODES).toContain(offer.code);
    expect([400, 406, 415, 422]).toContain(offer.status);
    expect(offer.detail.length).toBeLessThan(200);
    return false;
  }
  const lines = offer.sdp.trimEnd().split("\r\n");
  expect(lines.filter((line) => !WRITTEN.test(line))).toEqual([]);
  expect(offer.sdp.length).toBeLessThan(8_192);
  const role = by.role;
  const setup = offer.setup === "active" ? "passive" : "active";
  const answer = finishedAnswer(libraryAnswer(offer.sdp, { setup }), offer, by);
  const { sections } = readDescription(answer);
  expect(sections.length).toBe(readDescription(sdp).sections.length);
  expect(answer.includes(role === "whep" ? "a=sendonly" : "a=recvonly")).toBe(true);
  return true;
}

const ODD_LINES = [
  ...["", "a=", "a", "m=", "v=0", "z=0 0", "a=mid:0", "a=mid:1", "a=mid:", "a=bundle-only", "a=sendonly", "a=recvonly"],
  ...[
    "a=inactive",
    "a=sendrecv",
    "a=setup:active",
    "a=setup:holdconn",
    "a=setup",
    "a=group:BUNDLE",
    "a=group:BUNDLE 0",
  ],
  ...[
    "a=fmtp:102 ;;==;",
    "a=fmtp:102",
    "a=rtpmap:102 VP8/90000",
    "a=rtpmap:300 H264/90000",
    "a=rtcp-fb:* nack",
    "a=ice-lite",
  ],
  ...[
    "a=ice-ufrag:x",
    "a=fingerprint:sha-1 00",
    "a=ssrc:1 cname:x",
    "a=ssrc:0",
    "a=ssrc-group:FID 1 2",
    "a=crypto:1 x inline:y",
  ],
  ...["a=candidate:1 1 udp 1 127.0.0.1 22 typ host", "a=candidate:", "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid"],
  ...[
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "m=video 0 UDP/TLS/RTP/SAVPF 96",
    "m=audio 9 RTP/AVP 0",
    "m=text 9 x y",
  ],
];
const oddLine = fc.oneof(
  fc.constantFrom(...ODD_LINES),
  fc.string({ maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 40 }),
);

/** A right offer with some of its lines dropped, doubled, moved, cut or replaced. */
const mangled = fc
  .record({
    sends: fc.boolean(),
    profile: fc.constantFrom("42e01f", "42e034", "640c1f", "64001f", "4d001f"),
    acts: fc.array(fc.tuple(fc.constantFrom("drop", "double", "move", "cut", "put"), fc.nat(60), fc.nat(60), oddLine), {
      maxLength: 6,
    }),
  })
  .map(({ sends, profile, acts }) => {
    const direction = sends ? "sendonly" : "recvonly";
    const sections = [
      video({ direction, lines: [...h264(102, profile), "a=rtpmap:103 rtx/90000", "a=fmtp:103 apt=102"] }),
      audio({ direction, lines: opus(111) }),
    ];
    const lines = offerOf(sections).split("\r\n");
    for (const [act, at, to, odd] of acts) {
      const index = at % lines.length;
      if (act === "drop") lines.splice(index, 1);
      else if (act === "double") lines.splice(index, 0, lines[index]!);
      else if (act === "move") lines.splice(to % lines.length, 0, ...lines.splice(index, 1));
      else if (act === "cut") lines[index] = lines[index]!.slice(0, to);
      else lines.splice(index, 0, odd);
    }
    return lines.join("\r\n");
  });

test("mangled offers are taken or refused, and some of both", () => {
  const outcomes = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(mangled, wanted, (sdp, by) => {
      outcomes[judge(sdp, by) ? "taken" : "refused"]++;
    }),
    { numRuns: 2_000 },
  );
  expect([outcomes.taken > 100, outcomes.refused > 100]).toEqual([true, true]);
});

test("text of any kind is taken or refused", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 2_000 }),
    fc.array(oddLine, { maxLength: 80 }).map((lines) => `v=0\r\n${lines.join("\r\n")}`),
  );
  fc.assert(
    fc.property(text, wanted, (sdp, by) => void judge(sdp, by)),
    { numRuns: 1_000 },
  );
});

test("long repetitions of one line cost no time", () => {
  fc.assert(
    fc.property(oddLine, fc.integer({ min: 1, max: 5_000 }), wanted, (line, times, by) => {
      judge(offerOf([video(), audio()]) + `${line}\r\n`.repeat(times), by);
    }),
    { numRuns: 100 },
  );
});

test("fragments of any kind are read or refused", () => {
  const lines = fc.array(oddLine, { maxLength: 50 }).map((some) => some.join("\r\n"));
  fc.assert(
    fc.property(fc.oneof(lines, fc.string({ unit: "binary", maxLength: 500 })), (text) => {
      const read = readFragment(text);
      if (isRefused(read)) expect(read.code).toBe("sdp_malformed");
      else expect(read.candidates).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 1_000 },
  );
});
