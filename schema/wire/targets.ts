// Targets: other RTMP services to which a channel's broadcasts are forwarded. Their addresses, their states and why forwarding failed.

/** Targets of one channel. Each costs the channel's upload once more. */
export const TARGETS_MAX = 5;
export const TARGET_URL_LENGTH_MAX = 300;
export const STREAM_KEY_LENGTH_MAX = 500;
/** A shorter key would be told half by its last four characters. */
const HINTED_LENGTH_MIN = 16;

export interface TargetAddress {
  tls: boolean;
  /** IPv6 without brackets. */
  host: string;
  port: number;
  /** With its query, which some services need. */
  app: string;
  /** The address as it is stored and said to the server: without a slash at the end. */
  url: string;
}

const TARGET_URL = /^(rtmps?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\.?)(?::(\d{1,5}))?\/([!-~]+)$/i;
const PORTS = { rtmp: 1935, rtmps: 443 } as const;

/** `rtmp://host[:port]/app` or `rtmps://…`, without a user, a password or a fragment. Null for anything else. */
export function parseTargetUrl(text: string): TargetAddress | null {
  if (text.length > TARGET_URL_LENGTH_MAX) return null;
  const [, scheme = "", written = "", digits, path = ""] = TARGET_URL.exec(text.trim()) ?? [];
  const app = path.replace(/\/+$/, "");
  const kind = scheme.toLowerCase() === "rtmps" ? "rtmps" : "rtmp";
  const port = digits === undefined ? PORTS[kind] : Number(digits);
  if (app === "" || /[#@]/.test(app) || port < 1 || port > 65_535) return null;
  const name = written.toLowerCase();
  const host = name.replace(/^\[|\]$/g, "");
  const url = `${kind}://${name}${digits === undefined ? "" : `:${port}`}/${app}`;
  return { tls: kind === "rtmps", host, port, app, url };
}

/** How we name ourselves to targets, as the encoder. nginx-rtmp tells a hook 31 characters of it. */
export const forwarderName = (keyName: string) => `FMLE/3.0 TCL ${keyName}`;

/** The name of the public key of the server that forwards a broadcast; null: it is an encoder, or another kind of server. */
export const keyNameOfForwarder = (encoder: string) => /^FMLE\/3\.0 TCL ([0-9a-f]{16})$/.exec(encoder)?.[1] ?? null;

/** The last four characters of a stream key; null: it is too short for that. */
export const keyHintOf = (streamKey: string) => (streamKey.length >= HINTED_LENGTH_MIN ? streamKey.slice(-4) : null);

/**
 * Why a broadcast does not reach a target. Words for people are the pages' own; nothing that the service says is passed on, since it may
 * have the key in it.
 * - `name_not_found`, `address_refused`: see VetFault.
 * - `unreachable`: no connection.
 * - `certificate`: RTMPS, and its certificate is not one of that name.
 * - `not_rtmp`: it does not answer, or not as RTMP servers do.
 * - `key_refused`: it did not take the stream.
 * - `closed`: it ended the connection.
 * - `stalled`: it reads nothing any more.
 * - `key_lost`: the key was sealed with a secret that is gone.
 * - `unavailable`: part of our own system was away.
 */
export const TARGET_FAULTS = [
  "name_not_found",
  "address_refused",
  "unreachable",
  "certificate",
  "not_rtmp",
  "key_refused",
  "closed",
  "stalled",
  "key_lost",
  "unavailable",
] as const;
export type TargetFault = (typeof TARGET_FAULTS)[number];

/** What a channel's owner knows of a target that is forwarded to. */
export interface Forwarded {
  targetId: string;
  /** Null: it connects. */
  liveSinceMs: number | null;
  /** Null: the latest attempt has not failed. */
  failure: { why: TargetFault; retryAtMs: number } | null;
  /** Pictures that were left out since the connection stands, because the service was too slow. */
  droppedFrames: number;
}
