// The flags of `npm start`.

import { isIPv4 } from "node:net";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

export interface Flags {
  /** Edge n listens on this + n − 1. */
  edgePort: number;
  /** Ingest n listens on this + n − 1. */
  rtmpPort: number;
  /** Absolute path of the data folder. */
  data: string;
  edges: number;
  actors: number;
  /** nginx-rtmp processes; an encoder that loses one can continue at another. */
  ingests: number;
  /** IPv4 address on which edges and nginx-rtmp listen. Everything else listens on loopback. */
  bind: string;
}

export const USAGE = `usage: npm start -- [flags]
  --edge-port 3000    web and API; edge n listens on this + n - 1
  --rtmp-port 1935    where encoders publish; ingest n listens on this + n - 1
  --data .data        folder for database, logs and secrets
  --edges 1           edge nodes
  --actors 1          actor nodes
  --ingests 1         nginx-rtmp processes that take encoders
  --bind 127.0.0.1    IPv4 address to listen on; 0.0.0.0 opens it to the network`;

/** A command was typed wrongly; the message is for the user. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Null for `--help`. Throws UsageError. */
export function parseFlags(argv: string[]): Flags | null {
  const values = parse(argv);
  if (values.help) return null;
  const number = (name: "edge-port" | "rtmp-port" | "edges" | "actors" | "ingests", min: number, max: number) => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < min || value > max)
      throw new UsageError(`--${name} must be a whole number from ${min} to ${max}, not "${values[name]}"`);
    return value;
  };
  if (!isIPv4(values.bind)) throw new UsageError(`--bind must be an IPv4 address, not "${values.bind}"`);
  const flags = {
    edgePort: number("edge-port", 1, 65_535),
    rtmpPort: number("rtmp-port", 1, 65_535),
    edges: number("edges", 0, 64),
    actors: number("actors", 0, 64),
    ingests: number("ingests", 1, 16),
    data: resolve(values.data),
    bind: values.bind,
  };
  if (flags.edgePort + flags.edges > 65_536) throw new UsageError("--edge-port leaves no room for that many edges");
  if (flags.rtmpPort + flags.ingests > 65_536) throw new UsageError("--rtmp-port leaves no room for that many ingests");
  if (
    flags.rtmpPort < flags.edgePort + flags.edges &&
    flags.edgePort < flags.rtmpPort + flags.ingests &&
    flags.edges > 0
  )
    throw new UsageError(`--rtmp-port ${flags.rtmpPort} is also the port of an edge`);
  return flags;
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        "edge-port": { type: "string", default: "3000" },
        "rtmp-port": { type: "string", default: "1935" },
        data: { type: "string", default: ".data" },
        edges: { type: "string", default: "1" },
        actors: { type: "string", default: "1" },
        ingests: { type: "string", default: "1" },
        bind: { type: "string", default: "127.0.0.1" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
