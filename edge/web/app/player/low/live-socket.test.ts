import { expect, test } from "bun:test";
import { liveSocketAddress } from "./live-socket.ts";

test("the socket is beside the playlist, with its token and its viewer's name", () => {
  expect(liveSocketAddress("/live/ada/index.m3u8?viewer=v1", { base: "https://example.org/ada" })).toBe(
    "wss://example.org/live/ada/live.ws?viewer=v1",
  );
  const base = "http://127.0.0.1:8080/ada?chat=off";
  expect(liveSocketAddress("/live/ada/~tok.en/index.m3u8", { base, rendition: "480p" })).toBe(
    "ws://127.0.0.1:8080/live/ada/~tok.en/live.ws?rendition=480p",
  );
  expect(liveSocketAddress("/live/ada/index.m3u8", { base, after: { number: 12, part: 3 } })).toBe(
    "ws://127.0.0.1:8080/live/ada/live.ws?after=12.3",
  );
});
