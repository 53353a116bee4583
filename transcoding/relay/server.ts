// The relay's internal port (schema/wire/relay.ts): sessions for edges, health and metrics for operators. Never public.

import { type Log, reason } from "#runtime/base/log.ts";
import { metricsResponse } from "#runtime/base/metrics.ts";
import { UUID_PATTERN } from "#schema/wire/ids.ts";
import {
  FRAGMENT_BYTES_MAX,
  FRAGMENT_TYPE,
  OFFER_BYTES_MAX,
  type OpenRelaySession,
  RELAY_LABEL_LENGTH_MAX,
  type RelayPublish,
} from "#schema/wire/relay.ts";
import type { EngineVersions } from "./engine.ts";
import { problemOf, RelayRefusal } from "./refusal.ts";
import type { Sessions } from "./sessions.ts";

/** JSON may write each character of an offer in six. */
export const BODY_BYTES_MAX = 6 * OFFER_BYTES_MAX + 8_192;
const SESSION = /^\/sessions\/([A-Za-z0-9_-]{1,64})$/;
const CHANNEL = new RegExp(`^${UUID_PATTERN}$`);
const TEXT_LENGTH_MAX = 256;

interface ServerParts {
  sessions: Sessions;
  log: Log;
  /** What the doctor is told. */
  about: EngineVersions & { udpPort: number; bind: string; publicAddresses: readonly string[] };
  isReady(): boolean;
}

/** Never rejects. */
export function relayHandler(parts: ServerParts): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      return await answer(parts, request);
    } catch (error) {
      if (error instanceof RelayRefusal) return problemOf(error);
      parts.log.error(
        { reason: reason(error), stack: error instanceof Error ? error.stack : undefined },
        "request broke",
      );
      return problemOf(new RelayRefusal(500, "internal", "the relay failed"));
    }
  };
}

async function answer({ sessions, about, isReady }: ServerParts, request: Request): Promise<Response> {
  // Health checks may come without a Host (HTTP/1.0).
  const { pathname } = new URL(request.url, "http://localhost");
  const { method } = request;
  if (pathname === "/healthz") return Response.json({ status: "ok", ...about });
  if (pathname === "/readyz") {
    const ready = isReady();
    return Response.json({ status: ready ? "ok" : "draining" }, { status: ready ? 200 : 503 });
  }
  if (pathname === "/metrics") return metricsResponse();
  if (pathname === "/sessions") {
    if (method === "GET") return Response.json(sessions.status());
    if (method === "POST") return Response.json(await sessions.open(readOpen(await request.text())), { status: 201 });
    throw new RelayRefusal(405, "method_not_allowed", "GET or POST");
  }
  const id = SESSION.exec(pathname)?.[1];
  if (id === undefined) throw new RelayRefusal(404, "not_found", "no such address");
  if (method === "DELETE") {
    sessions.delete(id);
    return Response.json({});
  }
  if (method !== "PATCH") throw new RelayRefusal(405, "method_not_allowed", "PATCH or DELETE");
  const type = (request.headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
  if (type !== FRAGMENT_TYPE) throw new RelayRefusal(415, "unsupported_media_type", `${FRAGMENT_TYPE} is patched`);
  const fragment = await request.text();
  if (fragment.length > FRAGMENT_BYTES_MAX) throw new RelayRefusal(413, "too_large", "a fragment is smaller");
  sessions.patch(id, fragment);
  return new Response(null, { status: 204 });
}

/** Throws RelayRefusal. */
function readOpen(text: string): OpenRelaySession {
  let body: Record<string, unknown> | null;
  try {
    body = JSON.parse(text) as Record<string, unknown> | null;
  } catch {
    throw new RelayRefusal(400, "malformed_json", "the body is not JSON");
  }
  const { kind, channelId, offer, publish, label } = body ?? {};
  if (kind !== "whep" && kind !== "whip") throw wrong("kind");
  if (typeof channelId !== "string" || !CHANNEL.test(channelId)) throw wrong("channelId");
  if (typeof offer !== "string") throw wrong("offer");
  if (offer.length > OFFER_BYTES_MAX) throw new RelayRefusal(413, "too_large", "an offer is smaller");
  if (label !== undefined && (typeof label !== "string" || label.length > RELAY_LABEL_LENGTH_MAX)) throw wrong("label");
  const asked: OpenRelaySession = { kind, channelId, offer };
  if (label !== undefined) asked.label = label;
  if (kind === "whip") asked.publish = readPublish(publish);
  return asked;
}

function readPublish(value: unknown): RelayPublish {
  const { url, app, name } = (value ?? {}) as Record<string, unknown>;
  const isText = (one: unknown): one is string =>
    typeof one === "string" && one.length <= TEXT_LENGTH_MAX && one !== "";
  if (!isText(url) || !isText(app) || !isText(name)) throw wrong("publish");
  return { url, app, name };
}

const wrong = (field: string) => new RelayRefusal(422, "validation_failed", `${field} is missing or wrong`);
