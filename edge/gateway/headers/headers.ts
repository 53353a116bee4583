// Headers of every answer of the gateway: security headers, framing, and CORS. Media has its own: edge/live/respond.ts.

import type { EdgeConfig } from "#runtime/config/edge.ts";
import { API_POLICY } from "./content-security-policy.ts";

type Headers = Record<string, string>;

/** Request headers that allowed origins may send, and answer headers that they may read. */
const SENT = "authorization, content-type, traceparent, x-request-id";
const READ = "ratelimit-limit, ratelimit-remaining, ratelimit-reset, retry-after, traceparent, x-request-id";
const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
const PREFLIGHT_KEPT_S = 600;
const HSTS_S = 365 * 24 * 3_600;
/** The player; other sites may frame nothing else. */
const EMBED = /^\/embed\//;

interface HeaderRules {
  /** For every answer. */
  common: Headers;
  /** For answers of the API, `common` included: they are not cached, framed or executed. */
  ofApi: Headers;
  /** False: the allow-list is empty, and `cors` gives no headers. */
  hasAllowedOrigins: boolean;
  /**
   * CORS headers for an origin of the allow-list, none for any other; never `*`, since these answers may carry credentials.
   * `preflight`: for an OPTIONS request.
   */
  cors(origin: string | null, options?: { preflight: boolean }): Headers;
}

export function createHeaderRules(config: Pick<EdgeConfig, "allowedOrigins" | "secureCookies">): HeaderRules {
  const allowed = new Set(config.allowedOrigins);
  const common = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    // From the setting, not from the request: behind a proxy each request looks like plain HTTP.
    ...(config.secureCookies ? { "strict-transport-security": `max-age=${HSTS_S}; includeSubDomains` } : {}),
  };
  return {
    common,
    hasAllowedOrigins: allowed.size > 0,
    ofApi: {
      ...common,
      "x-frame-options": "DENY",
      "cache-control": "no-store",
      "content-security-policy": API_POLICY,
      "cross-origin-resource-policy": allowed.size > 0 ? "cross-origin" : "same-origin",
    },
    cors(origin, { preflight } = { preflight: false }) {
      if (allowed.size === 0) return {};
      if (origin === null || !allowed.has(origin)) return { vary: "origin" };
      return {
        vary: "origin",
        "access-control-allow-origin": origin,
        "access-control-allow-credentials": "true",
        ...(preflight
          ? {
              "access-control-allow-methods": METHODS,
              "access-control-allow-headers": SENT,
              "access-control-max-age": String(PREFLIGHT_KEPT_S),
            }
          : { "access-control-expose-headers": READ }),
      };
    },
  };
}

/** Sets the framing headers of a page: any site may frame pages below `/embed/`, and none any other page. */
export function framed(page: Response, pathname: string): Response {
  const policy = page.headers.get("content-security-policy");
  const ancestors = `frame-ancestors ${EMBED.test(pathname) ? "*" : "'none'"}`;
  if (policy !== null) {
    const others = policy.split(/;\s*/).filter((part) => part !== "" && !part.startsWith("frame-ancestors"));
    page.headers.set("content-security-policy", [...others, ancestors].join("; "));
  }
  if (!EMBED.test(pathname)) page.headers.set("x-frame-options", "DENY");
  return page;
}
