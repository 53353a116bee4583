import { expect, test } from "bun:test";
import { PLAYBACK_TOKEN_LENGTH } from "../playback/token.ts";
import { parseWebRtcUrl } from "./webrtc-url.ts";

const parsed = (path: string) => parseWebRtcUrl(`http://edge${path}`);
const whep = { kind: "whep", channel: "anna", token: null, session: null, viewer: null } as const;

test("endpoints and sessions are read, with or without a slash at the end", () => {
  const token = "t".repeat(PLAYBACK_TOKEN_LENGTH);
  expect(parsed("/live/anna/whep")).toEqual(whep);
  expect(parsed("/live/Anna/whep/")).toEqual(whep);
  expect(parsed("/live/anna/whep/1.abc.def")).toEqual({ ...whep, session: "1.abc.def" });
  expect(parsed(`/live/anna/~${token}/whep/x/`)).toEqual({ ...whep, token, session: "x" });
  expect(parsed(`/live/anna/whep?viewer=${"v".repeat(16)}&x=1`)).toEqual({ ...whep, viewer: "v".repeat(16) });
  expect(parsed("/live/anna/whep?viewer=short")).toEqual(whep);
  expect(parsed("/ingest/whip")).toEqual({ kind: "whip", session: null });
  expect(parsed("/ingest/whip/x?y")).toEqual({ kind: "whip", session: "x" });
});

test("other addresses are not", () => {
  for (const path of [
    ...[
      "/",
      "/live/anna/index.m3u8",
      "/live/anna/whep/a/b",
      "/live/anna/~t/whep",
      "/live//whep",
      "/live/whep",
      "/x/live/anna/whep",
    ],
    ...[
      "/ingest/whips",
      "/ingest",
      "/ingest/whip/a/b",
      "/whip",
      "/live/an na/whep",
      "/live/anna/whep%2fx",
      `/ingest/whip/${"x".repeat(300)}`,
    ],
  ])
    expect([path, parsed(path)]).toEqual([path, null]);
});
