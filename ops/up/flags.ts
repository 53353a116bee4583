// The flags of `npm start`.

import { isIPv4 } from "node:net";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { CertificateFiles } from "./rtmps-certificate.ts";

export interface Flags {
  /** Edge n listens on this + n − 1. */
  edgePort: number;
  /** Ingest n listens on this + n − 1. */
  rtmpPort: number;
  /** Ingest n listens on this + n − 1, with TLS; null: RTMPS is off. */
  rtmpsPort: number | null;
  /** The operator's certificate for RTMPS; null: one for development. */
  rtmpsCertificate: CertificateFiles | null;
  /** Absolute path of the data folder. */
  data: string;
  edges: number;
  actors: number;
  /** nginx-rtmp processes; an encoder that loses one can continue at another. */
  ingests: number;
  /** WebRTC relays; 0: neither WHEP nor WHIP. */
  relays: number;
  /** UDP port of relay n is this + n − 1; null: free ones, the same at each start. */
  rtcPort: number | null;
  /** IPv4 address on which edges and nginx-rtmp listen. Everything else listens on loopback. */
  bind: string;
}

export const USAGE = `usage: npm start -- [flags]
  --edge-port 3000    web and API; edge n listens on this + n - 1
  --rtmp-port 1935    where encoders publish; ingest n listens on this + n - 1
  --rtmps-port 1936   the same with TLS, default: behind the RTMP ports; 0: off
  --rtmps-certificate chain.pem --rtmps-key key.pem    for RTMPS, default: a certificate for development
  --data .data        folder for database, logs and secrets
  --edges 1           edge nodes
  --actors 1          actor nodes
  --ingests 1         nginx-rtmp processes that take encoders
  --relays 1          WebRTC relays; 0: no real-time mode, no publishing from browsers
  --rtc-port          UDP port of relay 1, default: a free one; relay n has this + n - 1
  --bind 127.0.0.1    IPv4 address to listen on; 0.0.0.0 opens it to the network`;

/** A command was typed wrongly; the message is for the user. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Null for `--help`. Throws UsageError. */
export function parseFlags(argv: string[]): Flags | null {
  const values = parse(argv);
  if (values.help) return null;
  type NumberFlag = "edge-port" | "rtmp-port" | "rtmps-port" | "edges" | "actors" | "ingests" | "relays" | "rtc-port";
  const number = (name: NumberFlag, { min, max, fallback }: { min: number; max: number; fallback?: number }) => {
    const value = Number(values[name] ?? fallback);
    if (!Number.isInteger(value) || value < min || value > max)
      throw new UsageError(`--${name} must be a whole number from ${min} to ${max}, not "${values[name] ?? fallback}"`);
    return value;
  };
  if (!isIPv4(values.bind)) throw new UsageError(`--bind must be an IPv4 address, not "${values.bind}"`);
  const rtmpPort = number("rtmp-port", { min: 1, max: 65_535 });
  const ingests = number("ingests", { min: 1, max: 16 });
  const flags = {
    edgePort: number("edge-port", { min: 1, max: 65_535 }),
    rtmpPort,
    rtmpsPort: number("rtmps-port", { min: 0, max: 65_535, fallback: rtmpPort + ingests }) || null,
    rtmpsCertificate: certificateOf(values["rtmps-certificate"], values["rtmps-key"]),
    edges: number("edges", { min: 0, max: 64 }),
    actors: number("actors", { min: 0, max: 64 }),
    ingests,
    relays: number("relays", { min: 0, max: 16 }),
    rtcPort: values["rtc-port"] === undefined ? null : number("rtc-port", { min: 1, max: 65_520 }),
    data: resolve(values.data),
    bind: values.bind,
  };
  checkPorts(publicPorts(flags));
  return flags;
}

interface PortRow {
  flag: "--edge-port" | "--rtmp-port" | "--rtmps-port";
  first: number;
  count: number;
  /** What listens there: `edges`. */
  whose: string;
}

/** The ports on `bind`, one after the other for each kind. */
export const publicPorts = ({
  edgePort,
  edges,
  rtmpPort,
  rtmpsPort,
  ingests,
}: Omit<Flags, "data" | "bind" | "relays" | "rtcPort">): PortRow[] => [
  { flag: "--edge-port", first: edgePort, count: edges, whose: "edges" },
  { flag: "--rtmp-port", first: rtmpPort, count: ingests, whose: "ingests" },
  ...(rtmpsPort === null
    ? []
    : [{ flag: "--rtmps-port" as const, first: rtmpsPort, count: ingests, whose: "ingests" }]),
];

/** Throws UsageError for rows that are too long or overlap. */
function checkPorts(rows: PortRow[]) {
  for (const [index, { flag, first, count, whose }] of rows.entries()) {
    if (first + count > 65_536) throw new UsageError(`${flag} leaves no room for that many ${whose}`);
    const other = rows.slice(0, index).find((one) => first < one.first + one.count && one.first < first + count);
    if (other && count > 0) throw new UsageError(`the ports from ${flag} ${first} overlap those from ${other.flag}`);
  }
}

function certificateOf(certificate: string | undefined, key: string | undefined): CertificateFiles | null {
  if (certificate === undefined && key === undefined) return null;
  if (!certificate || !key) throw new UsageError("--rtmps-certificate and --rtmps-key go together");
  return { certificate: resolve(certificate), key: resolve(key) };
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        "edge-port": { type: "string", default: "3000" },
        "rtmp-port": { type: "string", default: "1935" },
        "rtmps-port": { type: "string" },
        "rtmps-certificate": { type: "string" },
        "rtmps-key": { type: "string" },
        data: { type: "string", default: ".data" },
        edges: { type: "string", default: "1" },
        actors: { type: "string", default: "1" },
        ingests: { type: "string", default: "1" },
        relays: { type: "string", default: "1" },
        "rtc-port": { type: "string" },
        bind: { type: "string", default: "127.0.0.1" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
