// Makes the secrets of docker-compose.yml and hands each service its own. Runs before everything else, at every start:
//
//   bun ops/docker/secrets/main.ts <folder>              keeps secrets in <folder>/all, and writes <folder>/<service>/<file>
//   bun ops/docker/secrets/main.ts <folder> show         prints the secrets as lines of an .env file, to keep a copy
//   bun ops/docker/secrets/main.ts kubernetes <namespace>    prints Secrets of Kubernetes with new values (ops/k8s/README.md)
//
// A secret in the environment (.env of compose) replaces the kept one.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { secretFiles } from "./files.ts";
import { kubernetesSecrets } from "./kubernetes.ts";
import { completeSecrets, SECRET_NAMES, SecretFault, type Secrets } from "./secrets.ts";

/** Names of services in docker-compose.yml. */
const HOSTS = { postgres: "postgres:5432", nats: ["nats:4222"], redis: "redis:6379" };

const [first = "", second] = process.argv.slice(2);
try {
  if (first === "kubernetes" && second) console.log(kubernetesSecrets(completeSecrets(known({})), second));
  else if (first && second === "show") show(first);
  else if (first && second === undefined) write(first);
  else throw new SecretFault("usage: bun ops/docker/secrets/main.ts <folder> [show] | kubernetes <namespace>");
} catch (error) {
  if (!(error instanceof SecretFault)) throw error;
  console.error(error.message);
  process.exit(78); // EX_CONFIG
}

function write(folder: string) {
  const secrets = completeSecrets(known(keptIn(folder)));
  writeWhole(join(folder, "all"), "secrets.json", JSON.stringify(secrets, null, 2), 0o400);
  const changed = Object.entries(secretFiles(secrets, HOSTS)).filter(([consumer, files]) =>
    Object.entries(files)
      // Readable for the user that the service runs as: nobody else has the volume.
      .map(([name, text]) => writeWhole(join(folder, consumer), name, text, 0o444))
      .includes(true),
  );
  const names = changed.map(([consumer]) => consumer);
  console.log(names.length > 0 ? `new secrets for ${names.join(" ")}` : "all secrets are there");
}

function show(folder: string) {
  for (const [name, value] of Object.entries(completeSecrets(known(keptIn(folder))))) console.log(`${name}=${value}`);
}

function known(kept: Partial<Secrets>) {
  return { kept, given: Object.fromEntries(SECRET_NAMES.map((name) => [name, process.env[name]])) };
}

function keptIn(folder: string): Partial<Secrets> {
  const file = join(folder, "all/secrets.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Partial<Secrets>) : {};
}

/** True when the text is another one than before. A reader sees the old file or the new one, never half of it. */
function writeWhole(folder: string, name: string, text: string, mode: number): boolean {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  if (existsSync(file) && readFileSync(file, "utf8") === text) return false;
  writeFileSync(`${file}.new`, text, { mode });
  renameSync(`${file}.new`, file);
  return true;
}
