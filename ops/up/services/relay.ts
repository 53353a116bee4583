// WebRTC relays: their command and settings. They get nothing of our environment but what they may have.

import { RELAY_SETTINGS } from "#runtime/config/relay.ts";
import { httpHealthy } from "../health.ts";
import type { ServiceSpec } from "../service.ts";
import { nodeCommand, ownSettings } from "./node.ts";

export const relayName = (number: number) => `relay-${number}`;

/** What programs need of an environment: FFmpeg and the loader are found by it. */
const SYSTEM = ["PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH"];

export interface RelayOptions {
  /** 1, 2, … */
  number: number;
  bind: string;
  /** Of its internal HTTP. */
  port: number;
  udpPort: number;
  /** `http://host:port` of the edges' internal ports. */
  edges: string[];
}

/** The whole environment of one relay. */
export function relayEnvironment({ number, bind, port, udpPort, edges }: RelayOptions): Record<string, string> {
  const name = relayName(number);
  const given = (names: readonly string[], from: Record<string, string | undefined>) =>
    Object.fromEntries(names.flatMap((one) => (from[one] === undefined ? [] : [[one, from[one]]])));
  return {
    ...given(SYSTEM, process.env),
    ...given(RELAY_SETTINGS, process.env),
    NODE_NAME: name,
    RELAY_HOST: "127.0.0.1",
    RELAY_PORT: String(port),
    EDGE_URLS: edges.join(),
    RTC_BIND: bind,
    RTC_UDP_PORT: String(udpPort),
    ...given(RELAY_SETTINGS, ownSettings(name)),
  };
}

export function relayService(options: RelayOptions): ServiceSpec {
  return {
    name: relayName(options.number),
    internalPort: options.port,
    launch: () => ({ argv: nodeCommand("transcoding/relay/main.ts"), env: relayEnvironment(options), bare: true }),
    healthy: () => httpHealthy(`http://127.0.0.1:${options.port}/readyz`),
    stop: { signal: "SIGTERM", withinMs: 2_500 },
  };
}
