// Settings of WebRTC relays: unit, default, and a reason to change each. A relay reads packets of strangers with a library in C++, so it gets no
// secret: it does not start where one is in its environment.

import { isIP } from "node:net";
import { type Environment, Reader } from "./reader.ts";

/** Names of settings that a relay may be given; `npm start` passes no others on. */
export const RELAY_SETTINGS = [
  "NODE_NAME",
  "LOG_LEVEL",
  "RELAY_HOST",
  "RELAY_PORT",
  "EDGE_URLS",
  "RTC_BIND",
  "RTC_UDP_PORT",
  "RTC_PUBLIC_ADDRESSES",
  "RELAY_SESSIONS_MAX",
  "RELAY_OFFERS_PER_SECOND",
  "RELAY_ENCODERS_MAX",
  "FFMPEG_PATH",
  "WATCHDOG_MS",
] as const;

/** What the other processes have secrets in, also by `_FILE`. */
const SECRET =
  /SECRET|PASSWORD|PRIVATE|CREDENTIAL|^(?:DATABASE_URL|NODE_DATABASE_URL|NATS_URL|REDIS_URL|SMTP_URL|S3_ACCESS_KEY_ID)(?:_FILE)?$/;

export type RelayConfig = ReturnType<typeof readRelayConfig>;

export function readRelayConfig(env: Environment) {
  const read = new Reader(env);
  for (const [name, value] of Object.entries(env))
    if (value && SECRET.test(name))
      read.faults.push(`${name} must not be in a relay's environment: it has no use for secrets`);
  const edges = read.list("EDGE_URLS");
  if (edges.length === 0) read.faults.push("EDGE_URLS is missing");
  for (const url of edges)
    if (URL.parse(url)?.protocol !== "http:" || URL.parse(url)?.href !== `${URL.parse(url)?.origin}/`)
      read.faults.push(`EDGE_URLS must be addresses such as http://10.0.0.5:3001, not "${url}"`);
  return read.done({
    name: read.text("NODE_NAME", "relay"),
    logLevel: read.oneOf("LOG_LEVEL", ["trace", "debug", "info", "warn", "error", "fatal"] as const, "info"),
    /** Address of the internal port, which edges ask. Never public: who reaches it watches and publishes. */
    host: read.text("RELAY_HOST", "127.0.0.1"),
    port: read.number("RELAY_PORT", undefined, { min: 1, max: 65_535 }),
    /** Internal ports of edges, from which the media come; another one is taken when one is away. */
    edges: edges.map((url) => URL.parse(url)?.origin ?? url),
    /** IP address on which media go; 0.0.0.0: all of this machine, IPv6 too. */
    bind: ipAddress(read, "RTC_BIND", "127.0.0.1"),
    /** The one UDP port of all sessions. Open it in the firewall. */
    udpPort: read.number("RTC_UDP_PORT", undefined, { min: 1, max: 65_535 }),
    /** IP addresses at which clients reach this machine, separated by commas, if its interfaces have others (NAT, containers). */
    publicAddresses: ipAddresses(read, "RTC_PUBLIC_ADDRESSES"),
    /** Sessions at once. A viewer of 2.5 Mbit/s takes half a percent of a core, and one process has one. */
    sessionsMax: read.number("RELAY_SESSIONS_MAX", 150, { min: 1, max: 10_000 }),
    /** Offers that are answered, each second: an answer takes some milliseconds. */
    offersPerSecond: read.number("RELAY_OFFERS_PER_SECOND", 50, { min: 1, max: 10_000 }),
    /** Channels whose picture is encoded anew for browsers: B-frames, or a profile that a browser lacks. Each takes half a core. */
    encodersMax: read.number("RELAY_ENCODERS_MAX", 2, { max: 1_000 }),
    ffmpegPath: read.text("FFMPEG_PATH", "ffmpeg"),
    /** As of other processes: an event loop that stands still for this long is killed; 0 = never. */
    watchdogMs: read.number("WATCHDOG_MS", 10_000, { max: 3_600_000 }),
  });
}

function ipAddress(read: Reader, name: string, fallback: string): string {
  const text = read.text(name, fallback);
  if (isIP(text) === 0) read.faults.push(`${name} must be an IP address, not "${text}"`);
  return text;
}

/** Names would be resolved by some clients and not by others. */
function ipAddresses(read: Reader, name: string): string[] {
  const addresses = read.list(name);
  for (const text of addresses) if (isIP(text) === 0) read.faults.push(`${name} must be IP addresses, not "${text}"`);
  return addresses;
}
