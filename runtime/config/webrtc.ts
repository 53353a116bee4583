// Settings of WebRTC at edges: relays, where publishers' media go, and the ICE servers that clients are told of.

import type { Reader } from "./reader.ts";

/** RFC 7064, RFC 7065. IPv6 addresses have brackets. */
const ICE_SERVER = /^(?:stuns?|turns?):(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?$/i;
const TURN_SECRET_LENGTH_MIN = 16;

/** `rtmp://host:port/app` in two parts. */
export interface RtmpApp {
  url: string;
  app: string;
}

export interface TurnServers {
  urls: string[];
  secret: string;
}

export function readWebRtc(read: Reader) {
  /** TURN servers for clients whose networks block UDP (`turn:host:3478?transport=tcp`, `turns:host:443?transport=tcp`), separated by
   *  commas. Default: none. */
  const turnUrls = iceServers(read, "TURN_URLS", "turn");
  /** The secret that TURN servers share with edges (coturn: `use-auth-secret`, `static-auth-secret`), at least 16 characters. Clients get
   *  credentials for ten minutes, with each session. */
  const secret = read.text("TURN_SECRET", "");
  if (turnUrls.length > 0 && secret.length < TURN_SECRET_LENGTH_MIN)
    read.faults.push(
      `TURN_SECRET must have at least ${TURN_SECRET_LENGTH_MIN} characters, since TURN_URLS names servers`,
    );
  return {
    /** Internal addresses of WebRTC relays, `http://host:port`, separated by commas: the same list in the same order on all edges, since the
     *  address of a session says its relay's place in it. Default: none, and there is neither WHEP nor WHIP. */
    relayUrls: httpOrigins(read, "RELAY_URLS"),
    /** Where relays publish what they take by WHIP: RTMP addresses of the ingests (`rtmp://host:port/live`) as relays reach them, separated
     *  by commas; each publisher gets one at random. Default: none, and there is no WHIP. */
    whipTargets: rtmpApps(read, "WHIP_RTMP_URLS"),
    /** STUN servers for browsers (`stun:host:port`), separated by commas. A relay with a public address needs none. */
    iceServers: iceServers(read, "ICE_SERVERS", "stun"),
    turn: turnUrls.length > 0 ? ({ urls: turnUrls, secret } satisfies TurnServers) : null,
  };
}

function httpOrigins(read: Reader, name: string): string[] {
  return read.list(name).flatMap((text) => {
    const url = URL.parse(text);
    if (url?.protocol === "http:" && url.href === `${url.origin}/`) return url.origin;
    read.faults.push(`${name} must be addresses such as http://10.0.0.5:4100, not "${text}"`);
    return [];
  });
}

function rtmpApps(read: Reader, name: string): RtmpApp[] {
  return read.list(name).flatMap((text) => {
    const [, url, app] = /^(rtmps?:\/\/[^/\s]+)\/([A-Za-z0-9_-]{1,64})$/.exec(text) ?? [];
    if (url !== undefined && app !== undefined && URL.canParse(url)) return { url, app };
    read.faults.push(`${name} must be addresses such as rtmp://10.0.0.5:1935/live, not "${text}"`);
    return [];
  });
}

function iceServers(read: Reader, name: string, scheme: "stun" | "turn"): string[] {
  const urls = read.list(name);
  for (const url of urls)
    if (!ICE_SERVER.test(url) || !url.toLowerCase().startsWith(scheme))
      read.faults.push(`${name} must be addresses such as ${scheme}:host:3478, not "${url}"`);
  return urls;
}
