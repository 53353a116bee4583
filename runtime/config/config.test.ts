import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readActorConfig } from "./actor.ts";
import { readBackup } from "./backup.ts";
import { readBackupService } from "./backup-service.ts";
import { readEdgeConfig } from "./edge.ts";
import { ConfigFaults, Reader } from "./reader.ts";

const LADDERS = { ladders: ["480p", "none"] };
const edge = {
  DATABASE_URL: "postgres://live:secret@127.0.0.1/live",
  NATS_URL: "nats://127.0.0.1:4222",
  REDIS_URL: "redis://127.0.0.1:6379",
  INTERNAL_PORT: "4000",
  JWT_SECRET: "x".repeat(32),
};
const actor = { ...edge, INGESTS: "main=rtmp://127.0.0.1:1935/live|http://127.0.0.1:8080" };

const faultsOf = (read: () => unknown): string[] => {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ConfigFaults) return error.faults;
    throw error;
  }
};

test("correct settings are read, with defaults for the others", () => {
  expect(readEdgeConfig(edge)).toMatchObject({ port: 3000, limits: { socketsPerIp: 500 }, secureCookies: false });
  expect(readActorConfig(actor, LADDERS)).toMatchObject({
    graceMs: 90_000,
    ladder: "480p",
    ingests: [{ id: "main", rtmpUrl: "rtmp://127.0.0.1:1935/live", controlUrl: "http://127.0.0.1:8080" }],
  });
});

test("LADDER is a word that stands alone, or a list of rungs", () => {
  const read = (LADDER: string) =>
    readActorConfig({ ...actor, LADDER }, { ladders: ["none", "auto", "720p", "480p", "audio"] }).ladder;
  expect([read(""), read("none"), read("auto"), read("720p, audio,720p")]).toEqual([
    "480p",
    "none",
    "auto",
    "720p,audio",
  ]);
  const fault = "LADDER must be none or auto or a list of 720p, 480p, audio, not";
  for (const wrong of ["none,480p", "auto,720p", "900p", "480p,x"])
    expect(faultsOf(() => read(wrong))).toEqual([`${fault} "${wrong}"`]);
});

test("all faults are reported at once", () => {
  const faults = faultsOf(() => readEdgeConfig({ ...edge, NATS_URL: "", EDGE_PORT: "70000", LOG_LEVEL: "loud" }));
  expect(faults).toEqual([
    'EDGE_PORT must be a whole number from 1 to 65535, not "70000"',
    'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, not "loud"',
    "NATS_URL is missing",
  ]);
});

test("a fault never repeats a value that may be a secret", () => {
  const faults = faultsOf(() =>
    readEdgeConfig({ ...edge, DATABASE_URL: "mysql://u:hunter2@h", JWT_SECRET: "hunter2" }),
  );
  expect(faults).toHaveLength(2);
  expect(faults.join()).not.toContain("hunter2");
});

test("NATS_URL may be a list, and each entry must be a URL", () => {
  const three = "nats://a:4222, nats://b:4222,tls://c:4222";
  expect(readEdgeConfig({ ...edge, NATS_URL: three }).natsUrl).toBe("nats://a:4222,nats://b:4222,tls://c:4222");
  expect(faultsOf(() => readEdgeConfig({ ...edge, NATS_URL: "nats://a:4222,b:4222" }))).toEqual([
    "NATS_URL must be URLs with nats or tls://, separated by commas",
  ]);
});

test("the fault of a malformed ingest shows the correct form", () => {
  expect(faultsOf(() => readActorConfig({ ...actor, INGESTS: "rtmp://x" }, LADDERS))[0]).toContain(
    "must look like main=rtmp://",
  );
  expect(faultsOf(() => readActorConfig({ ...actor, INGESTS: "" }, LADDERS))).toEqual(["INGESTS is missing"]);
});

const knownProviders = [
  { id: "google", label: "Google" },
  { id: "github", label: "GitHub" },
];

test("each sign-in provider in the list has settings of its own", () => {
  const secrets = { OAUTH_GOOGLE_CLIENT_ID: "g", OAUTH_GOOGLE_CLIENT_SECRET: "s1" };
  const own = {
    OAUTH_HOME_CLIENT_ID: "h",
    OAUTH_HOME_CLIENT_SECRET: "s2",
    OAUTH_HOME_ISSUER: "https://id.example.org/x",
  };
  const env = { ...edge, OAUTH_PROVIDERS: "google,home", ...secrets, ...own };
  expect(readEdgeConfig(env, { knownProviders }).signInProviders).toEqual([
    { id: "google", label: "Google", issuer: null, clientId: "g", clientSecret: "s1" },
    { id: "home", label: "home", issuer: "https://id.example.org/x", clientId: "h", clientSecret: "s2" },
  ]);
});

test("an unknown provider without an issuer is reported with the other faults", () => {
  const env = { ...edge, NATS_URL: "", OAUTH_PROVIDERS: "gogle,github", OAUTH_GITHUB_CLIENT_ID: "g" };
  expect(faultsOf(() => readEdgeConfig(env, { knownProviders }))).toEqual([
    "NATS_URL is missing",
    'OAUTH_PROVIDERS: "gogle" is none of google, github; an OpenID Connect issuer of that name needs OAUTH_GOGLE_ISSUER',
    "OAUTH_GOGLE_CLIENT_ID is missing",
    "OAUTH_GOGLE_CLIENT_SECRET is missing",
    "OAUTH_GITHUB_CLIENT_SECRET is missing",
  ]);
});

test("the public address must be an origin", () => {
  expect(readEdgeConfig({ ...edge, PUBLIC_URL: "https://live.example.org/" }).publicUrl).toBe(
    "https://live.example.org",
  );
  expect(readEdgeConfig({ ...edge, EDGE_PORT: "3456" }).publicUrl).toBe("http://127.0.0.1:3456");
  expect(faultsOf(() => readEdgeConfig({ ...edge, PUBLIC_URL: "https://live.example.org/app" }))).toEqual([
    "PUBLIC_URL must be only scheme, host and port",
  ]);
});

describe("a value that could never match stops the start", () => {
  const origin = (name: string, value: string) => faultsOf(() => readEdgeConfig({ ...edge, [name]: value }));
  const must = "must be origins such as https://live.example.org, not";

  test.each([
    ["https://live.example/", ": write https://live.example"],
    ["https://Live.Example", ": write https://live.example"],
    ["https://live.example:443", ": write https://live.example"],
    ["https://live.example/app", ": write https://live.example"],
    ["https://bücher.example", ": write https://xn--bcher-kva.example"],
    ["live.example", ""],
    ["live.example:8443", ""],
    ["*", ""],
    ["https://*.live.example/", ": write https://*.live.example"],
    ["null", ""],
  ])("ALLOWED_ORIGINS and PLAYBACK_ORIGINS: %s", (value, todo) => {
    for (const name of ["ALLOWED_ORIGINS", "PLAYBACK_ORIGINS"])
      expect(origin(name, value)).toEqual([`${name} ${must} "${value}"${todo}`]);
  });

  test("but origins as browsers send them are taken", () => {
    const origins = [
      "https://live.example",
      "http://127.0.0.1:3000",
      "http://[2001:db8::1]:3000",
      "capacitor://localhost",
    ];
    expect(readEdgeConfig({ ...edge, ALLOWED_ORIGINS: origins.join(" , ") }).allowedOrigins).toEqual(origins);
  });

  test.each([
    "nginx",
    "10.0.0.1:8080",
    "[2001:db8::1]",
    "10.0.0.0/33",
    "2001:db8::/129",
    "10.0.0",
    "010.0.0.1",
    "10.0.0.0/8/8",
    "10.0.0.0/",
    "::ffff:10.0.0.1",
    "fe80::1%eth0",
    "*",
  ])("TRUSTED_PROXIES: %s", (value) => {
    expect(origin("TRUSTED_PROXIES", `127.0.0.1,${value}`)).toEqual([
      `TRUSTED_PROXIES must be IP addresses or blocks such as 10.0.0.0/8 or fd00::/8, not "${value}"`,
    ]);
  });

  test("but addresses and blocks are taken", () => {
    const blocks = ["127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8", "0.0.0.0/0"];
    expect(readEdgeConfig({ ...edge, TRUSTED_PROXIES: blocks.join(",") }).trustedProxies).toEqual(blocks);
  });
});

test("the instance has a name of its own, which may not end a header or a label", () => {
  expect(readEdgeConfig(edge)).toMatchObject({ instanceName: "TwitchClone", instanceMark: null });
  const named = readEdgeConfig({ ...edge, INSTANCE_NAME: "Häfen & Meer", INSTANCE_MARK: "/etc/mark.svg" });
  expect(named).toMatchObject({
    instanceName: "Häfen & Meer",
    instanceMark: "/etc/mark.svg",
    mailFrom: "Häfen & Meer <no-reply@localhost>",
  });
  for (const name of [" ", "a\nb", "a:b", "a<b>", "x".repeat(41)])
    expect(faultsOf(() => readEdgeConfig({ ...edge, INSTANCE_NAME: name }))).toEqual([
      expect.stringContaining("INSTANCE_NAME"),
    ]);
});

describe("the object store", () => {
  const s3 = {
    S3_ENDPOINT: "http://127.0.0.1:9000",
    S3_BUCKET: "live",
    S3_ACCESS_KEY_ID: "id",
    S3_SECRET_ACCESS_KEY: "hunter2",
  };

  test("is read by edges and actor nodes, and browsers use the same address by default", () => {
    const wanted = {
      endpoint: "http://127.0.0.1:9000",
      publicEndpoint: "http://127.0.0.1:9000",
      region: "us-east-1",
      bucket: "live",
      accessKeyId: "id",
      secretAccessKey: "hunter2",
      pathStyle: true,
    };
    expect(readEdgeConfig({ ...edge, ...s3 }).objectStore).toEqual(wanted);
    expect(readActorConfig({ ...actor, ...s3 }, LADDERS).objectStore).toEqual(wanted);
    const other = { S3_PUBLIC_ENDPOINT: "https://s3.example.org", S3_PATH_STYLE: "off", S3_REGION: "eu-west-1" };
    expect(readEdgeConfig({ ...edge, ...s3, ...other }).objectStore).toMatchObject({
      publicEndpoint: "https://s3.example.org",
      pathStyle: false,
      region: "eu-west-1",
    });
  });

  test("is none without an endpoint, and wrong without the rest", () => {
    expect(readEdgeConfig({ ...edge, ...s3, S3_ENDPOINT: "" }).objectStore).toBeNull();
    const faults = faultsOf(() => readEdgeConfig({ ...edge, ...s3, S3_BUCKET: "", S3_ENDPOINT: "ftp://u:hunter2@h" }));
    expect(faults).toEqual(["S3_ENDPOINT must be a URL with https or http://", "S3_BUCKET is missing"]);
  });
});

describe("backups", () => {
  const read = (env: Record<string, string>) => {
    const reader = new Reader(env);
    return reader.done(readBackup(reader));
  };
  const store = {
    BACKUP_S3_ENDPOINT: "https://s3.example.org",
    BACKUP_S3_BUCKET: "backups",
    BACKUP_S3_ACCESS_KEY_ID: "id",
    BACKUP_S3_SECRET_ACCESS_KEY: "hunter2",
  };

  test("are off by default, and go to the media's store without one of their own", () => {
    expect(read({})).toMatchObject({ isOn: false, store: null, keys: [], keyFile: null, rpoSeconds: 60, keep: 7 });
    expect(read({ BACKUP: "on", ...store, S3_BUCKET: "live" })).toMatchObject({
      isOn: true,
      store: { bucket: "backups" },
    });
  });

  test("keys have a length, and a fault does not repeat them", () => {
    const keys = `${"a".repeat(32)}, ${"b".repeat(40)}`;
    expect(read({ BACKUP_KEY: keys }).keys).toEqual(["a".repeat(32), "b".repeat(40)]);
    expect(faultsOf(() => read({ BACKUP_KEY: "hunter2" }))).toEqual(["BACKUP_KEY must have at least 32 characters"]);
  });

  test("all faults of the process that makes them are told at once", () => {
    const faults = faultsOf(() =>
      readBackupService({ BACKUP_RPO_SECONDS: "1", BACKUP: "maybe", ...store, BACKUP_S3_BUCKET: "" }),
    );
    expect(faults).toHaveLength(6);
    expect(faults.join()).not.toContain("hunter2");
  });
});

describe("a secret from a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "secrets-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const fileOf = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const long = "s".repeat(40);
  const s3 = { S3_ENDPOINT: "http://127.0.0.1:9000", S3_BUCKET: "live", S3_ACCESS_KEY_ID: "id" };
  const google = { OAUTH_PROVIDERS: "google", OAUTH_GOOGLE_CLIENT_ID: "g" };
  const readEdge = (env: object) => readEdgeConfig({ ...edge, ...env }, { knownProviders });
  const readActor = (env: object) => readActorConfig({ ...actor, ...env }, LADDERS);

  /** Every secret, what its file holds, and where the value arrives. */
  const secrets: [name: string, value: string, read: (env: object) => unknown, given?: object][] = [
    ["DATABASE_URL", "postgres://node:hunter2@db/live", (env) => readEdge(env).databaseUrl],
    ["NATS_URL", "nats://a:hunter2@n:4222,nats://b:4222", (env) => readActor(env).natsUrl],
    ["REDIS_URL", "redis://node:hunter2@r:6379", (env) => readEdge(env).redisUrl],
    ["JWT_SECRET", long, (env) => readEdge(env).jwtSecret],
    ["JWT_ACCEPTED_SECRETS", long, (env) => readEdge(env).jwtAcceptedSecrets[0]],
    ["RESTREAM_SECRET", long, (env) => readActor(env).restreamSecrets?.[0]],
    ["RESTREAM_ACCEPTED_SECRETS", long, (env) => readActor({ ...env, RESTREAM_SECRET: long }).restreamSecrets?.[1]],
    ["S3_SECRET_ACCESS_KEY", "hunter2", (env) => readEdge({ ...s3, ...env }).objectStore?.secretAccessKey],
    [
      "S3_ACCESS_KEY_ID",
      "id",
      (env) => readEdge({ ...s3, S3_ACCESS_KEY_ID: "", S3_SECRET_ACCESS_KEY: "k", ...env }).objectStore?.accessKeyId,
    ],
    ["SMTP_URL", "smtp://u:hunter2@mail:587", (env) => readEdge(env).smtpUrl],
    [
      "OAUTH_GOOGLE_CLIENT_SECRET",
      "hunter2",
      (env) => readEdge({ ...google, ...env }).signInProviders[0]?.clientSecret,
    ],
  ];

  test.each(secrets)("%s", (name, value, read) => {
    for (const ending of ["", "\n", "\r\n"])
      expect(read({ [name]: "", [`${name}_FILE`]: fileOf(name, value + ending) })).toBe(value);
  });

  test("that is missing, or given twice, is one fault, which does not show the value", () => {
    const missing = join(folder, "nowhere");
    expect(faultsOf(() => readEdge({ JWT_SECRET: "", JWT_SECRET_FILE: missing }))).toEqual([
      `JWT_SECRET_FILE: ${missing} cannot be read (ENOENT)`,
    ]);
    expect(faultsOf(() => readEdge({ NATS_URL: "", NATS_URL_FILE: folder }))).toEqual([
      `NATS_URL_FILE: ${folder} cannot be read (EISDIR)`,
    ]);
    expect(faultsOf(() => readEdge({ JWT_SECRET_FILE: fileOf("JWT_SECRET", "hunter2") }))).toEqual([
      "JWT_SECRET and JWT_SECRET_FILE are both set",
    ]);
  });

  test("that is empty counts as missing", () => {
    expect(faultsOf(() => readEdge({ JWT_SECRET: "", JWT_SECRET_FILE: fileOf("empty", "\n") }))).toEqual([
      "JWT_SECRET is missing",
    ]);
  });
});
