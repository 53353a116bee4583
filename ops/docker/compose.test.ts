// docker-compose.yml against the settings of our processes, the configurations of nginx, NATS and Redis, and docker-compose 1.29.

import { expect, test } from "bun:test";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "#ops/up/processes.ts";
import { certificateFault } from "#ops/up/rtmps-certificate.ts";
import { natsLimits } from "#ops/up/services/nats.ts";
import { natsAuthorization } from "#ops/up/services/nats-users.ts";
import { redisRules } from "#ops/up/services/redis-users.ts";
import { readActorConfig } from "#runtime/config/actor.ts";
import { readEdgeConfig } from "#runtime/config/edge.ts";
import { readObjectStore } from "#runtime/config/objects.ts";
import { Reader } from "#runtime/config/reader.ts";
import { readRelayConfig } from "#runtime/config/relay.ts";
import { nodeRoleOf } from "#schema/node-role.ts";
import { LADDER_WORDS } from "#transcoding/ladder/setting.ts";

const LADDERS = { ladders: LADDER_WORDS };
const ROOT = join(import.meta.dir, "../..");
/** The secrets that ops/docker/env.sh makes. */
const SECRETS = Object.fromEntries(
  [
    "JWT_SECRET",
    "RESTREAM_SECRET",
    "POSTGRES_PASSWORD",
    "POSTGRES_NODE_PASSWORD",
    "NATS_EDGE_PASSWORD",
    "NATS_ACTOR_PASSWORD",
    "NATS_OPERATOR_PASSWORD",
    "REDIS_NODE_PASSWORD",
    "REDIS_OPERATOR_PASSWORD",
    "S3_ACCESS_KEY_ID",
    "S3_SECRET_ACCESS_KEY",
  ].map((name) => [name, `${name.toLowerCase().replaceAll("_", "")}${"0".repeat(32)}`]),
);

interface Service {
  image: string;
  build?: { context: string; dockerfile: string };
  entrypoint?: string[];
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  /** The service starts only with one of these profiles. */
  profiles?: string[];
  networks?: string[] | Record<string, { ipv4_address?: string }>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
}

interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean; ipam?: { config: { subnet: string; ip_range: string }[] } }>;
  volumes: Record<string, unknown>;
  [extension: `x-${string}`]: unknown;
}

/** docker-compose.yml with `${NAME}`, `${NAME:-default}` and `${NAME:?why}` replaced as compose does it. */
async function compose(env: Record<string, string> = SECRETS): Promise<Compose> {
  const text = await Bun.file(join(ROOT, "docker-compose.yml")).text();
  const code = text.replace(/^\s*#.*$/gm, "");
  const filled = code.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind?: string, rest = "") => {
    const value = env[name];
    if (value) return value;
    if (kind === "?") throw new Error(rest);
    return rest;
  });
  return Bun.YAML.parse(filled) as Compose;
}

const networksOf = ({ networks = [] }: Service) => (Array.isArray(networks) ? networks : Object.keys(networks));
const addressOf = ({ networks = {} }: Service, name: string) =>
  Array.isArray(networks) ? undefined : networks[name]?.ipv4_address;

const nginxConf = () => Bun.spawnSync([process.execPath, join(import.meta.dir, "nginx-conf.ts")]).stdout.toString();

test("edge, actor and relay get all settings they need, and only settings that exist", async () => {
  const { services } = await compose();
  const edge = readEdgeConfig(services.edge!.environment!);
  expect(edge).toMatchObject({ port: 3000, internalPort: 3001, rtmpUrl: "rtmp://127.0.0.1:1935/live" });
  expect(edge.rtmpsUrl).toBe("rtmps://127.0.0.1:1936/live");
  // The actor's command makes the address: each of several actor nodes has its own, on its only network.
  expect(services.actor!.command!.at(-1)).toContain("INTERNAL_URL=http://$$(hostname -i):3002 exec bun actors/main.ts");
  expect(networksOf(services.actor!)).toEqual(["inside"]);
  const actor = readActorConfig(
    { ...services.actor!.environment!, INTERNAL_URL: "http://172.30.99.129:3002" },
    LADDERS,
  );
  expect(actor.internalPort).toBe(3002);
  expect(actor.ingests).toEqual([{ id: "main", rtmpUrl: "rtmp://nginx:1935/live", controlUrl: "http://nginx:8080" }]);
  const known = (
    await Promise.all(
      ["shared", "edge", "actor", "ladder", "objects", "relay", "restream", "webrtc"].map((file) =>
        Bun.file(join(ROOT, `runtime/config/${file}.ts`)).text(),
      ),
    )
  ).join("\n");
  for (const { environment } of [services.edge!, services.actor!, services.relay!])
    for (const name of Object.keys(environment!).filter((name) => name !== "MIMALLOC_PURGE_DELAY")) // Bun's own.
      expect(
        // Settings of a provider contain its name.
        [`"${name}"`, `env.${name}`, name.replace(/^OAUTH_(GOOGLE|GITHUB|TWITCH)/, "$${prefix}")].some((spelt) =>
          known.includes(spelt),
        ),
        name,
      ).toBe(true);
});

test("settings in .env reach the services", async () => {
  const { services } = await compose({
    ...SECRETS,
    PUBLIC_HOST: "live.example.org",
    RTMP_PORT: "1945",
    RTMPS_PORT: "443",
    POSTGRES_PASSWORD: "geheim",
    SECURE_COOKIES: "on",
    ALLOWED_ORIGINS: "https://live.example.org",
    LADDER: "none",
    TRANSCODER_SLOTS: "3",
  });
  expect(readEdgeConfig(services.edge!.environment!)).toMatchObject({
    databaseUrl: `postgres://node:${SECRETS.POSTGRES_NODE_PASSWORD}@postgres:5432/live`,
    rtmpUrl: "rtmp://live.example.org:1945/live",
    rtmpsUrl: "rtmps://live.example.org:443/live",
    secureCookies: true,
    allowedOrigins: ["https://live.example.org"],
  });
  expect(services.postgres!.environment).toMatchObject({ POSTGRES_PASSWORD: "geheim" });
  expect(readActorConfig(services.actor!.environment!, LADDERS)).toMatchObject({ ladder: "none", slots: 3 });
});

test("compose refuses to start while a secret is missing", async () => {
  for (const name of Object.keys(SECRETS)) {
    if (name === "POSTGRES_PASSWORD") continue; // Optional: databases of older versions have the default.
    await expect(compose({ ...SECRETS, [name]: "" }), name).rejects.toThrow(/JWT_SECRET|env\.sh/);
  }
});

test("env.sh adds missing secrets and keeps existing ones", async () => {
  const folder = mkdtempSync(join(tmpdir(), "env-"));
  mkdirSync(join(folder, "ops/docker"), { recursive: true });
  cpSync(join(import.meta.dir, "env.sh"), join(folder, "ops/docker/env.sh"));
  const file = join(folder, ".env");
  const run = () => {
    const { exitCode, stdout } = Bun.spawnSync(["sh", "ops/docker/env.sh"], { cwd: folder });
    expect(exitCode).toBe(0);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    return { told: stdout.toString(), lines, values: Object.fromEntries(lines.map((line) => line.split("="))) };
  };
  const { values, told } = run();
  expect(Object.keys(values).sort()).toEqual(Object.keys(SECRETS).sort());
  expect(new Set(Object.values(values)).size).toBe(Object.keys(SECRETS).length);
  for (const secret of Object.values(values)) expect(secret).toMatch(/^[0-9a-f]{64}$/);
  expect(told).toBe("");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(run().values).toEqual(values);
  // From an older version, whose database has the default password. The last line has no newline.
  writeFileSync(file, `# ours\nWEB_PORT=80\nJWT_SECRET=${"s".repeat(32)}`);
  const older = run();
  expect(older.lines.slice(0, 3)).toEqual(["# ours", "WEB_PORT=80", `JWT_SECRET=${"s".repeat(32)}`]);
  expect(Object.keys(older.values)).not.toContain("POSTGRES_PASSWORD");
  expect(older.told).toContain("POSTGRES_PASSWORD is not in .env");
  // Compose reads all of these as secrets, and a second line would override them.
  for (const line of [
    "export JWT_SECRET=ours",
    " JWT_SECRET = ours",
    "JWT_SECRET: ours",
    "JWT_SECRET='ours'\r",
    "\uFEFFJWT_SECRET=ours",
    "JWT_SECRET=\nJWT_SECRET=ours",
  ]) {
    writeFileSync(file, `${line}\n`);
    const { lines } = run();
    expect([line, lines.filter((one) => one.includes("JWT_SECRET")).length]).toEqual([line, line.split("\n").length]);
  }
  for (const line of [
    'JWT_SECRET=""',
    "JWT_SECRET=\r",
    "# JWT_SECRET=ours",
    "JWT_SECRET= # none yet",
    "MY_JWT_SECRET=x",
  ]) {
    writeFileSync(file, `${line}\n`);
    expect([line, run().values.JWT_SECRET?.length]).toEqual([line, 64]);
  }
  rmSync(folder, { recursive: true, force: true });
});

test("each service connects to the stores as its own user, and only migrate and operator as the database's owner", async () => {
  const { services } = await compose();
  const usersOf = (name: string) =>
    ["DATABASE_URL", "NATS_URL", "REDIS_URL"].map((setting) => {
      const url = services[name]!.environment![setting];
      if (!url) return null;
      const { username, password } = new URL(url);
      expect(Object.values(SECRETS)).toContain(password);
      return `${username} ${Object.entries(SECRETS).find(([, secret]) => secret === password)![0]}`;
    });
  const node = ["node POSTGRES_NODE_PASSWORD", "node REDIS_NODE_PASSWORD"] as const;
  for (const edge of ["edge", "edge-2"]) expect(usersOf(edge)).toEqual([node[0], "edge NATS_EDGE_PASSWORD", node[1]]);
  expect(usersOf("actor")).toEqual([node[0], "actor NATS_ACTOR_PASSWORD", node[1]]);
  expect(usersOf("migrate")).toEqual(["live POSTGRES_PASSWORD", null, null]);
  expect(usersOf("operator")).toEqual([
    "live POSTGRES_PASSWORD",
    "operator NATS_OPERATOR_PASSWORD",
    "operator REDIS_OPERATOR_PASSWORD",
  ]);
  expect(nodeRoleOf(services.migrate!.environment!.NODE_DATABASE_URL!)).toEqual({
    name: "node",
    password: SECRETS.POSTGRES_NODE_PASSWORD!,
  });
  for (const name of ["edge", "edge-2", "actor", "operator"])
    expect(services[name]!.depends_on!.migrate, name).toEqual({ condition: "service_completed_successfully" });
  // Only the services that need a secret get it.
  for (const [name, secret] of Object.entries(SECRETS)) {
    const holders = Object.keys(services).filter((each) => JSON.stringify(services[each]).includes(secret));
    const wanted: Record<string, string[]> = {
      JWT_SECRET: ["edge", "edge-2"],
      RESTREAM_SECRET: ["actor"],
      POSTGRES_PASSWORD: ["migrate", "operator", "postgres"],
      POSTGRES_NODE_PASSWORD: ["actor", "edge", "edge-2", "migrate"],
      NATS_EDGE_PASSWORD: ["edge", "edge-2", "nats"],
      NATS_ACTOR_PASSWORD: ["actor", "nats"],
      NATS_OPERATOR_PASSWORD: ["nats", "operator"],
      REDIS_NODE_PASSWORD: ["actor", "edge", "edge-2", "redis"],
      REDIS_OPERATOR_PASSWORD: ["operator", "redis"],
      S3_ACCESS_KEY_ID: ["actor", "bucket", "edge", "edge-2", "operator", "s3"],
      S3_SECRET_ACCESS_KEY: ["actor", "bucket", "edge", "edge-2", "operator", "s3"],
    };
    expect(holders.sort(), name).toEqual(wanted[name]!);
  }
});

test("the relay has no secret, a user of its own, and the port that answers name", async () => {
  const { services } = await compose({ ...SECRETS, RTC_PORT: "5000", RTC_PUBLIC_ADDRESSES: "203.0.113.5" });
  const { relay, edge, "edge-2": second } = services;
  expect(readRelayConfig(relay!.environment!)).toMatchObject({
    ...{ udpPort: 5000, bind: "0.0.0.0", publicAddresses: ["203.0.113.5"] },
    edges: [edge!, second!].map((one) => `http://${addressOf(one, "inside")}:${one.environment!.INTERNAL_PORT}`),
  });
  expect(relay!.ports).toEqual(["127.0.0.1:5000:5000/udp"]);
  expect(relay).toMatchObject({ user: "1001", read_only: true, cap_drop: ["ALL"] });
  const url = `http://${addressOf(relay!, "inside")}:${relay!.environment!.RELAY_PORT}`;
  for (const one of [edge!, second!])
    expect(readEdgeConfig(one.environment!)).toMatchObject({ webRtc: { relayUrls: [url] } });
});

test("NATS and Redis have the same users as with npm start", async () => {
  const { services } = await compose();
  const conf = await Bun.file(join(import.meta.dir, "nats.conf")).text();
  expect(conf.replace(/^#.*\n/gm, "")).toBe(`port: 4222\n${natsLimits}\n${natsAuthorization()}`);
  for (const [, name = ""] of conf.matchAll(/\$(\w+)/g))
    expect(services.nats!.environment![name]).toBe(`"${SECRETS[name]}"`);
  const words = services.redis!.command!.join(" ");
  expect(words).toContain(" --user default off -@all ");
  for (const [user, rules] of Object.entries(redisRules))
    expect(words).toContain(` --user ${user} on >${SECRETS[`REDIS_${user.toUpperCase()}_PASSWORD`]} ${rules} --`);
});

test("nats-server accepts its configuration, also with a password that begins with digits", async () => {
  const { services } = await compose({ ...SECRETS, NATS_EDGE_PASSWORD: "12e4567890" });
  const env = { ...process.env, ...services.nats!.environment };
  const { exitCode, stderr } = Bun.spawnSync([program("nats-server"), "-t", "-c", join(import.meta.dir, "nats.conf")], {
    env,
  });
  expect(stderr.toString()).toContain("configuration file");
  expect(exitCode).toBe(0);
});

test("only the ports for people, encoders and uploads are published, on loopback by default", async () => {
  const published = async (env: Record<string, string>) =>
    Object.values((await compose({ ...SECRETS, ...env })).services)
      .filter(({ profiles }) => !profiles)
      .flatMap(({ ports }) => ports ?? []);
  expect(await published({})).toEqual([
    "127.0.0.1:8333:8333",
    "127.0.0.1:3000:3000",
    "127.0.0.1:3478:3478/udp",
    "127.0.0.1:1935:1935",
    "127.0.0.1:1936:1936",
  ]);
  expect(await published({ BIND: "0.0.0.0", WEB_PORT: "80" })).toEqual([
    "0.0.0.0:8333:8333",
    "0.0.0.0:80:3000",
    "0.0.0.0:3478:3478/udp",
    "0.0.0.0:1935:1935",
    "0.0.0.0:1936:1936",
  ]);
});

test("with the profile balanced, two edges stand behind the balancer and trust its address", async () => {
  const { services, networks } = await compose();
  const { balancer, edge, "edge-2": second } = services;
  for (const service of [balancer!, second!]) expect(service.profiles).toEqual(["balanced"]);
  expect([balancer!.ports, second!.ports]).toEqual([["127.0.0.1:8080:8080", "127.0.0.1:8443:8443"], []]);
  const conf = await Bun.file(join(ROOT, "ops/nginx/balancer.conf")).text();
  for (const one of [edge!, second!]) {
    expect(conf).toContain(`server ${addressOf(one, "inside")}:${one.environment!.EDGE_PORT} `);
    expect(readEdgeConfig(one.environment!).trustedProxies).toEqual([addressOf(balancer!, "inside")!]);
  }
  expect<object>({ ...second!.environment, NODE_NAME: "edge" }).toEqual(edge!.environment!);
  // Outside this range addresses are fixed, so no other container gets the balancer's.
  expect(networks.inside!.ipam!.config[0]!.ip_range).toBe("172.30.99.128/25");
  expect(balancer).toMatchObject({ read_only: true, tmpfs: "/tmp", cap_drop: ["ALL"], user: "101" });
});

test("services, networks, volumes and files that a service names exist", async () => {
  const { services, networks, volumes } = await compose();
  for (const [name, service] of Object.entries(services)) {
    for (const other of Object.keys(service.depends_on ?? {}))
      expect(services, `${name} waits for ${other}`).toHaveProperty(other);
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {}))
      if (condition === "service_healthy") expect(services[other]!.healthcheck, other).toBeDefined();
    for (const network of networksOf(service)) expect(networks).toHaveProperty(network);
    for (const volume of service.volumes ?? []) {
      const source = volume.split(":")[0]!;
      expect(source.startsWith(".") ? existsSync(join(ROOT, source)) : source in volumes, volume).toBe(true);
    }
    if (service.build) expect(existsSync(join(ROOT, service.build.dockerfile)), service.build.dockerfile).toBe(true);
    for (const [file] of [
      ...(service.entrypoint ?? []),
      ...(service.command ?? []),
      ...(service.healthcheck?.test ?? []),
    ]
      .join(" ")
      .matchAll(/[\w/]+\.ts/g))
      expect(existsSync(join(ROOT, file)), file).toBe(true);
  }
  const storeOf = (name: string) => {
    const read = new Reader(services[name]!.environment!);
    return read.done(readObjectStore(read));
  };
  for (const name of ["edge", "actor", "operator", "bucket"])
    expect(storeOf(name), name).toMatchObject({ endpoint: "http://s3:8333", bucket: "live", pathStyle: true });
  expect(storeOf("edge")!.publicEndpoint).toBe("http://127.0.0.1:8333");
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = services.s3!.environment!;
  expect([AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY]).toEqual([SECRETS.S3_ACCESS_KEY_ID, SECRETS.S3_SECRET_ACCESS_KEY]);
  expect(services.postgres!.volumes).toEqual(["postgres:/var/lib/postgresql"]);
});

test("docker-compose.yml uses only what docker-compose 1.29 understands", async () => {
  const file = await compose();
  const top = Object.keys(file).filter((key) => !key.startsWith("x-"));
  expect(top.sort()).toEqual(["networks", "services", "volumes"]);
  const text = await Bun.file(join(ROOT, "docker-compose.yml")).text();
  for (const word of ["include:", "develop:", "start_interval:", "required:", "content:"])
    expect(text).not.toContain(word);
});

test("nginx-rtmp asks edge-2 only while edge does not answer, and lets only the inner network pull", async () => {
  const printed = nginxConf();
  const { services, networks } = await compose();
  const address = addressOf(services.edge!, "inside")!;
  const upstream = /upstream edges \{\n([^}]*)\}/.exec(printed)?.[1]?.match(/server .*;/g);
  // By address: nginx does not start with a name that is missing, and does not look a name up again.
  expect(upstream).toEqual([
    `server ${address}:${services.edge!.environment!.INTERNAL_PORT} max_fails=1 fail_timeout=2s;`,
    `server ${addressOf(services["edge-2"]!, "inside")}:${services["edge-2"]!.environment!.INTERNAL_PORT} max_fails=1 fail_timeout=2s backup;`,
  ]);
  expect(networks.inside!.internal).toBe(true);
  const { subnet, ip_range } = networks.inside!.ipam!.config[0]!;
  expect(printed).toContain(`allow play 127.0.0.1; allow play ${subnet};\n      deny play all;`);
  // The edge's address is in the network and outside the range for other containers.
  expect([subnet, ip_range]).toEqual(["172.30.99.0/24", "172.30.99.128/25"]);
  expect(address).toMatch(/^172\.30\.99\.(\d|[1-9]\d|1[01]\d|12[0-7])$/);
  expect(printed).toContain("boot=@BOOT@");
});

test("our images run without root, capabilities and a writable file system", async () => {
  const { services } = await compose();
  const ours = Object.values(services).filter(({ build }) => build);
  expect(ours).toHaveLength(8);
  for (const { build, ...service } of ours) {
    expect(service).toMatchObject({
      read_only: true,
      tmpfs: expect.stringMatching(/^\/tmp(:size=\d+[mg])?$/),
      cap_drop: ["ALL"],
    });
    const steps = await Bun.file(join(ROOT, build!.dockerfile)).text();
    expect(steps.slice(steps.lastIndexOf("\nFROM ")), build!.dockerfile).toMatch(/^USER (?!root|0)\S+$/m);
  }
});

test("files that the images copy exist and are in the build context", async () => {
  const sent = (await Bun.file(join(ROOT, ".dockerignore")).text()).split("\n");
  expect(sent).toContain("*");
  for (const file of ["node.Dockerfile", "nginx.Dockerfile"]) {
    const steps = await Bun.file(join(import.meta.dir, file)).text();
    const copied = [...steps.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) => sources!.split(" "));
    expect(copied.length).toBeGreaterThan(3);
    for (const source of copied) {
      expect(existsSync(join(ROOT, source)), source).toBe(true);
      expect(
        sent.some((line) => `${source}/`.startsWith(`${line.slice(1)}/`) && line.startsWith("!")),
        source,
      ).toBe(true);
    }
  }
});

test("the container of nginx starts with a new boot, and with a mounted certificate or one for development", () => {
  const folder = mkdtempSync(join(tmpdir(), "nginx-start-"));
  const [home, own] = [join(folder, "home"), join(folder, "own")];
  const template = join(folder, "live.template");
  writeFileSync(template, "boot=@BOOT@");
  const script = readFileSync(join(import.meta.dir, "nginx-start.sh"), "utf8")
    .replace("/etc/nginx/live.template", template)
    .replace("/usr/local/bin", join(ROOT, "ops/nginx"))
    .replace("home=/tmp/nginx", `home=${home}`)
    .replace("own=/etc/nginx/rtmps", `own=${own}`);
  expect(script).toContain("exec nginx ");
  const start = () => {
    const { exitCode, stderr } = Bun.spawnSync(["sh", "-c", script.replace("exec nginx ", "exec true ")]);
    expect([exitCode, stderr.toString()]).toEqual([0, ""]);
    return readFileSync(join(home, "nginx.conf"), "utf8");
  };
  const files = { certificate: join(home, "rtmps/certificate.pem"), key: join(home, "rtmps/key.pem") };
  const first = start();
  expect(first).toMatch(/^boot=[0-9a-f-]{36}$/);
  expect(certificateFault(files)).toBeNull();
  expect(start()).not.toBe(first);
  cpSync(join(home, "rtmps"), own, { recursive: true });
  start();
  start();
  expect(readFileSync(files.certificate, "utf8")).toBe(readFileSync(join(own, "certificate.pem"), "utf8"));
  // Renewed while nginx runs.
  writeFileSync(join(own, "certificate.pem"), "renewed");
  expect(readFileSync(files.certificate, "utf8")).toBe("renewed");
  rmSync(folder, { recursive: true, force: true });
});

test("the container of the balancer starts with HTTP/2, by a mounted configuration or a certificate for development", () => {
  const folder = mkdtempSync(join(tmpdir(), "balancer-start-"));
  const [home, own] = [join(folder, "home"), join(folder, "own")];
  const script = readFileSync(join(import.meta.dir, "balancer-start.sh"), "utf8")
    .replace("/usr/local/bin", join(ROOT, "ops/nginx"))
    .replace("home=/tmp/balancer", `home=${home}`)
    .replace("own=/etc/nginx/tls", `own=${own}`);
  expect(script).toContain("exec nginx ");
  const start = (path = process.env.PATH) => {
    const argv = ["/bin/sh", "-c", script.replace("exec nginx ", "exec true ")];
    const { exitCode, stderr } = Bun.spawnSync(argv, { env: { PATH: path } });
    expect(exitCode).toBe(0);
    return stderr.toString();
  };
  const conf = () => readFileSync(join(home, "tls/development.conf"), "utf8");
  expect(start()).toBe("");
  expect(conf()).toMatch(/^listen 8443 ssl;\nhttp2 on;\nssl_certificate /);
  expect(
    certificateFault({ certificate: join(home, "tls/certificate.pem"), key: join(home, "tls/key.pem") }),
  ).toBeNull();
  mkdirSync(own);
  writeFileSync(join(own, "own.conf"), "listen 443 ssl;");
  expect(start()).toBe("");
  expect(readFileSync(join(home, "tls/own.conf"), "utf8")).toBe("listen 443 ssl;");
  rmSync(own, { recursive: true });
  // Without openssl it serves plain HTTP, and says so.
  const tools = join(folder, "tools");
  mkdirSync(tools);
  for (const tool of ["sh", "mkdir", "rm", "ls", "cat", "true"]) symlinkSync(Bun.which(tool)!, join(tools, tool));
  expect(start(tools)).toContain("serves no HTTPS");
  rmSync(folder, { recursive: true, force: true });
});

test("nginx accepts the configuration for containers", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nginx-conf-"));
  mkdirSync(join(folder, "nginx"));
  // The container's folder does not exist on this machine.
  await Bun.write(join(folder, "nginx.conf"), nginxConf().replaceAll("/tmp/nginx", join(folder, "nginx")));
  const argv = [program("nginx"), "-t", "-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")];
  expect(Bun.spawnSync(argv).stderr.toString()).toContain("test is successful");
  rmSync(folder, { recursive: true, force: true });
});
