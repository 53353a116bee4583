// The HTTP API of one relay (schema/wire/relay.ts): every request with a deadline, every answer with a limit.

import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";
import { type Code, errors } from "#schema/api/error-codes.ts";
import {
  FRAGMENT_BYTES_MAX,
  FRAGMENT_TYPE,
  OFFER_BYTES_MAX,
  type OpenedRelaySession,
  type OpenRelaySession,
  RELAY_SESSION_ID,
  type RelaySession,
  type RelayStatus,
} from "#schema/wire/relay.ts";
import { relayRequests } from "./metrics.ts";

/** Encoders wait 8 s for their answer, and another relay may have to be asked. */
const OPEN_WITHIN_MS = 3_000;
const CHANGE_WITHIN_MS = 2_000;
const LIST_WITHIN_MS = 1_500;
/** 10 000 sessions. */
const LIST_BYTES_MAX = 8 * 1024 * 1024;

/** `full`: it has no room, or leaves. `away`: it cannot be reached, is late, or answers nonsense. `gone`: it refuses connections, so that its
 *  sessions are over too. Another relay may be asked. */
export class RelayTrouble extends Error {
  override readonly name = "RelayTrouble";

  constructor(
    readonly kind: "full" | "away" | "gone",
    detail: string,
    cause?: unknown,
  ) {
    super(detail, { cause });
  }
}

const codeOf = (error: unknown) => (error as { code?: unknown } | undefined)?.code;
const isCut = (error: unknown) => codeOf(error) === "ECONNRESET";

/** What a relay says to a patch. */
export type Patched = { kind: "taken" } | { kind: "restarted"; fragment: string };

interface Asked {
  call: "open" | "patch" | "close" | "list";
  path?: string;
  method: string;
  type?: string;
  body?: string;
  withinMs: number;
  bytesMax: number;
}

interface Answered {
  status: number;
  text: string;
}

/** Statuses of a relay that are about the client's own request. */
const CLIENTS_FAULT = new Set([400, 404, 405, 406, 415, 422, 501]);
/** Codes for a refusal whose code is not known here: of a later release. */
const CODES: Record<number, Code> = {
  400: "sdp_malformed",
  404: "not_found",
  405: "ice_restart_unsupported",
  406: "sdp_unacceptable",
  415: "unsupported_media_type",
  422: "setup_unsupported",
  501: "ice_restart_unsupported",
};
const DETAIL_LENGTH_MAX = 200;

export class RelayClient {
  /** `url`: its origin. */
  constructor(private readonly url: string) {}

  /** Throws Refusal for an offer that the relay refuses; RelayTrouble. */
  async open(asked: OpenRelaySession): Promise<OpenedRelaySession> {
    const { status, text } = await this.#ask({
      ...{ call: "open", method: "POST", type: "application/json", body: JSON.stringify(asked) },
      ...{ withinMs: OPEN_WITHIN_MS, bytesMax: 2 * OFFER_BYTES_MAX },
    });
    if (status !== 201) throw refusalIn({ status, text });
    const { sessionId, answer } = objectIn(text) as Partial<OpenedRelaySession>;
    if (typeof sessionId !== "string" || !RELAY_SESSION_ID.test(sessionId) || typeof answer !== "string")
      throw new RelayTrouble("away", "an answer that is none");
    return { sessionId, answer };
  }

  /** Throws Refusal: `not_found`, `sdp_malformed`, `ice_restart_unsupported`; RelayTrouble. */
  async patch(sessionId: string, fragment: string): Promise<Patched> {
    const { status, text } = await this.#ask({
      ...{ call: "patch", path: `/${sessionId}`, method: "PATCH", type: FRAGMENT_TYPE, body: fragment },
      ...{ withinMs: CHANGE_WITHIN_MS, bytesMax: FRAGMENT_BYTES_MAX },
    });
    if (status === 204) return { kind: "taken" };
    if (status === 200) return { kind: "restarted", fragment: text };
    const refusal = refusalIn({ status, text });
    // Of a session that is there, only the wish for new ICE credentials can be refused so.
    if (refusal instanceof Refusal && refusal.code === "setup_unsupported")
      throw new Refusal("ice_restart_unsupported", refusal.detail);
    throw refusal;
  }

  /** Throws Refusal `not_found`; RelayTrouble. */
  async close(sessionId: string): Promise<void> {
    const { status, text } = await this.#ask({
      ...{ call: "close", path: `/${sessionId}`, method: "DELETE" },
      ...{ withinMs: CHANGE_WITHIN_MS, bytesMax: FRAGMENT_BYTES_MAX },
    });
    if (status !== 200 && status !== 204) throw refusalIn({ status, text });
  }

  /** Throws RelayTrouble. */
  async list(): Promise<RelayStatus> {
    const { status, text } = await this.#ask({
      ...{ call: "list", method: "GET", withinMs: LIST_WITHIN_MS, bytesMax: LIST_BYTES_MAX },
    });
    const { sessions, ...rest } = objectIn(text) as Partial<RelayStatus>;
    if (status !== 200 || !Array.isArray(sessions)) throw new RelayTrouble("away", `a list of status ${status}`);
    return { ...rest, sessions: sessions.filter(isSession) };
  }

  /** A connection that was kept may have ended meanwhile: what does no harm twice is asked again by a new one. */
  async #ask(asked: Asked): Promise<Answered> {
    try {
      return await this.#askOnce(asked);
    } catch (error) {
      const isAgain = error instanceof RelayTrouble && error.kind === "away" && isCut(error.cause);
      if (!isAgain || (asked.method !== "GET" && asked.method !== "DELETE")) throw error;
      return this.#askOnce(asked);
    }
  }

  async #askOnce({ call, path = "", method, type, body, withinMs, bytesMax }: Asked): Promise<Answered> {
    try {
      const response = await fetch(`${this.url}/sessions${path}`, {
        method,
        redirect: "error",
        signal: AbortSignal.timeout(withinMs),
        ...(type !== undefined && { headers: { "content-type": type } }),
        ...(body !== undefined && { body }),
      });
      const text = await boundedText(response, bytesMax);
      relayRequests.inc({ call, outcome: response.status < 500 ? String(response.status) : "full" });
      if (response.status === 503) throw new RelayTrouble("full", "it has no room");
      return { status: response.status, text };
    } catch (error) {
      if (error instanceof RelayTrouble) throw error;
      relayRequests.inc({ call, outcome: "away" });
      throw new RelayTrouble(codeOf(error) === "ECONNREFUSED" ? "gone" : "away", reason(error), error);
    }
  }
}

async function boundedText(response: Response, bytesMax: number): Promise<string> {
  if (!response.body) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new RelayTrouble("away", `an answer of more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function refusalIn({ status, text }: Answered): Refusal | RelayTrouble {
  if (!CLIENTS_FAULT.has(status)) return new RelayTrouble("away", `status ${status}`);
  const { code, detail } = objectIn(text);
  const known = typeof code === "string" && Object.hasOwn(errors, code) ? code : CODES[status]!;
  return new Refusal(known, typeof detail === "string" ? detail.slice(0, DETAIL_LENGTH_MAX) : undefined);
}

/** Empty for text that is no JSON object. */
function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function isSession(one: unknown): one is RelaySession {
  const { id, kind, channelId } = (one ?? {}) as Partial<RelaySession>;
  return (
    typeof id === "string" &&
    RELAY_SESSION_ID.test(id) &&
    (kind === "whep" || kind === "whip") &&
    typeof channelId === "string"
  );
}
