// STUN and TURN servers as WHIP and WHEP tell them, in `Link` headers (RFC 9725 §4.6).

const RELATION = "ice-server";
/** `<address>`, then parameters with or without quotes, up to the next comma outside of both. */
const LINK = /<([^>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^",;\s]*))*)/g;
const PARAMETER = /;\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^",;\s]*))/g;
const ADDRESS = /^(?:stuns?|turns?):/i;
/** More are of no use: browsers warn at 5. */
const SERVERS_MAX = 4;

/** `link`: null where there is none. What is no such server is left out. */
export function iceServersIn(link: string | null): RTCIceServer[] {
  const found: RTCIceServer[] = [];
  for (const [, urls = "", parameters = ""] of (link ?? "").matchAll(LINK)) {
    const values = new Map<string, string>();
    for (const [, name = "", quoted, bare] of parameters.matchAll(PARAMETER))
      values.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? bare ?? "");
    if (values.get("rel") !== RELATION || !ADDRESS.test(urls)) continue;
    const [username, credential] = [values.get("username"), values.get("credential")];
    found.push({ urls, ...(username !== undefined && credential !== undefined && { username, credential }) });
  }
  return found.slice(0, SERVERS_MAX);
}
