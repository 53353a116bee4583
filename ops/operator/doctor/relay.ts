// Checks of the WebRTC relays: where clients are told to go, whether packets arrive there, and which TLS library reads them.

import { createSocket } from "node:dgram";
import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";
import { metricIn, readMetrics } from "#edge/operator/metrics-text.ts";
import type { DataFolder } from "#ops/up/data-folder.ts";
import { type Check, fault, ok, warning } from "./check.ts";

const ANSWER_WITHIN_MS = 3_000;
/** Until a packet to this machine is counted. */
const COUNTED_WITHIN_MS = 1_000;
const STRAY_METRIC = "relay_stray_checks_total";

interface About {
  library: string;
  tls: string;
  udpPort: number;
  bind: string;
  publicAddresses: string[];
}

export async function relayChecks(folder: DataFolder): Promise<Check[]> {
  const names = folder.runNames().filter((name) => /^relay-\d+$/.test(name));
  if (names.length === 0) return [ok("relay", "relays", "none: no real-time mode, no publishing from browsers")];
  return (await Promise.all(names.sort().map((name) => checksOf(folder, name)))).flat();
}

async function checksOf(folder: DataFolder, name: string): Promise<Check[]> {
  const internal = `http://127.0.0.1:${folder.readRunFile(name)?.internalPort}`;
  const about = await aboutOf(internal).catch(() => null);
  if (!about)
    return [fault("relay", name, "does not answer", `see ${folder.logFile(name)}: players fall back to WebSocket`)];
  const probe = await probed(internal, about);
  return [candidatesCheck(name, about, probe), tlsCheck(name, about)];
}

async function aboutOf(internal: string): Promise<About> {
  const response = await fetch(`${internal}/healthz`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  return (await response.json()) as About;
}

/** The addresses that answers name: those of the setting, else those that the relay listens on. */
export function candidatesOf({ bind, publicAddresses }: About): string[] {
  if (publicAddresses.length > 0) return publicAddresses;
  if (bind !== "0.0.0.0" && bind !== "::") return [bind];
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.filter(({ internal, address }) => !internal && !address.startsWith("fe80:")).map(({ address }) => address);
}

/** Those of the candidates at which a packet of this machine arrived. */
async function probed(internal: string, about: About): Promise<string[]> {
  const arrived: string[] = [];
  for (const address of candidatesOf(about)) {
    const before = await strays(internal);
    await sendCheck(address, about.udpPort).catch(() => {});
    const untilMs = performance.now() + COUNTED_WITHIN_MS;
    let counted = false;
    while (!counted && performance.now() < untilMs) {
      await Bun.sleep(50);
      counted = (await strays(internal)) > before;
    }
    if (counted) arrived.push(address);
  }
  return arrived;
}

const strays = async (internal: string) => metricIn((await readMetrics(internal)) ?? "", STRAY_METRIC) ?? 0;

/** A connection check of ICE for a session that is not there (RFC 8489 §5): the relay counts it. */
function sendCheck(address: string, port: number): Promise<void> {
  const username = Buffer.from("doctor00:doctor00");
  const padded = Math.ceil(username.length / 4) * 4;
  const message = Buffer.alloc(20 + 4 + padded + 24);
  message.writeUInt16BE(1, 0);
  message.writeUInt16BE(message.length - 20, 2);
  message.writeUInt32BE(0x2112a442, 4);
  crypto.getRandomValues(message.subarray(8, 20));
  message.writeUInt16BE(6, 20);
  message.writeUInt16BE(username.length, 22);
  message.set(username, 24);
  const integrityAt = 24 + padded;
  message.writeUInt16BE(8, integrityAt);
  message.writeUInt16BE(20, integrityAt + 2);
  const socket = createSocket(isIPv4(address) ? "udp4" : "udp6");
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.send(message, port, address, (error) => {
      socket.close();
      if (error) reject(error);
      else resolve();
    });
  });
}

export function candidatesCheck(name: string, about: About, arrived: string[]): Check {
  const candidates = candidatesOf(about);
  const title = `${name} candidates`;
  const shown = candidates.map((address) => `${address}:${about.udpPort}`).join(", ");
  if (candidates.length === 0)
    return fault("relay", title, "none", "name the machine's addresses in RTC_PUBLIC_ADDRESSES");
  if (arrived.length === candidates.length) return ok("relay", title, `${shown}; packets arrive`);
  const missing = candidates.filter((address) => !arrived.includes(address)).join(", ");
  return warning(
    "relay",
    title,
    `${shown}; no packet of this machine arrives at ${missing}`,
    `open UDP port ${about.udpPort}; behind NAT forward it, and try from outside: this machine may not reach its own public address`,
  );
}

/** 1.1.1 is the last version of its kind, and gets no corrections since September 2023. */
export function tlsCheck(name: string, { library, tls }: Pick<About, "library" | "tls">): Check {
  const title = `${name} library`;
  const found = `${library} with ${tls}`;
  if (/OpenSSL (?:0|1)\./.test(tls))
    return warning(
      "relay",
      title,
      found,
      'nobody corrects that OpenSSL any more: see "The relay\'s TLS library" in ops/README.md',
    );
  return tls === "unknown"
    ? warning("relay", title, found, "look up which TLS library it was built with")
    : ok("relay", title, found);
}
