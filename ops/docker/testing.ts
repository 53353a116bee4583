// docker-compose.yml as compose reads it, with the secrets of a first start, for tests.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const ROOT = join(import.meta.dir, "../..");

export interface Service {
  image: string;
  build?: { context: string; dockerfile: string; target: string };
  entrypoint?: string[];
  command?: string[];
  user?: string;
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  /** The service starts only with one of these profiles. */
  profiles?: string[];
  networks?: string[] | Record<string, { ipv4_address?: string }>;
  network_mode?: string;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test?: string[]; disable?: boolean };
  mem_limit?: string;
  sysctls?: Record<string, number>;
  stop_grace_period?: string;
}

export interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean; ipam?: { config: { subnet: string; ip_range: string }[] } }>;
  volumes: Record<string, unknown>;
  [extension: `x-${string}`]: unknown;
}

/** docker-compose.yml with `${NAME}`, `${NAME:-default}` and `${NAME:?why}` replaced as compose does it. */
export async function composeFile(env: Record<string, string> = {}): Promise<Compose> {
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

/** Runs ops/docker/secrets/main.ts. */
export function runSecrets(words: string[], env: Record<string, string> = {}) {
  const child = Bun.spawnSync([process.execPath, join(import.meta.dir, "secrets/main.ts"), ...words], {
    env: { PATH: process.env.PATH, ...env },
  });
  return { code: child.exitCode, out: child.stdout.toString(), errors: child.stderr.toString() };
}

/** A folder with the secrets of a first start. */
export function firstSecrets(): string {
  const folder = mkdtempSync(join(tmpdir(), "secrets-"));
  const { code, errors } = runSecrets([folder]);
  if (code !== 0) throw new Error(errors);
  return folder;
}

/** The name under which a service's secrets are kept; null: it has none. */
export const consumerOf = ({ volumes = [] }: Service) =>
  volumes.map((volume) => /^secrets-([a-z0-9]+):\/run\/secrets:ro$/.exec(volume)?.[1]).find(Boolean) ?? null;

/** A service's environment with the paths of its secrets in `secrets` instead of in its container. */
export function environmentOf(service: Service, secrets: string): Record<string, string> {
  const folder = join(secrets, consumerOf(service) ?? "none");
  return Object.fromEntries(
    // An empty value is null in YAML, and empty text for compose.
    Object.entries(service.environment ?? {}).map(([name, value]) => [
      name,
      String(value ?? "").replace(/^\/run\/secrets(?=\/)/, folder),
    ]),
  );
}

export const networksOf = ({ networks = [] }: Service) => (Array.isArray(networks) ? networks : Object.keys(networks));

export const addressOf = ({ networks = {} }: Service, name: string) =>
  Array.isArray(networks) ? undefined : networks[name]?.ipv4_address;
