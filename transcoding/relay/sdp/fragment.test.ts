// What a client sends by PATCH.

import { expect, test } from "bun:test";
import { FRAGMENT_BYTES_MAX } from "#schema/wire/relay.ts";
import { readFragment } from "./fragment.ts";

const fragment = (...lines: string[]) => `${lines.join("\r\n")}\r\n`;

test("credentials are read, and candidates are only counted, whatever they name", () => {
  const text = fragment(
    "a=group:BUNDLE 0 1",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "a=mid:0",
    "a=ice-ufrag:EsAw",
    "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1",
    "a=candidate:1 1 udp 2130706431 169.254.169.254 80 typ host",
    "a=candidate:x",
    "a=end-of-candidates",
  );
  expect(readFragment(text)).toEqual({ ufrag: "EsAw", password: "P2uYro0UCOQ4zxjKXaWCBui1", candidates: 2 });
  expect(readFragment(fragment("a=end-of-candidates"))).toEqual({ ufrag: null, password: null, candidates: 0 });
});

test("what is no fragment is refused", () => {
  const wrong = [
    "",
    "{}",
    "a=ice-ufrag:x\r\n",
    "a=ice-pwd:short\r\n",
    fragment("a=ice-ufrag:aaaa", "a=ice-ufrag:bbbb"),
    "a=mid:0\0",
    "a=x\r\n".repeat(500),
    `a=${"x".repeat(FRAGMENT_BYTES_MAX)}`,
  ];
  for (const text of wrong) expect(readFragment(text)).toMatchObject({ status: 400, code: "sdp_malformed" });
});
