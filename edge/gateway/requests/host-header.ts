// Requests without a host: Bun leaves `request.url` relative if the Host header is missing or malformed, and `new URL` cannot parse that.

/** A host that `new URL` accepts (RFC 9110 §7.2). Bun also accepts `a b`, `%zz` and `[::1`. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{0,5})?$/i;
/** Placeholder host for HTTP/1.0 requests. It is never shown: links begin with PUBLIC_URL. */
const PLACEHOLDER = "http://localhost";

/** Most requests have the same host, so the last valid one is not checked again. */
let lastHost = "";

/**
 * The request itself, or a copy with a placeholder host if it has no Host header: HTTP/1.0 allows that, and health checks of load
 * balancers do it. Null for a malformed Host, which is answered with 400 (RFC 9112 §3.2).
 */
export function withHost(request: Request): Request | null {
  const host = request.headers.get("host");
  if (host === lastHost && host !== "") return request;
  if (host === null || host === "")
    return request.url.startsWith("/") ? new Request(PLACEHOLDER + request.url, request) : request;
  if (!HOST.test(host) || !URL.canParse(`http://${host}`)) return null;
  lastHost = host;
  return request;
}
