// One offer by HTTP, and its answer: WHEP for viewers, WHIP for publishers (RFC 9725). There is no trickle: the server knows its addresses at
// once, and finds out ours.

import { after } from "../clock.ts";
import { iceServersIn } from "./ice-servers.ts";

export interface Answered {
  sdp: string;
  /** Address of the session, to be ended by `endSession`; null: the server tells none. */
  session: string | null;
  iceServers: RTCIceServer[];
}

export interface SignalingRefusal {
  status: number;
  /** As in the server's problem details; null: it tells none. */
  code: string | null;
  /** Null: it does not say. */
  retryAfterMs: number | null;
}

interface OfferOptions {
  sdp: string;
  /** A token of the bearer; null: none is needed. */
  token?: string | null;
  signal: AbortSignal;
}

/** A server that takes longer is not there. */
const ANSWER_WITHIN_MS = 5_000;
const SDP = "application/sdp";

/** Rejects when there is no answer. */
export async function sendOffer(
  url: string,
  { sdp, token = null, signal }: OfferOptions,
): Promise<Answered | SignalingRefusal> {
  const ending = new AbortController();
  const end = () => ending.abort();
  const cancel = after(ANSWER_WITHIN_MS, end);
  signal.addEventListener("abort", end);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": SDP, ...(token !== null && { authorization: `Bearer ${token}` }) },
      body: sdp,
      credentials: "same-origin",
      signal: ending.signal,
    });
    return response.ok ? await answerOf(response) : await refusalOf(response);
  } finally {
    cancel();
    signal.removeEventListener("abort", end);
  }
}

async function answerOf(response: Response): Promise<Answered> {
  const location = response.headers.get("location");
  return {
    sdp: await response.text(),
    session: location === null ? null : new URL(location, response.url).href,
    iceServers: iceServersIn(response.headers.get("link")),
  };
}

export const isRefusal = (answer: Answered | SignalingRefusal): answer is SignalingRefusal => "status" in answer;

/**
 * Also while the page is being closed. Resolves with whether the session was still there; null: nobody says. Never rejects: the server ends by
 * itself what nobody uses.
 */
export async function endSession(session: string | null, token: string | null = null): Promise<boolean | null> {
  if (session === null) return null;
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  try {
    const { ok, status } = await fetch(session, {
      method: "DELETE",
      headers,
      credentials: "same-origin",
      keepalive: true,
    });
    return ok ? true : status === 404 ? false : null;
  } catch {
    return null;
  }
}

async function refusalOf(response: Response): Promise<SignalingRefusal> {
  const body: unknown = await response.json().catch(() => null);
  const code = (body as { code?: unknown } | null)?.code;
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return {
    status: response.status,
    code: typeof code === "string" ? code : null,
    retryAfterMs: Number.isFinite(seconds) && seconds >= 0 ? Math.min(60, seconds) * 1_000 : null,
  };
}
