// What goes into an offer, and what is read of an answer's headers.

import { expect, test } from "bun:test";
import { iceServersIn } from "./ice-servers.ts";
import { withStereo } from "./opus-stereo.ts";

test("ICE servers are found in one header with commas, with and without a credential", () => {
  const link = [
    '<stun:stun.example.net>; rel="ice-server"',
    '<turn:turn.example.net?transport=udp>; rel="ice-server"; username="1700:a,b"; credential="x\\"y;z"; credential-type="password"',
    "<turns:turn.example.net>; rel=ice-server; username=u; credential=c",
  ].join(", ");
  expect(iceServersIn(link)).toEqual([
    { urls: "stun:stun.example.net" },
    { urls: "turn:turn.example.net?transport=udp", username: "1700:a,b", credential: 'x"y;z' },
    { urls: "turns:turn.example.net", username: "u", credential: "c" },
  ]);
});

test("other links, addresses of other kinds and nonsense are no ICE servers", () => {
  expect(iceServersIn(null)).toEqual([]);
  expect(iceServersIn('</next>; rel="next", <https://x.test>; rel="ice-server", <turn:x>; rel="preload"')).toEqual([]);
  expect(iceServersIn("<<>>;;;,,,")).toEqual([]);
  expect(iceServersIn(Array(9).fill('<stun:x>; rel="ice-server"').join()).length).toBe(4);
});

test("Opus is offered with two channels, once, and nothing else is changed", () => {
  const sdp = [
    ...[
      "v=0",
      "m=audio 9 UDP/TLS/RTP/SAVPF 111 63",
      "a=rtpmap:111 opus/48000/2",
      "a=fmtp:111 minptime=10;useinbandfec=1",
    ],
    ...["a=rtpmap:63 red/48000/2", "a=fmtp:63 111/111", ""],
  ].join("\r\n");
  const stereo = withStereo(sdp);
  expect(stereo).toContain("a=fmtp:111 minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1\r\n");
  expect(withStereo(stereo)).toBe(stereo);
  expect(stereo.replace(";stereo=1;sprop-stereo=1", "")).toBe(sdp);
  expect(withStereo("v=0\r\n")).toBe("v=0\r\n");
});
