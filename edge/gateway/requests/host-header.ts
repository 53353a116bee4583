// Requests whose address is not whole: Bun leaves it without a host where the Host header is missing or names none, and nobody after could
// read it.

/** As `new URL` takes it (RFC 9110 §7.2). What Bun would take besides, it does not: `a b`, `%zz`, `[::1`. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{0,5})?$/i;
/** Nobody is called so on the way to us, and nothing of it is shown: links begin with PUBLIC_URL. */
const NOBODYS = "http://localhost";

/** Most clients say the same one for ever. */
let lastHost = "";

/**
 * The request itself, as a rule. One of the same content with an address where it came without a Host, which HTTP/1.0 may: health
 * checks of balancers do. Null: its Host is no host, to be answered 400 (RFC 9112 §3.2).
 */
export function whole(request: Request): Request | null {
  const host = request.headers.get("host");
  if (host === lastHost && host !== "") return request;
  if (host === null || host === "")
    return request.url.startsWith("/") ? new Request(NOBODYS + request.url, request) : request;
  if (!HOST.test(host) || !URL.canParse(`http://${host}`)) return null;
  lastHost = host;
  return request;
}
