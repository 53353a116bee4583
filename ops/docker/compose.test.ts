// docker-compose.yml against the settings of our processes, the specification of compose, and docker-compose 1.29.

import { afterAll, expect, test } from "bun:test";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { containerBalancerConf } from "#ops/nginx/balancer.conf.ts";
import { TCP_RETRIES } from "#ops/nginx/ingests.conf.ts";
import { readActorConfig } from "#runtime/config/actor.ts";
import { readEdgeConfig } from "#runtime/config/edge.ts";
import { readObjectStore } from "#runtime/config/objects.ts";
import { Reader } from "#runtime/config/reader.ts";
import { nodeRoleOf } from "#schema/node-role.ts";
import { LADDER_WORDS } from "#transcoding/ladder/setting.ts";
import spec from "./compose-spec.schema.json";
import {
  addressOf,
  composeFile,
  consumerOf,
  environmentOf,
  firstSecrets,
  networksOf,
  ROOT,
  type Service,
} from "./testing.ts";

const LADDERS = { ladders: LADDER_WORDS };
const secrets = firstSecrets();
afterAll(() => rmSync(secrets, { recursive: true, force: true }));

const edgeConfig = (service: Service) => readEdgeConfig(environmentOf(service, secrets));
const actorConfig = (service: Service, more = {}) =>
  readActorConfig({ ...environmentOf(service, secrets), ...more }, LADDERS);

test("the file has only fields of the specification, and a misspelt one is found", async () => {
  const { $schema: _, ...schema } = spec;
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  const file = await composeFile();
  expect(validate(file), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
  const misspelt = structuredClone(file) as { services: Record<string, object> };
  Object.assign(misspelt.services.edge!, { stop_grace_periode: "15s" });
  expect(validate(misspelt)).toBe(false);
});

test("the file uses only what docker-compose 1.29 understands", async () => {
  const file = await composeFile();
  const top = Object.keys(file).filter((key) => !key.startsWith("x-"));
  expect(top.sort()).toEqual(["networks", "services", "volumes"]);
  const text = await Bun.file(join(ROOT, "docker-compose.yml")).text();
  for (const word of ["include:", "develop:", "start_interval:", "required:", "content:"])
    expect(text).not.toContain(word);
});

test("edges and actor nodes get all settings they need, and only settings that exist", async () => {
  const { services } = await composeFile();
  for (const name of ["edge", "edge-2"]) {
    const edge = edgeConfig(services[name]!);
    expect(edge).toMatchObject({ name, port: 3000, internalPort: 3001, development: false });
    expect([edge.rtmpUrl, edge.rtmpsUrl]).toEqual(["rtmp://127.0.0.1:1935/live", "rtmps://127.0.0.1:1936/live"]);
  }
  // The actor's command makes the address: each of several actor nodes has its own, on its only network.
  for (const name of ["actor", "actor-2"]) {
    const service = services[name]!;
    expect(service.command!.at(-1)).toContain("INTERNAL_URL=http://$$(hostname -i):3002 exec bun actors/main.ts");
    expect(networksOf(service)).toEqual(["inside"]);
    const actor = actorConfig(service, { INTERNAL_URL: "http://172.30.99.129:3002" });
    expect(actor.internalPort).toBe(3002);
    expect(actor.restreamSecrets).toHaveLength(1);
    const ingests = ["nginx", "nginx-2"].map((host) => ({
      id: services[host]!.environment!.INGEST!,
      rtmpUrl: `rtmp://${host}:1935/live`,
      controlUrl: `http://${host}:8080`,
    }));
    expect(actor.ingests).toEqual(ingests);
  }
  const files = ["shared", "edge", "actor", "ladder", "objects", "restream"];
  const known = (await Promise.all(files.map((file) => Bun.file(join(ROOT, `runtime/config/${file}.ts`)).text()))).join(
    "\n",
  );
  for (const { environment } of [services.edge!, services.actor!])
    for (const given of Object.keys(environment!)) {
      const name = given.replace(/_FILE$/, "");
      // Settings of a provider contain its name.
      const spelt = [`"${name}"`, `env.${name}`, name.replace(/^(OAUTH_(GOOGLE|GITHUB|TWITCH)|S3)/, "$${prefix}")];
      expect(spelt.some((one) => known.includes(one)), name).toBe(true); // biome-ignore format: one line
    }
});

test("settings in .env reach the services", async () => {
  const { services } = await composeFile({
    PUBLIC_HOST: "live.example.org",
    RTMP_PORT: "1945",
    RTMPS_PORT: "443",
    POSTGRES_PASSWORD: "geheim",
    SECURE_COOKIES: "on",
    ALLOWED_ORIGINS: "https://live.example.org",
    LADDER: "none",
    TRANSCODER_SLOTS: "3",
    TLS_FOLDER: "/etc/letsencrypt/live/live.example.org",
    VERSION: "1.2.3",
  });
  expect(edgeConfig(services.edge!)).toMatchObject({
    rtmpUrl: "rtmp://live.example.org:1945/live",
    rtmpsUrl: "rtmps://live.example.org:443/live",
    secureCookies: true,
    allowedOrigins: ["https://live.example.org"],
  });
  expect(services.secrets!.environment).toMatchObject({ POSTGRES_PASSWORD: "geheim" });
  expect(actorConfig(services.actor!)).toMatchObject({ ladder: "none", slots: 3 });
  expect(services.balancer!.volumes).toContain("/etc/letsencrypt/live/live.example.org:/etc/nginx/tls:ro");
  expect(services["edge-2"]!.image).toBe("twitchclone-edge:1.2.3");
});

test("no secret is in an environment, and each service has only its own", async () => {
  const { services, volumes } = await composeFile();
  // Those of sign-in providers and of another store come from .env: they are never made here.
  for (const [name, { environment = {} }] of Object.entries(services))
    for (const setting of Object.keys(environment))
      if (name !== "secrets" && !/^(OAUTH|BACKUP_S3)_/.test(setting))
        expect(`${name} ${setting}`).not.toMatch(/(SECRET|PASSWORD|PASSPHRASE|KEY|KEY_ID)$/);
  const consumers = Object.fromEntries(Object.entries(services).map(([name, one]) => [name, consumerOf(one)]));
  expect(consumers).toMatchObject({
    ...{ edge: "edge", "edge-2": "edge", actor: "actor", "actor-2": "actor", migrate: "migrate", bucket: "bucket" },
    ...{ operator: "operator", postgres: "postgres", nats: "nats", redis: "redis", s3: "s3", demo: "demo" },
    ...{ secrets: null, balancer: null, nginx: null, "nginx-2": null },
  });
  // One service writes them, into a volume for each.
  const written = services.secrets!.volumes!.map((volume) => volume.split(":"));
  for (const [volume = "", path = ""] of written) {
    expect(volumes).toHaveProperty(volume);
    expect(path).toBe(`/secrets/${volume === "secrets" ? "all" : volume.slice("secrets-".length)}`);
    expect(existsSync(join(secrets, path.slice("/secrets/".length))), path).toBe(true);
  }
  for (const consumer of Object.values(consumers))
    if (consumer) expect(written.map(([volume]) => volume)).toContain(`secrets-${consumer}`);
  const holders = Object.keys(services).filter((name) => services[name]!.volumes?.some((one) => /^secrets:/.test(one)));
  expect(holders).toEqual(["secrets"]);
});

test("files that settings and health checks name are among the secrets of the service", async () => {
  const { services } = await composeFile();
  let count = 0;
  for (const [name, service] of Object.entries(services)) {
    const { environment = {}, command = [], healthcheck } = service;
    const words = [...Object.values(environment), ...command, ...(healthcheck?.test ?? [])].join(" ");
    for (const [, file = ""] of words.matchAll(/\/run\/secrets\/([a-z0-9.-]+)/g)) {
      count++;
      expect(existsSync(join(secrets, consumerOf(service) ?? "", file)), `${name}: ${file}`).toBe(true);
    }
  }
  expect(count).toBeGreaterThan(20);
});

test("each service connects to the stores as its own user, and only migrate and operator as the database's owner", async () => {
  const { services } = await composeFile();
  const usersOf = (name: string) => {
    const read = new Reader(environmentOf(services[name]!, secrets));
    return ["DATABASE_URL", "NATS_URL", "REDIS_URL"].map((setting) => {
      const url = read.text(setting, "");
      return url && new URL(url).username;
    });
  };
  for (const edge of ["edge", "edge-2"]) expect(usersOf(edge)).toEqual(["node", "edge", "node"]);
  for (const actor of ["actor", "actor-2"]) expect(usersOf(actor)).toEqual(["node", "actor", "node"]);
  expect(usersOf("migrate")).toEqual(["live", "", ""]);
  expect(usersOf("operator")).toEqual(["live", "operator", "operator"]);
  const nodeUrl = new Reader(environmentOf(services.migrate!, secrets)).text("NODE_DATABASE_URL");
  expect(nodeRoleOf(nodeUrl).name).toBe("node");
  expect(nodeUrl).toBe(edgeConfig(services.edge!).databaseUrl);
});

test("the start is ordered by health", async () => {
  const { services } = await composeFile();
  const waits = (name: string) => Object.entries(services[name]!.depends_on ?? {});
  for (const name of ["edge", "edge-2", "actor", "actor-2", "operator"])
    expect(services[name]!.depends_on, name).toEqual({
      ...{ secrets: { condition: "service_completed_successfully" }, postgres: { condition: "service_healthy" } },
      ...{ redis: { condition: "service_healthy" }, nats: { condition: "service_healthy" } },
      migrate: { condition: "service_completed_successfully" },
      bucket: { condition: "service_completed_successfully" },
    });
  for (const name of ["postgres", "nats", "redis", "s3"])
    expect(waits(name)).toContainEqual(["secrets", { condition: "service_completed_successfully" }]);
  for (const name of ["edge", "edge-2", "nginx", "nginx-2"])
    expect(waits("balancer")).toContainEqual([name, { condition: "service_healthy" }]);
  const dockerfile = await Bun.file(join(ROOT, "ops/docker/Dockerfile")).text();
  for (const name of Object.keys(services))
    for (const [other, { condition }] of waits(name)) {
      expect(services, `${name} waits for ${other}`).toHaveProperty(other);
      const { healthcheck, build, image } = services[other]!;
      if (condition === "service_completed_successfully") expect(healthcheck?.disable, other).toBe(true);
      else if (healthcheck) expect(healthcheck.test, other).toBeDefined();
      else {
        const target = build?.target ?? /twitchclone-([a-z-]+):/.exec(image)?.[1];
        const stage = dockerfile.split(`AS ${target}\n`)[1]!.split("\nFROM ")[0];
        expect(stage, other).toContain("\nHEALTHCHECK ");
      }
    }
});

test("only the ports for people, encoders and uploads are published, on loopback by default", async () => {
  const published = async (env: Record<string, string>) =>
    Object.values((await composeFile(env)).services)
      .filter(({ profiles }) => !profiles)
      .flatMap(({ ports }) => ports ?? [])
      .sort();
  const ports = ["1935:1935", "1936:1936", "8333:8333", "8443:8443"];
  expect(await published({})).toEqual(["3000:8080", ...ports].map((port) => `127.0.0.1:${port}`).sort());
  expect(await published({ BIND: "0.0.0.0", WEB_PORT: "80" })).toEqual(
    ["80:8080", ...ports].map((port) => `0.0.0.0:${port}`).sort(),
  );
});

test("two edges and two ingests stand behind the balancer, at fixed addresses", async () => {
  const { services, networks } = await composeFile();
  const { balancer, edge, "edge-2": second, nginx, "nginx-2": spare } = services;
  const conf = containerBalancerConf();
  for (const one of [edge!, second!]) {
    expect(conf).toContain(`server ${addressOf(one, "inside")}:${one.environment!.EDGE_PORT} `);
    expect(edgeConfig(one).trustedProxies).toEqual([addressOf(balancer!, "inside")!]);
    expect(one.ports).toBeUndefined();
  }
  expect<object>({ ...second!.environment, NODE_NAME: "edge" }).toEqual(edge!.environment!);
  const hooks = [edge!, second!].map((one) => `${addressOf(one, "inside")}:${one.environment!.INTERNAL_PORT}`);
  for (const one of [nginx!, spare!]) {
    expect(conf).toContain(`server ${addressOf(one, "inside")}:1938 `);
    expect(one.environment!.EDGES!.split(",")).toEqual(hooks);
    expect(one.ports).toBeUndefined();
  }
  expect(balancer).toMatchObject({ read_only: true, tmpfs: "/tmp", cap_drop: ["ALL"], user: "101" });
  expect(balancer!.sysctls).toEqual({ "net.ipv4.tcp_retries2": TCP_RETRIES });
  // Dynamic addresses are from another part of the network, so no other container gets a fixed one. Everybody in it may pull.
  const { subnet, ip_range } = networks.inside!.ipam!.config[0]!;
  expect([subnet, ip_range]).toEqual(["172.30.99.0/24", "172.30.99.128/25"]);
  expect(networks.inside!.internal).toBe(true);
  expect(nginx!.environment!.PULLERS).toBe(subnet);
  for (const service of Object.values(services)) {
    const address = addressOf(service, "inside");
    if (address) expect(address).toMatch(/^172\.30\.99\.(\d|[1-9]\d|1[01]\d|12[0-7])$/);
  }
});

test("networks, volumes and files that a service names exist, and its memory has a limit", async () => {
  const { services, networks, volumes } = await composeFile();
  for (const [name, service] of Object.entries(services)) {
    for (const network of networksOf(service)) expect(networks).toHaveProperty(network);
    for (const volume of service.volumes ?? []) {
      const source = volume.split(":")[0]!;
      if (source.startsWith("./")) expect(existsSync(join(ROOT, source)) || isToCome(source), volume).toBe(true);
      else if (!source.startsWith("/")) expect(volumes, volume).toHaveProperty([source]);
    }
    if (service.build) expect(existsSync(join(ROOT, service.build.dockerfile)), service.build.dockerfile).toBe(true);
    const words = [...(service.entrypoint ?? []), ...(service.command ?? [])].join(" ");
    for (const [file] of words.matchAll(/[\w/-]+\.ts\b/g)) expect(existsSync(join(ROOT, file)), file).toBe(true);
    expect(service.mem_limit, name).toMatch(/^\d+[mg]$/);
  }
  const storeOf = (name: string) => {
    const read = new Reader(environmentOf(services[name]!, secrets));
    return read.done(readObjectStore(read));
  };
  for (const name of ["edge", "actor", "operator", "bucket"])
    expect(storeOf(name), name).toMatchObject({ endpoint: "http://s3:8333", bucket: "live", pathStyle: true });
  expect(storeOf("edge")!.publicEndpoint).toBe("http://127.0.0.1:8333");
  expect(services.postgres!.volumes).toContain("postgres:/var/lib/postgresql");
});

/** Folders of the profiles observability and tools come with other changes. */
const isToCome = (path: string) =>
  ["ops/monitoring", "ops/backup"].some((folder) => path.startsWith(`./${folder}/`) && !existsSync(join(ROOT, folder)));

test("a process has longer to leave than it takes", async () => {
  const { services } = await composeFile();
  const actor = await Bun.file(join(ROOT, "actors/main.ts")).text();
  const edge = await Bun.file(join(ROOT, "edge/main.ts")).text();
  const ms = (text: string, name: string) => Number(new RegExp(`${name} = ([\\d_]+)`).exec(text)![1]!.replace("_", ""));
  const grace = (name: string) => Number(/^(\d+)s$/.exec(services[name]!.stop_grace_period!)![1]) * 1_000;
  expect(grace("actor")).toBeGreaterThan(ms(actor, "STOP_WITHIN_MS"));
  expect(grace("edge")).toBeGreaterThan(ms(edge, "FINISH_WITHIN_MS") + ms(edge, "PARTS_COME_WITHIN_MS"));
});
