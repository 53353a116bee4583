// All settings of all processes, from the environment: unit, default, and why one would change it.
// A wrong or missing one stops the process at its start, with every fault listed.

/** Thrown once, with all faults. */
export class ConfigFaults extends Error {
  override readonly name = "ConfigFaults";
  constructor(readonly faults: string[]) {
    super(`settings are wrong:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
  }
}

export type Environment = Record<string, string | undefined>;

/** Reads settings one by one and collects what is wrong with them. */
class Reader {
  readonly faults: string[] = [];
  constructor(private readonly env: Environment) {}

  text(name: string, fallback?: string): string {
    const value = this.env[name] || fallback;
    if (value === undefined) this.faults.push(`${name} is missing`);
    return value ?? "";
  }

  number(name: string, fallback: number | undefined, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}): number {
    const text = this.env[name] || (fallback === undefined ? undefined : String(fallback));
    if (text === undefined) {
      this.faults.push(`${name} is missing`);
      return 0;
    }
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || value > max)
      this.faults.push(`${name} must be a whole number from ${min} to ${max}, not "${text}"`);
    return value;
  }

  url(name: string, schemes: string[], fallback?: string): string {
    const value = this.text(name, fallback);
    if (value && !(URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1))))
      this.faults.push(`${name} must be a URL with ${schemes.join(" or ")}://`); // Not the value: it may hold a password.
    return value;
  }

  /** One or more, comma between. */
  urls(name: string, schemes: string[]): string {
    const urls = this.list(name);
    if (urls.length === 0) this.faults.push(`${name} is missing`);
    const right = (url: string) => URL.canParse(url) && schemes.includes(new URL(url).protocol.slice(0, -1));
    if (!urls.every(right)) this.faults.push(`${name} must be URLs with ${schemes.join(" or ")}://, comma between`); // Not the value: as above.
    return urls.join(",");
  }

  oneOf<T extends string>(name: string, values: readonly T[], fallback: T): T {
    const value = this.env[name] || fallback;
    if (!values.includes(value as T)) this.faults.push(`${name} must be one of ${values.join(", ")}, not "${value}"`);
    return value as T;
  }

  list(name: string): string[] {
    return (this.env[name] ?? "")
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean);
  }

  /** `id=rtmp://host:port/app|http://host:port`, comma between: where our FFmpeg pulls, and that nginx' own http block. */
  ingests(name: string): Ingest[] {
    const ingests: Ingest[] = [];
    for (const part of this.list(name)) {
      const [, id, rtmpUrl, controlUrl] = /^([a-z0-9-]{1,32})=(rtmp:\/\/[^|]+)\|(https?:\/\/.+)$/.exec(part) ?? [];
      if (id && rtmpUrl && controlUrl) ingests.push({ id, rtmpUrl, controlUrl });
      else
        this.faults.push(`${name} must look like main=rtmp://127.0.0.1:1935/live|http://127.0.0.1:8080, not "${part}"`);
    }
    if (ingests.length === 0) this.faults.push(`${name} is missing`);
    return ingests;
  }

  optionalUrl(name: string, schemes: string[]): string | null {
    return this.env[name] ? this.url(name, schemes) : null;
  }

  /** `https://host[:port]`, nothing behind it. */
  origin(name: string, fallback: string): string {
    const value = this.url(name, ["http", "https"], fallback);
    if (!URL.canParse(value)) return value;
    const { origin, href } = new URL(value);
    if (href !== `${origin}/`) this.faults.push(`${name} must be only scheme, host and port`);
    return origin;
  }

  /** Names, comma between; of each `OAUTH_<NAME>_CLIENT_ID`, `…_CLIENT_SECRET` and, unless it is known here, `…_ISSUER`; `…_LABEL` is for people. */
  signInProviders(name: string): SignInProvider[] {
    return this.list(name).map((id) => {
      if (!/^[a-z][a-z0-9]{0,31}$/.test(id))
        this.faults.push(`${name} must be names of letters a–z and digits, not "${id}"`);
      const prefix = `OAUTH_${id.toUpperCase()}`;
      const known = KNOWN_PROVIDERS.find((one) => one.id === id);
      return {
        id,
        label: this.text(`${prefix}_LABEL`, known?.label ?? id),
        issuer: known ? null : this.url(`${prefix}_ISSUER`, ["https", "http"]),
        clientId: this.text(`${prefix}_CLIENT_ID`),
        clientSecret: this.text(`${prefix}_CLIENT_SECRET`),
      };
    });
  }

  done<T>(config: T): T {
    if (this.faults.length > 0) throw new ConfigFaults(this.faults);
    return config;
  }
}

/** One nginx-rtmp. */
export interface Ingest {
  id: string;
  /** Where its streams are pulled from: `rtmp://host:port/app`, the name follows. */
  rtmpUrl: string;
  /** Its loopback http block: `/control`, `/stat`. */
  controlUrl: string;
}

/** Somewhere else where people have accounts with which they sign in here. */
export interface SignInProvider {
  /** In paths and in the database: never rename one in use. */
  id: string;
  /** What the button says. */
  label: string;
  /** OpenID Connect issuer; null for those whose addresses are in the code: google, github, twitch. */
  issuer: string | null;
  clientId: string;
  clientSecret: string;
}

const KNOWN_PROVIDERS = [
  { id: "google", label: "Google" },
  { id: "github", label: "GitHub" },
  { id: "twitch", label: "Twitch" },
];

/** What every process of ours needs. */
function common(read: Reader) {
  return {
    /** Name of the process in logs and on the operator's screen. */
    name: read.text("NODE_NAME", "node"),
    logLevel: read.oneOf("LOG_LEVEL", ["trace", "debug", "info", "warn", "error", "fatal"] as const, "info"),
    databaseUrl: read.url("DATABASE_URL", ["postgres", "postgresql"]),
    /** Servers of one NATS cluster, comma between: each process picks one at random and goes on at another when it dies.
     *  `nats://user:password@host:port`: what that user may say and hear is the server's to know (ops/docker/nats.conf). */
    natsUrl: read.urls("NATS_URL", ["nats", "tls"]),
    redisUrl: read.url("REDIS_URL", ["redis", "rediss"]),
    /** Where the internal port listens: hooks or media origin, metrics. Never public. */
    internalHost: read.text("INTERNAL_HOST", "127.0.0.1"),
    internalPort: read.number("INTERNAL_PORT", undefined, { min: 1, max: 65_535 }),
    /** A process whose event loop stood still for so long is ended, to be started again; 0 = never, as under a debugger.
     *  By default after the time that makes others take a node for dead: what comes back later has lost its actors anyway. */
    watchdogMs: read.number("WATCHDOG_MS", 10_000, { max: 3_600_000 }),
  };
}

export type EdgeConfig = ReturnType<typeof readEdgeConfig>;

export function readEdgeConfig(env: Environment) {
  const read = new Reader(env);
  const port = read.number("EDGE_PORT", 3000, { min: 1, max: 65_535 });
  const socketsPerIp = read.number("SOCKETS_PER_IP", 500);
  const jwtSecret = read.text("JWT_SECRET");
  if (jwtSecret && jwtSecret.length < 32) read.faults.push("JWT_SECRET must have at least 32 characters");
  const jwtAcceptedSecrets = read.list("JWT_ACCEPTED_SECRETS");
  if (jwtAcceptedSecrets.some((secret) => secret.length < 32))
    read.faults.push("JWT_ACCEPTED_SECRETS must have at least 32 characters each");
  return read.done({
    ...common(read),
    host: read.text("EDGE_HOST", "127.0.0.1"),
    port,
    /** Signs access tokens and derives refresh tokens; the same on all edges. */
    jwtSecret,
    /** Secrets that count without signing anything new; comma between. To change JWT_SECRET: add the new one here on all edges, then
     *  swap the two, and remove the old one after 30 days (refresh tokens of devices that were away; access tokens take 15 minutes). */
    jwtAcceptedSecrets,
    /** Where encoders publish, as the dashboard shows it. */
    rtmpUrl: read.url("RTMP_PUBLIC_URL", ["rtmp", "rtmps"], "rtmp://127.0.0.1:1935/live"),
    /** Origins (`https://host`) that may open chat sockets besides the edge's own; comma between. */
    allowedOrigins: read.list("ALLOWED_ORIGINS"),
    /** Addresses whose X-Forwarded-For is believed; comma between. */
    trustedProxies: read.list("TRUSTED_PROXIES"),
    /** Cookies only over https. Off by default since `npm start` serves http on loopback. */
    secureCookies: read.oneOf("SECURE_COOKIES", ["on", "off"] as const, "off") === "on",
    /** How people reach this site, `https://host`: what links in letters begin with and where providers send people back to.
     *  Never taken from a request, whose Host header its sender chooses. Default: this edge on loopback. */
    publicUrl: read.origin("PUBLIC_URL", `http://127.0.0.1:${port <= 65_535 ? port : 3000}`),
    /** Where letters go out: `smtp://user:password@host:587` or `smtps://`. Without it their links are in the log, in development only. */
    smtpUrl: read.optionalUrl("SMTP_URL", ["smtp", "smtps"]),
    /** Sender of letters. */
    mailFrom: read.text("MAIL_FROM", "TwitchClone <no-reply@localhost>"),
    /** Anything but NODE_ENV=production: then what must not be in logs may be, such as a link to set a password. */
    development: env.NODE_ENV !== "production",
    /** `google,github,twitch` and names of any OpenID Connect issuers; see `signInProviders`. Default: none. */
    signInProviders: read.signInProviders("OAUTH_PROVIDERS"),
    /** Providers may be at http and at addresses that are not public: for an issuer in one's own network, and for tests. */
    internalProviders: read.oneOf("OAUTH_INTERNAL_ADDRESSES", ["on", "off"] as const, "off") === "on",
    /** Limits; 0 = off. Their defaults are more than a classroom behind one address needs. */
    limits: {
      registrationsPerMinutePerIp: read.number("REGISTRATIONS_PER_MINUTE_PER_IP", 30),
      signInsPerMinutePerAccount: read.number("SIGN_INS_PER_MINUTE_PER_ACCOUNT", 10),
      signInsPerMinutePerIp: read.number("SIGN_INS_PER_MINUTE_PER_IP", 60),
      requestsPerMinutePerIp: read.number("REQUESTS_PER_MINUTE_PER_IP", 6_000),
      /** By class of routes, see edge/gateway/limits/classes.ts. */
      readsPerMinutePerUser: read.number("READS_PER_MINUTE_PER_USER", 3_000),
      writesPerMinutePerIp: read.number("WRITES_PER_MINUTE_PER_IP", 1_200),
      writesPerMinutePerUser: read.number("WRITES_PER_MINUTE_PER_USER", 240),
      authPerMinutePerIp: read.number("AUTH_PER_MINUTE_PER_IP", 600),
      authPerMinutePerUser: read.number("AUTH_PER_MINUTE_PER_USER", 60),
      lettersPerMinutePerIp: read.number("LETTERS_PER_MINUTE_PER_IP", 30),
      lettersPerMinutePerUser: read.number("LETTERS_PER_MINUTE_PER_USER", 5),
      streamKeysPerMinutePerIp: read.number("STREAM_KEYS_PER_MINUTE_PER_IP", 120),
      streamKeysPerMinutePerUser: read.number("STREAM_KEYS_PER_MINUTE_PER_USER", 20),
      /** Keys that open nothing, by the encoder's address; OBS tries one again every 10 s. 0 where encoders come through something that
       *  hides their addresses, since one of them would lock out all. */
      wrongStreamKeysPerMinutePerIp: read.number("WRONG_STREAM_KEYS_PER_MINUTE_PER_IP", 30),
      reportsPerMinutePerIp: read.number("REPORTS_PER_MINUTE_PER_IP", 120),
      reportsPerMinutePerUser: read.number("REPORTS_PER_MINUTE_PER_USER", 10),
      clipsPerMinutePerIp: read.number("CLIPS_PER_MINUTE_PER_IP", 120),
      clipsPerMinutePerUser: read.number("CLIPS_PER_MINUTE_PER_USER", 10),
      searchesPerMinutePerIp: read.number("SEARCHES_PER_MINUTE_PER_IP", 1_200),
      searchesPerMinutePerUser: read.number("SEARCHES_PER_MINUTE_PER_USER", 120),
      adminPerMinutePerUser: read.number("ADMIN_PER_MINUTE_PER_USER", 600),
      linesPer30sPerUser: read.number("LINES_PER_30S_PER_USER", 20),
      socketsPerIp,
      /** Chat sockets opened. Three times as many as may be open at once: all of an address come back when an edge dies. */
      joinsPerMinutePerIp: read.number("JOINS_PER_MINUTE_PER_IP", 3 * socketsPerIp),
      socketsPerUser: read.number("SOCKETS_PER_USER", 50),
      /** Over it an upgrade is answered 503 before it happens. One publish to 5 000 sockets takes ~50 ms of the event loop. */
      socketsPerEdge: read.number("SOCKETS_PER_EDGE", 5_000),
      /** Media that the edge keeps in memory. */
      mediaCacheBytes: read.number("MEDIA_CACHE_BYTES", 256 * 1024 * 1024, { min: 1024 * 1024 }),
    },
  });
}

/** Unless set otherwise. */
export const ENCODER_GRACE_MS = 90_000;

export type ActorConfig = ReturnType<typeof readActorConfig>;

export function readActorConfig(env: Environment) {
  const read = new Reader(env);
  return read.done({
    ...common(read),
    /** `http://host:port` under which edges reach the internal port. */
    address: read.url("INTERNAL_URL", ["http"], `http://127.0.0.1:${env.INTERNAL_PORT ?? 0}`),
    ingests: read.ingests("INGESTS"),
    ffmpegPath: read.text("FFMPEG_PATH", "ffmpeg"),
    /** Folder of the sockets between FFmpeg and packager; short, a socket's path has 107 bytes at most. */
    socketDir: read.text("SOCKET_DIR", "/tmp"),
    /** Renditions beside the source. `480p` costs about 0.2 of a core per channel, `none` about 0.02 in all. */
    ladder: read.oneOf("LADDER", ["480p", "none"] as const, "480p"),
    /** FFmpeg processes at most. */
    slots: read.number("TRANSCODER_SLOTS", 40, { min: 1, max: 10_000 }),
    /** How long a broadcast waits for its encoder to come back. */
    graceMs: read.number("ENCODER_GRACE_MS", ENCODER_GRACE_MS, { min: 1_000, max: 3_600_000 }),
  });
}

/** Parses or prints all faults and ends the process: for the top of a `main.ts`. */
export function configOrExit<T>(read: (env: Environment) => T): T {
  try {
    return read(process.env);
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error;
    console.error(error.message);
    process.exit(78); // EX_CONFIG
  }
}
