// Our own candidates (RFC 8839 §5.1), as an answer may show them: addresses alone, each once, what the world can reach first.

import { isIP } from "node:net";
import { isPublicAddress } from "#runtime/outbound/public-addresses.ts";

interface Candidate {
  transport: "udp" | "tcp";
  address: string;
  port: number;
  type: "host" | "srflx" | "relay";
}

/** More have no use, and an answer has at most 8 KB: FFmpeg reads no more. */
const CANDIDATES_MAX = 16;
const CANDIDATE = /^\S{1,64} 1 (udp|tcp) \d{1,10} (\S{1,64}) (\d{1,5}) typ (host|srflx|relay)(?: |$)/i;
/** Preferences by type (RFC 8445 §5.1.2.2). */
const PREFERENCE = { host: 126, srflx: 100, relay: 0 };

export interface CandidateOptions {
  /** Of this machine as clients reach it, where its interfaces have others (NAT). */
  publicAddresses?: readonly string[];
}

/** Values of lines `a=candidate`. `given`: those of the library. Empty: it has none that may be shown. */
export function ownCandidates(given: readonly string[], { publicAddresses = [] }: CandidateOptions = {}): string[] {
  const read = given.flatMap((value) => readCandidate(value));
  const hosts = read.filter(({ type, transport }) => type === "host" && transport === "udp");
  const mapped = publicAddresses.flatMap((address) => hosts.slice(0, 1).map((host) => ({ ...host, address })));
  const byPlace = new Map([...mapped, ...read].map((one) => [`${one.transport} ${one.address} ${one.port}`, one]));
  const isMapped = new Set(publicAddresses);
  const all = [...byPlace.values()];
  // A loopback address means the client's own machine to all but those on ours.
  const isOnlyHere = all.every(({ address }) => isLoopback(address));
  return all
    .filter(({ address }) => isOnlyHere || !isLoopback(address))
    .sort((a, b) => rank(a, isMapped) - rank(b, isMapped))
    .slice(0, CANDIDATES_MAX)
    .map(candidateText);
}

/** None for a name: some clients never resolve one. Neither for an IPv6 address of a link, which says nothing elsewhere. */
function readCandidate(value: string): Candidate[] {
  const [, transport = "", address = "", port, type = ""] = CANDIDATE.exec(value.trim()) ?? [];
  const number = Number(port);
  const isPlace =
    isIP(address) > 0 && !/^(0\.0\.0\.0|::|fe[89ab].:.*)$/i.test(address) && number > 0 && number <= 65_535;
  if (!isPlace) return [];
  return [
    {
      transport: transport.toLowerCase() as Candidate["transport"],
      address,
      port: number,
      type: type.toLowerCase() as Candidate["type"],
    },
  ];
}

/** Lower is better. Some clients use the first one alone. */
function rank({ type, transport, address }: Candidate, isMapped: ReadonlySet<string>): number {
  const reach = isMapped.has(address) ? 0 : isPublicAddress(address) ? 1 : 2;
  const kind = transport === "tcp" ? 2 : type === "host" ? 0 : 1;
  return 100 * kind + 10 * reach + (isIP(address) === 4 ? 0 : 1);
}

const isLoopback = (address: string) => address.startsWith("127.") || address === "::1";

function candidateText({ transport, address, port, type }: Candidate, index: number): string {
  const priority = PREFERENCE[type] * 2 ** 24 + (65_535 - index) * 2 ** 8 + 255;
  // Where a mapped address comes from is nobody's affair.
  const related = type === "host" ? "" : " raddr 0.0.0.0 rport 0";
  const tcp = transport === "tcp" ? " tcptype passive" : "";
  return `${index + 1} 1 ${transport} ${priority} ${address} ${port} typ ${type}${related}${tcp}`;
}
