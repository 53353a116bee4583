// docker-compose.yml against what it must agree with: our settings, nginx' configuration, and the subset both composes know.

import { expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "#ops/up/processes.ts";
import { readActorConfig, readEdgeConfig } from "#runtime/config.ts";

const ROOT = join(import.meta.dir, "../..");
const SECRET = "s".repeat(32);

interface Service {
  image: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  networks?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
}

interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean; ipam?: { config: { subnet: string }[] } }>;
  volumes: Record<string, unknown>;
  [extension: `x-${string}`]: unknown;
}

/** The file with `${NAME}`, `${NAME:-default}` and `${NAME:?why}` filled in as compose does. */
async function compose(env: Record<string, string> = { JWT_SECRET: SECRET }): Promise<Compose> {
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

test("edge and actor find every setting they need, and no more than exists", async () => {
  const { services } = await compose();
  const edge = readEdgeConfig(services.edge!.environment!);
  expect(edge).toMatchObject({ port: 3000, internalPort: 3001, rtmpUrl: "rtmp://127.0.0.1:1935/live" });
  const actor = readActorConfig(services.actor!.environment!);
  expect(actor.address).toBe("http://actor:3002");
  expect(actor.ingests).toEqual([{ id: "main", rtmpUrl: "rtmp://nginx:1935/live", controlUrl: "http://nginx:8080" }]);
  const known = await Bun.file(join(ROOT, "runtime/config.ts")).text();
  for (const { environment } of [services.edge!, services.actor!])
    for (const name of Object.keys(environment!))
      expect(known.includes(`"${name}"`) || known.includes(`env.${name}`), name).toBe(true);
});

test("nobody starts without a secret", async () => {
  await expect(compose({})).rejects.toThrow("JWT_SECRET");
});

test("only the web and RTMP are published, on loopback unless told otherwise", async () => {
  const published = async (env: Record<string, string>) =>
    Object.values((await compose({ JWT_SECRET: SECRET, ...env })).services).flatMap(({ ports }) => ports ?? []);
  expect(await published({})).toEqual(["127.0.0.1:3000:3000", "127.0.0.1:1935:1935"]);
  expect(await published({ BIND: "0.0.0.0" })).toEqual(["0.0.0.0:3000:3000", "0.0.0.0:1935:1935"]);
});

test("what a service names is there", async () => {
  const { services, networks, volumes } = await compose();
  for (const [name, service] of Object.entries(services)) {
    for (const other of Object.keys(service.depends_on ?? {}))
      expect(services, `${name} waits for ${other}`).toHaveProperty(other);
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {}))
      if (condition === "service_healthy") expect(services[other]!.healthcheck, other).toBeDefined();
    for (const network of service.networks ?? []) expect(networks).toHaveProperty(network);
    for (const volume of service.volumes ?? []) {
      const source = volume.split(":")[0]!;
      expect(source.startsWith(".") ? existsSync(join(ROOT, source)) : source in volumes, volume).toBe(true);
    }
    if (service.build) expect(existsSync(join(ROOT, service.build.dockerfile)), service.build.dockerfile).toBe(true);
    for (const [file] of [...(service.command ?? []), ...(service.healthcheck?.test ?? [])]
      .join(" ")
      .matchAll(/[\w/]+\.ts/g))
      expect(existsSync(join(ROOT, file)), file).toBe(true);
  }
  expect(services.postgres!.volumes).toEqual(["postgres:/var/lib/postgresql"]);
});

test("nothing is in it that docker-compose 1.29 refuses", async () => {
  const file = await compose();
  const top = Object.keys(file).filter((key) => !key.startsWith("x-"));
  expect(top.sort()).toEqual(["networks", "services", "volumes"]);
  const text = await Bun.file(join(ROOT, "docker-compose.yml")).text();
  for (const word of ["include:", "develop:", "start_interval:", "required:", "content:"])
    expect(text).not.toContain(word);
});

test("nginx' configuration names the edge's internal port and pulls only from the inner network", async () => {
  const printed = Bun.spawnSync([process.execPath, join(import.meta.dir, "nginx-conf.ts")]).stdout.toString();
  const { services, networks } = await compose();
  expect(printed).toContain(`server edge:${services.edge!.environment!.INTERNAL_PORT} `);
  expect(networks.inside!.internal).toBe(true);
  const subnet = networks.inside!.ipam!.config[0]!.subnet;
  expect(printed).toContain(`allow play 127.0.0.1; allow play ${subnet};\n      deny play all;`);
  expect(printed).toContain("boot=@BOOT@");
});

test("nginx takes that configuration", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nginx-conf-"));
  mkdirSync(join(folder, "nginx"));
  const printed = Bun.spawnSync([process.execPath, join(import.meta.dir, "nginx-conf.ts")]).stdout.toString();
  // No such host outside of compose, and no such folder or port here.
  const local = printed.replace("edge:3001", "127.0.0.1:3001").replaceAll("/tmp/nginx", join(folder, "nginx"));
  await Bun.write(join(folder, "nginx.conf"), local);
  const checked = Bun.spawnSync([
    program("nginx"),
    "-t",
    "-e",
    "stderr",
    "-p",
    folder,
    "-c",
    join(folder, "nginx.conf"),
  ]);
  expect(checked.stderr.toString()).toContain("test is successful");
  rmSync(folder, { recursive: true, force: true });
});
