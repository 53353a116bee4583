import { expect, test } from "bun:test";
import { ConfigFaults, Reader } from "./reader.ts";
import { readWebRtc } from "./webrtc.ts";

function read(env: Record<string, string>) {
  const reader = new Reader(env);
  return reader.done(readWebRtc(reader));
}
function faultsOf(env: Record<string, string>): string[] {
  try {
    read(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigFaults) return error.faults;
    throw error;
  }
}

test("without settings there is no WebRTC; lists are read in their order", () => {
  expect(read({})).toEqual({ relayUrls: [], whipTargets: [], iceServers: [], turn: null });
  expect(
    read({
      RELAY_URLS: "http://10.0.0.5:4100, http://10.0.0.6:4100",
      WHIP_RTMP_URLS: "rtmp://nginx:1935/live,rtmps://b.example/app_2",
      ICE_SERVERS: "stun:s.example:3478",
      TURN_URLS: "turn:t.example:3478?transport=udp,turns:[2001:db8::1]:443?transport=tcp",
      TURN_SECRET: "0123456789abcdef",
    }),
  ).toEqual({
    relayUrls: ["http://10.0.0.5:4100", "http://10.0.0.6:4100"],
    whipTargets: [
      { url: "rtmp://nginx:1935", app: "live" },
      { url: "rtmps://b.example", app: "app_2" },
    ],
    iceServers: ["stun:s.example:3478"],
    turn: {
      urls: ["turn:t.example:3478?transport=udp", "turns:[2001:db8::1]:443?transport=tcp"],
      secret: "0123456789abcdef",
    },
  });
});

test("wrong settings are named, and the secret is not", () => {
  expect(faultsOf({ RELAY_URLS: "10.0.0.5:4100,http://a/x" })).toEqual([
    'RELAY_URLS must be addresses such as http://10.0.0.5:4100, not "10.0.0.5:4100"',
    'RELAY_URLS must be addresses such as http://10.0.0.5:4100, not "http://a/x"',
  ]);
  expect(faultsOf({ WHIP_RTMP_URLS: "rtmp://nginx:1935" })).toEqual([
    'WHIP_RTMP_URLS must be addresses such as rtmp://10.0.0.5:1935/live, not "rtmp://nginx:1935"',
  ]);
  expect(faultsOf({ ICE_SERVERS: "turn:t.example" })[0]).toContain("ICE_SERVERS must be addresses such as stun:");
  for (const secret of ["", "hunter2"])
    expect(faultsOf({ TURN_URLS: "turn:t.example", TURN_SECRET: secret })).toEqual([
      "TURN_SECRET must have at least 16 characters, since TURN_URLS names servers",
    ]);
  expect(faultsOf({ TURN_URLS: 'turn:t.example>; rel="x"', TURN_SECRET: "0123456789abcdef" }).length).toBe(1);
});
