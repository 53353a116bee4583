// HTTP answers of WHEP and WHIP. Pages of any site may ask: nothing here goes by cookies.

import { FRAGMENT_TYPE, SDP_TYPE } from "#schema/wire/relay.ts";
import { problemResponse, type Trouble } from "../gateway/problems/problem-details.ts";

const CORS = {
  "access-control-allow-origin": "*",
  // Without it a page could not read where its session is, and never end it.
  "access-control-expose-headers": "location, link, etag, accept-patch, accept-post, retry-after",
  "cross-origin-resource-policy": "cross-origin",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

/** What an address answers to, for `Allow` and preflights. */
export const METHODS = { endpoint: "POST, OPTIONS", session: "PATCH, DELETE, OPTIONS" };
export type Place = keyof typeof METHODS;

/** To a preflight, and to whoever asks what an endpoint takes: without rights, and so without ICE servers. */
export const options = ({ headers }: Request, place: Place) =>
  new Response(null, {
    status: headers.has("access-control-request-method") ? 204 : 200,
    headers: {
      ...CORS,
      allow: METHODS[place],
      // Pages ask for the session's methods with the endpoint's preflight too.
      "access-control-allow-methods": "POST, PATCH, DELETE, OPTIONS",
      "access-control-allow-headers": "authorization, content-type, if-match",
      "access-control-max-age": "86400",
      ...(place === "endpoint" ? { "accept-post": SDP_TYPE } : { "accept-patch": FRAGMENT_TYPE }),
    },
  });

interface Created {
  answer: string;
  /** An absolute path without a query: clients differ about anything else. */
  location: string;
  etag: string;
  /** Values of `Link`. */
  links: readonly string[];
}

/** Exactly 201: some encoders take another success for a failure. */
export function created({ answer, location, etag, links }: Created): Response {
  const headers = new Headers({ ...CORS, "content-type": SDP_TYPE, location, etag, "accept-patch": FRAGMENT_TYPE });
  for (const link of links) headers.append("link", link);
  return new Response(answer, { status: 201, headers });
}

/** Some encoders log a warning at 204. */
export const ended = () => new Response(null, { status: 200, headers: CORS });

export const candidatesTaken = () => new Response(null, { status: 204, headers: CORS });

export const restarted = ({ fragment, etag }: { fragment: string; etag: string }) =>
  new Response(fragment, { status: 200, headers: { ...CORS, "content-type": FRAGMENT_TYPE, etag } });

/** Says with 405 and 415 what would have been right. */
export function problem(trouble: Trouble, { requestId, place }: { requestId: string; place: Place }): Response {
  return problemResponse(trouble, requestId, {
    ...CORS,
    ...(trouble.code === "method_not_allowed" && { allow: METHODS[place] }),
    ...(trouble.code === "unsupported_media_type" &&
      (place === "endpoint" ? { "accept-post": SDP_TYPE } : { "accept-patch": FRAGMENT_TYPE })),
    // The rest of a body that is too large is not read.
    ...(trouble.code === "too_large" && { connection: "close" }),
  });
}
