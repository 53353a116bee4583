// Checks resources of Kubernetes without a cluster, by the types and schemas of the packages kubernetes-models and @kubernetes-models/*.
// The compiler finds fields that do not exist, wherever they are; the schemas find missing ones, and values that are not permitted.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Resource } from "./kustomize.ts";

const ROOT = join(import.meta.dir, "../../..");
/** API group → package with its types; groups of Kubernetes itself are in kubernetes-models. */
const PACKAGES: Record<string, string> = {
  "gateway.networking.k8s.io": "@kubernetes-models/gateway-api",
  "keda.sh": "@kubernetes-models/keda",
  "monitoring.coreos.com": "@kubernetes-models/prometheus-operator",
};
const OWN = new Set(["postgresql.cnpg.io", "barmancloud.cnpg.io"]);

/** A sentence for each fault, with the resource's kind and name. */
export async function faultsOf(resources: readonly Resource[]): Promise<string[]> {
  return [...typeFaults(resources), ...(await schemaFaults(resources))];
}

const groupOf = ({ apiVersion }: Resource) => (apiVersion.includes("/") ? apiVersion.split("/")[0]! : "");
const nameOf = ({ kind, metadata }: Resource) => `${kind} ${metadata.name}`;

/** The module with a kind's class and types. */
function moduleOf(resource: Resource): string {
  const group = groupOf(resource);
  if (OWN.has(group)) return "#ops/k8s/testing/cloud-native-pg.ts";
  return `${PACKAGES[group] ?? "kubernetes-models"}/${resource.apiVersion}/${resource.kind}`;
}

/** Lets the compiler compare each resource, written as a literal, with the type of its kind. */
function typeFaults(resources: readonly Resource[]): string[] {
  const folder = join(ROOT, `node_modules/.cache/kubernetes-types-${process.pid}-${crypto.randomUUID().slice(0, 8)}`);
  mkdirSync(folder, { recursive: true });
  try {
    resources.forEach((resource, index) => {
      const text = `import type { I${resource.kind} } from ${JSON.stringify(moduleOf(resource))};
export const resource: I${resource.kind} = ${JSON.stringify(resource, null, 2)};\n`;
      writeFileSync(join(folder, `r${index}.ts`), text);
    });
    const paths = { "#ops/*": [join(ROOT, "ops/*")] };
    const compilerOptions = { ...OPTIONS, paths };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"], exclude: [] }));
    const { stdout } = Bun.spawnSync([join(ROOT, "node_modules/.bin/tsc"), "-p", folder, "--pretty", "false"]);
    return stdout
      .toString()
      .split("\n")
      .flatMap((line) => {
        const [, number, fault] = /r(\d+)\.ts\(\d+,\d+\): error (.*)$/.exec(line) ?? [];
        if (number) return [`${nameOf(resources[Number(number)]!)}: ${fault}`];
        return line.includes("error") ? [line] : [];
      });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const OPTIONS = {
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  module: "esnext",
  moduleResolution: "bundler",
  target: "esnext",
  types: [],
  allowImportingTsExtensions: true,
  verbatimModuleSyntax: true,
};

async function schemaFaults(resources: readonly Resource[]): Promise<string[]> {
  const faults: string[] = [];
  for (const resource of resources) {
    if (OWN.has(groupOf(resource))) continue;
    const module = (await import(moduleOf(resource))) as Record<string, new (data: unknown) => { validate(): void }>;
    try {
      new module[resource.kind]!(resource).validate();
    } catch (error) {
      faults.push(`${nameOf(resource)}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return faults;
}
