// Reads a hook request of nginx-rtmp. The body ends with raw arguments of the encoder, so only the first value of a field is nginx' own.

import type { SessionRef } from "#schema/wire/channel.ts";
import { isUuid } from "#schema/wire/ids.ts";
import { keyNameOfForwarder } from "#schema/wire/targets.ts";

export interface RtmpHook {
  session: SessionRef;
  /** Time of nginx' first request for this hook, by its machine's clock; null: not given. */
  hookAtMs: number | null;
  /** The stream key at publish and publish_done, the public name at play. */
  name: string;
  remoteAddress: string;
  /** Name of the encoder, as it gives it. */
  encoder: string;
  /** Name of the public key of the server that forwards this broadcast; null: an encoder, or another kind of server. */
  forwardedBy: string | null;
  /** Arguments of our own pull (`?channel=…&token=…`). Anybody can send them. Empty: not given. */
  channelId: string;
  token: string;
}

const SESSION_PART = /^[0-9a-z-]{1,64}$/i;
const NAME_LENGTH_MAX = 256;

/** Seconds with three decimals, the format of nginx' $msec. */
const HOOK_AT = /^\d{1,12}\.\d{3}$/;

/** Null for a request that is not from our nginx. `query` and `at` come from our configuration, `body` from nginx. */
export function parseRtmpHook(query: URLSearchParams, body: string, at: string | null = null): RtmpHook | null {
  const fields = new URLSearchParams(body);
  const first = (name: string) => fields.get(name) ?? "";
  const session = { ingest: query.get("ingest") ?? "", boot: query.get("boot") ?? "", clientId: first("clientid") };
  if (!Object.values(session).every((part) => SESSION_PART.test(part))) return null;
  // Keys are pasted with blanks and line breaks around them; public names have none.
  const name = first("name").trim();
  if (!name || name.length > NAME_LENGTH_MAX) return null;
  const channelId = first("channel");
  return {
    session,
    hookAtMs: at !== null && HOOK_AT.test(at) ? Math.round(Number(at) * 1_000) : null,
    name,
    remoteAddress: first("addr").slice(0, 64),
    encoder: encoderName(first("flashver")),
    forwardedBy: keyNameOfForwarder(first("flashver")),
    channelId: isUuid(channelId) ? channelId : "",
    token: first("token").slice(0, 64),
  };
}

/** `FMLE/3.0 (compatible; obs-studio/29.0.2; FMSc/1.0)` → `OBS 29.0.2`. */
export function encoderName(flashVer: string): string {
  const obs = /obs-studio\/([\w.]+)/i.exec(flashVer)?.[1];
  if (obs) return `OBS ${obs}`;
  const lavf = /\bLavf\s?([\d.]+)?/i.exec(flashVer);
  if (lavf) return `FFmpeg${lavf[1] ? ` (Lavf ${lavf[1]})` : ""}`;
  return flashVer.replace(/[^\x20-\x7e]/g, "").slice(0, 60) || "unknown";
}
