// Settings of edge nodes: unit, default, and a reason to change each.

import { readObservedEdges } from "./observation.ts";
import { type Environment, Reader } from "./reader.ts";
import { readRestreamNetworks } from "./restream.ts";
import { readRetention } from "./retention.ts";
import { readShared } from "./shared.ts";
import { readUploadLimits } from "./uploads.ts";
import { readWebRtc } from "./webrtc.ts";

/** A provider whose accounts people may use to sign in here (OAuth 2.0, OpenID Connect). */
export interface SignInProvider {
  /** Part of paths and stored in the database: never rename a provider in use. */
  id: string;
  /** Text of the button. */
  label: string;
  /** OpenID Connect issuer; null for a known provider. */
  issuer: string | null;
  clientId: string;
  clientSecret: string;
}

/** A provider whose addresses are built in. */
export type NamedProvider = Pick<SignInProvider, "id" | "label">;

/** What needs no quotes as the name of a sender (RFC 5322 §3.4), and no care in an authenticator app, whose names may not have a colon. */
const INSTANCE_NAME = /^(?=.*\S)[\p{L}\p{N} '&-]{1,40}$/u;

export type EdgeConfig = ReturnType<typeof readEdgeConfig>;

/** `knownProviders`: providers that need no issuer in the settings. */
export function readEdgeConfig(
  env: Environment,
  { knownProviders = [] }: { knownProviders?: readonly NamedProvider[] } = {},
) {
  const read = new Reader(env);
  /** The public port: pages, the API, live media and chat sockets. */
  const port = read.number("EDGE_PORT", 3000, { min: 1, max: 65_535 });
  /** Chat sockets open from one address. */
  const socketsPerIp = read.number("SOCKETS_PER_IP", 500);
  /** Signs access tokens and derives refresh tokens, at least 32 characters; the same on all edges. */
  const jwtSecret = read.text("JWT_SECRET");
  if (jwtSecret && jwtSecret.length < 32) read.faults.push("JWT_SECRET must have at least 32 characters");
  /** Secrets that are accepted but sign nothing new, separated by commas. To change JWT_SECRET: add the new secret here on all edges, then
   *  swap the two, and remove the old one after 30 days, when the last refresh token made from it has expired. */
  const jwtAcceptedSecrets = read.list("JWT_ACCEPTED_SECRETS");
  if (jwtAcceptedSecrets.some((secret) => secret.length < 32))
    read.faults.push("JWT_ACCEPTED_SECRETS must have at least 32 characters each");
  /** Name of this instance: in the bar, titles, previews of links and authenticator apps. 1 to 40 letters, digits, spaces, or ' & - */
  const instanceName = read.text("INSTANCE_NAME", "TwitchClone");
  if (!INSTANCE_NAME.test(instanceName))
    read.faults.push("INSTANCE_NAME must have 1 to 40 letters, digits, spaces, or ' & -");
  return read.done({
    ...readShared(read),
    instanceName,
    /** File with the instance's mark, an SVG of at most 64 KiB: in the bar, and the icon of its tabs. Default: a sun over the horizon. */
    instanceMark: read.text("INSTANCE_MARK", "") || null,
    /** Address of the public port. */
    host: read.text("EDGE_HOST", "127.0.0.1"),
    port,
    jwtSecret,
    jwtAcceptedSecrets,
    /** Address for encoders, shown on the dashboard. */
    rtmpUrl: read.url("RTMP_PUBLIC_URL", ["rtmp", "rtmps"], "rtmp://127.0.0.1:1935/live"),
    /** The same with TLS; the dashboard shows both. Default: no RTMPS. */
    rtmpsUrl: read.optionalUrl("RTMPS_PUBLIC_URL", ["rtmps"]),
    /** Origins (`https://host`) of other sites whose pages may use the API with credentials and open chat sockets, separated by commas.
     *  PUBLIC_URL and the Host of a request are our own. Default: none. */
    allowedOrigins: read.origins("ALLOWED_ORIGINS"),
    /** Origins (`https://host`) whose pages may show live media besides the edge's own, separated by commas. Default: all sites. */
    playbackOrigins: read.origins("PLAYBACK_ORIGINS"),
    /** Addresses of proxies whose X-Forwarded-For is trusted, or blocks of them (`10.0.0.0/8`, `fd00::/8`), separated by commas. Default:
     *  none, so that nobody can choose the address that limits count. */
    trustedProxies: read.addressBlocks("TRUSTED_PROXIES"),
    /** Cookies are sent only over https. Off by default, because `npm start` serves http on loopback. */
    secureCookies: read.oneOf("SECURE_COOKIES", ["on", "off"] as const, "off") === "on",
    /** Public origin of this site, `https://host`: start of links in e-mails, and where providers redirect back to; its pages are our own,
     *  whatever Host a proxy sends. The site cannot be below a path of another one. Never taken from a
     *  request, because a client can forge the Host header. Default: this edge on loopback. */
    publicUrl: read.origin("PUBLIC_URL", `http://127.0.0.1:${port <= 65_535 ? port : 3000}`),
    /** SMTP server for e-mails: `smtp://user:password@host:587` or `smtps://`. Without it, the links are logged, in development only. */
    smtpUrl: read.optionalUrl("SMTP_URL", ["smtp", "smtps"]),
    /** Sender of e-mails. */
    mailFrom: read.text("MAIL_FROM", `${instanceName} <no-reply@localhost>`),
    /** True unless NODE_ENV=production. In development, logs may contain secrets such as a link to set a password. */
    development: env.NODE_ENV !== "production",
    /** Known providers, such as `google`, and names for OpenID Connect issuers; see `readSignInProviders`. Default: none. */
    signInProviders: readSignInProviders(read, "OAUTH_PROVIDERS", knownProviders),
    /** Allows providers at http and at non-public addresses, for an issuer in the operator's own network and for tests. */
    internalProviders: read.oneOf("OAUTH_INTERNAL_ADDRESSES", ["on", "off"] as const, "off") === "on",
    /** How players get the media of videos: through the edges, which keep the object store out of sight, or by addresses that the store
     *  signs, which keep the bytes away from the edges. The second one needs a store that players can reach. */
    videoDelivery: read.oneOf("VIDEO_DELIVERY", ["edge", "presigned"] as const, "edge"),
    /** Memory for segments of videos, so that one that many watch is read from the object store once. Beside MEDIA_CACHE_BYTES, so that
     *  somebody who reads many old videos pushes nothing live out. */
    videoCacheBytes: read.number("VIDEO_CACHE_BYTES", 64 * 1024 * 1024, { min: 1024 * 1024 }),
    observeEdges: readObservedEdges(read),
    retention: readRetention(read),
    restreamNetworks: readRestreamNetworks(read),
    uploads: readUploadLimits(read),
    webRtc: readWebRtc(read),
    /** Proof of work for people who are not signed in, before they join a chat or begin to play; signed-in people and encoders never need one. */
    challenge: {
      /** `auto`: while this edge is flooded. `on`: always. Players that do not know of it, such as VLC, cannot begin while it is on. */
      mode: read.oneOf("CHALLENGE", ["auto", "on", "off"] as const, "auto"),
      /** With `auto`: beginnings of people who are not signed in each second, over five seconds, for each edge. 5 000 viewers who come within 20 s
       *  do not meet it. 0 = off. */
      beginningsPerS: read.number("CHALLENGE_BEGINNINGS_PER_S", 500),
      /** With `auto`: lag of the event loop in ms. 0 = off. */
      lagMs: read.number("CHALLENGE_LAG_MS", 500),
    },
    /** Lag of the event loop in ms from which on requests of people who are not signed in are refused; from twice this their joins of chats are, and
     *  from four times their beginnings of playback. 0 = off. */
    shedLagMs: read.number("SHED_LAG_MS", 1_000),
    /** Limits; 0 = off. The defaults suffice for a classroom behind one address. */
    limits: {
      /** Accounts that are made from one address. */
      registrationsPerMinutePerIp: read.number("REGISTRATIONS_PER_MINUTE_PER_IP", 30),
      /** Tries to sign in to one account, right or wrong. */
      signInsPerMinutePerAccount: read.number("SIGN_INS_PER_MINUTE_PER_ACCOUNT", 10),
      /** Tries to sign in from one address. */
      signInsPerMinutePerIp: read.number("SIGN_INS_PER_MINUTE_PER_IP", 60),
      /** Requests of all kinds from one address. */
      requestsPerMinutePerIp: read.number("REQUESTS_PER_MINUTE_PER_IP", 6_000),
      // From here on: limits by class of routes, see edge/gateway/limits/classes.ts.
      /** Requests of one user that read. */
      readsPerMinutePerUser: read.number("READS_PER_MINUTE_PER_USER", 3_000),
      /** Changes of whatever kind, from one address. */
      writesPerMinutePerIp: read.number("WRITES_PER_MINUTE_PER_IP", 1_200),
      /** Changes of whatever kind, by one user. */
      writesPerMinutePerUser: read.number("WRITES_PER_MINUTE_PER_USER", 240),
      /** Requests that check or issue credentials, from one address. */
      authPerMinutePerIp: read.number("AUTH_PER_MINUTE_PER_IP", 600),
      /** The same by one user. */
      authPerMinutePerUser: read.number("AUTH_PER_MINUTE_PER_USER", 60),
      /** Requests that send an e-mail, from one address. */
      emailsPerMinutePerIp: read.number("LETTERS_PER_MINUTE_PER_IP", 30),
      /** The same by one user. */
      emailsPerMinutePerUser: read.number("LETTERS_PER_MINUTE_PER_USER", 5),
      /** Requests that show or make a stream key, from one address. */
      streamKeysPerMinutePerIp: read.number("STREAM_KEYS_PER_MINUTE_PER_IP", 120),
      /** The same by one user. */
      streamKeysPerMinutePerUser: read.number("STREAM_KEYS_PER_MINUTE_PER_USER", 20),
      /** Wrong stream keys, by the encoder's address; OBS retries every 10 s. Use 0 where a proxy hides the addresses of encoders,
       *  because one encoder would lock out all of them. */
      wrongStreamKeysPerMinutePerIp: read.number("WRONG_STREAM_KEYS_PER_MINUTE_PER_IP", 30),
      /** Wrong passwords of channels, by channel and address: a classroom that mistypes does not meet it. */
      wrongPlaybackPasswordsPerMinutePerIp: read.number("WRONG_PLAYBACK_PASSWORDS_PER_MINUTE_PER_IP", 60),
      /** Reports to staff, from one address. */
      reportsPerMinutePerIp: read.number("REPORTS_PER_MINUTE_PER_IP", 120),
      /** The same by one user. */
      reportsPerMinutePerUser: read.number("REPORTS_PER_MINUTE_PER_USER", 10),
      /** Searches, from one address. */
      searchesPerMinutePerIp: read.number("SEARCHES_PER_MINUTE_PER_IP", 1_200),
      /** The same by one user. */
      searchesPerMinutePerUser: read.number("SEARCHES_PER_MINUTE_PER_USER", 120),
      /** Clips that are made, from one address. */
      clipsPerMinutePerIp: read.number("CLIPS_PER_MINUTE_PER_IP", 120),
      /** The same by one user. */
      clipsPerMinutePerUser: read.number("CLIPS_PER_MINUTE_PER_USER", 10),
      /** Pictures that are sent: each costs up to two seconds of a processor. */
      picturesPerMinutePerIp: read.number("PICTURES_PER_MINUTE_PER_IP", 120),
      /** The same by one user. */
      picturesPerMinutePerUser: read.number("PICTURES_PER_MINUTE_PER_USER", 20),
      /** Requests of staff and admins, by one user. */
      adminPerMinutePerUser: read.number("ADMIN_PER_MINUTE_PER_USER", 600),
      /** Lines in chats, of one user in 30 s. */
      linesPer30sPerUser: read.number("LINES_PER_30S_PER_USER", 20),
      socketsPerIp,
      /** Chat sockets opened. Three times SOCKETS_PER_IP, because all sockets of an address reconnect when an edge dies. */
      joinsPerMinutePerIp: read.number("JOINS_PER_MINUTE_PER_IP", 3 * socketsPerIp),
      /** Chat sockets open by one user. */
      socketsPerUser: read.number("SOCKETS_PER_USER", 50),
      /** Further upgrades are refused with 503. One publish to 5 000 sockets takes about 50 ms of the event loop. */
      socketsPerEdge: read.number("SOCKETS_PER_EDGE", 5_000),
      /** Sessions of one address that count as viewers of one channel; all of them play. More is seldom a household or a classroom. */
      viewersPerIp: read.number("VIEWERS_PER_IP", 500),
      /** Media bytes of one playback session, for each edge: eight times what a viewer of 16 Mbit/s needs. */
      mediaBytesPerMinutePerSession: read.number("MEDIA_BYTES_PER_MINUTE_PER_SESSION", 1_000_000_000),
      /** Media bytes of one address, for each edge: 500 viewers of 16 Mbit/s behind it do not meet it. */
      mediaBytesPerMinutePerIp: read.number("MEDIA_BYTES_PER_MINUTE_PER_IP", 60_000_000_000),
      /** Media requests of one playback session, for each edge: five times what a player asks that changes its rendition, with parts of
       *  200 ms. */
      mediaRequestsPerMinutePerSession: read.number("MEDIA_REQUESTS_PER_MINUTE_PER_SESSION", 6_000),
      /** Media requests of one address, for each edge: 1 000 players behind it ask 600 000, with parts of 200 ms. */
      mediaRequestsPerMinutePerIp: read.number("MEDIA_REQUESTS_PER_MINUTE_PER_IP", 800_000),
      /** Media requests of one playback session that wait for what comes next: a player has two of each rendition, and two renditions
       *  while it changes; this suffices for eight tabs. */
      mediaWaitingPerSession: read.number("MEDIA_WAITING_PER_SESSION", 32),
      /** The same of one address: 1 000 players behind it have 2 000, or 4 000 while all of them change their rendition. An edge holds
       *  20 000 in all. */
      mediaWaitingPerIp: read.number("MEDIA_WAITING_PER_IP", 4_000),
      /** Offers by WHEP and WHIP. 500 viewers behind one address who lose their relay come back within it. */
      offersPerMinutePerIp: read.number("OFFERS_PER_MINUTE_PER_IP", 1_000),
      /** The same of one playback session, or to one channel. An encoder that fails comes back each few seconds. */
      offersPerMinutePerAccount: read.number("OFFERS_PER_MINUTE_PER_ACCOUNT", 60),
      /** WebRTC sessions of one address, over all relays. */
      webRtcSessionsPerIp: read.number("WEBRTC_SESSIONS_PER_IP", 500),
      /** The same of one playback session: its tabs, and what their last reload left behind for some seconds. */
      webRtcSessionsPerViewer: read.number("WEBRTC_SESSIONS_PER_VIEWER", 20),
      /** Size of the media cache in memory. The whole process ends at 1.5 to 2.5 times that, since sent bytes wait for the collector:
       *  `npm run bench -- media-memory`. */
      mediaCacheBytes: read.number("MEDIA_CACHE_BYTES", 256 * 1024 * 1024, { min: 1024 * 1024 }),
    },
  });
}

/** Names, separated by commas. Each needs `OAUTH_<NAME>_CLIENT_ID`, `…_CLIENT_SECRET` and, unless it is known, `…_ISSUER`; `…_LABEL` is the text of the button. */
function readSignInProviders(read: Reader, name: string, knownProviders: readonly NamedProvider[]): SignInProvider[] {
  return read.list(name).map((id) => {
    if (!/^[a-z][a-z0-9]{0,31}$/.test(id))
      read.faults.push(`${name} must be names of letters a–z and digits, not "${id}"`);
    const prefix = `OAUTH_${id.toUpperCase()}`;
    const known = knownProviders.find((one) => one.id === id);
    const issuer = known ? null : read.optionalUrl(`${prefix}_ISSUER`, ["https", "http"]);
    if (!known && issuer === null)
      read.faults.push(
        `${name}: "${id}" is none of ${knownProviders.map((one) => one.id).join(", ")}; an OpenID Connect issuer of that name needs ${prefix}_ISSUER`,
      );
    return {
      id,
      label: read.text(`${prefix}_LABEL`, known?.label ?? id),
      issuer,
      clientId: read.text(`${prefix}_CLIENT_ID`),
      clientSecret: read.text(`${prefix}_CLIENT_SECRET`),
    };
  });
}
