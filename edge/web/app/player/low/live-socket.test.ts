import { expect, test } from "bun:test";
import { liveSocketAddress } from "./live-socket.ts";

test("the socket is beside the playlist, with its token and its viewer's name", () => {
  expect(liveSocketAddress("/live/ada/index.m3u8?viewer=v1", "https://example.org/ada")).toBe(
    "wss://example.org/live/ada/live.ws?viewer=v1",
  );
  expect(liveSocketAddress("/live/ada/~tok.en/index.m3u8", "http://127.0.0.1:8080/ada?chat=off")).toBe(
    "ws://127.0.0.1:8080/live/ada/~tok.en/live.ws",
  );
});
