// Builds an overlay as `kustomize build` does, for the fields that ours use: this machine may not have it. Anything else is an error.

import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";

export type Value = string | number | boolean | null | Value[] | { [field: string]: Value };

export interface Resource {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; [field: string]: unknown };
  [field: string]: unknown;
}

interface Kustomization {
  apiVersion: string;
  kind: string;
  namespace?: string;
  resources?: string[];
  components?: string[];
  labels?: { pairs: Record<string, string> }[];
  images?: { name: string; newName?: string; newTag?: string }[];
  configMapGenerator?: { name: string; behavior?: "merge"; literals?: string[]; files?: string[] }[];
  patches?: { path?: string; patch?: string; target?: { kind: string; name: string } }[];
}

const KNOWN = "apiVersion kind namespace resources components labels images configMapGenerator patches".split(" ");

/** `folder`: has a kustomization.yaml. Unlike kustomize's, names of ConfigMaps get no hash of their content. */
export function buildOverlay(folder: string): Resource[] {
  return build(folder, []);
}

/** `before`: what a component adds to and changes. */
function build(folder: string, before: Resource[]): Resource[] {
  const [kustomization] = readYaml(join(folder, "kustomization.yaml")) as unknown as [Kustomization];
  for (const field of Object.keys(kustomization))
    if (!KNOWN.includes(field)) throw new Error(`${folder}: ${field} is nothing that this builder knows`);
  const resources = [
    ...before,
    ...(kustomization.resources ?? []).flatMap((name) => readResources(join(folder, name))),
  ];
  for (const generator of kustomization.configMapGenerator ?? []) generate(resources, folder, generator);
  for (const name of kustomization.components ?? []) {
    const all = build(join(folder, name), resources);
    resources.splice(0, resources.length, ...all);
  }
  for (const patch of kustomization.patches ?? []) applyPatch(resources, folder, patch);
  for (const resource of resources) {
    for (const { pairs } of kustomization.labels ?? [])
      resource.metadata.labels = { ...resource.metadata.labels, ...pairs };
    for (const image of kustomization.images ?? []) rename(resource, image);
    if (kustomization.namespace) place(resource, kustomization.namespace);
  }
  return resources;
}

function readResources(path: string): Resource[] {
  if (statSync(path).isDirectory()) return buildOverlay(path);
  return readYaml(path) as unknown as Resource[];
}

export function readYaml(path: string): Value[] {
  if (!existsSync(path)) throw new Error(`${path} is missing`);
  return documents(readFileSync(path, "utf8"));
}

/** All documents of a YAML stream. */
export const documents = (text: string): Value[] =>
  text
    .split(/^---\s*$/m)
    .map((document) => Bun.YAML.parse(document) as Value)
    .filter((document) => document !== null && document !== undefined);

function generate(
  resources: Resource[],
  folder: string,
  generator: NonNullable<Kustomization["configMapGenerator"]>[0],
) {
  const literals = (generator.literals ?? []).map((text) => [text.split("=")[0], text.slice(text.indexOf("=") + 1)]);
  const files = (generator.files ?? []).map((file) => [basename(file), readFileSync(join(folder, file), "utf8")]);
  const data = Object.fromEntries([...literals, ...files]) as Record<string, string>;
  const there = resources.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === generator.name);
  if (generator.behavior === "merge" && there) Object.assign(there.data as object, data);
  else if (generator.behavior || there) throw new Error(`${folder}: ConfigMap ${generator.name} cannot be merged`);
  else resources.push({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: generator.name }, data });
}

function applyPatch(
  resources: Resource[],
  folder: string,
  { path, patch, target }: NonNullable<Kustomization["patches"]>[0],
) {
  const parts = path ? readYaml(join(folder, path)) : documents(patch ?? "");
  const find = (kind: string, name: string) => {
    const index = resources.findIndex((resource) => resource.kind === kind && resource.metadata.name === name);
    if (index < 0) throw new Error(`${folder}: a patch is for ${kind} ${name}, which is missing`);
    return index;
  };
  if (target) {
    const resource = resources[find(target.kind, target.name)] as unknown as Value;
    for (const operation of parts.flat() as unknown as Operation[]) operate(resource, operation);
    return;
  }
  for (const part of parts as unknown as Resource[]) {
    const index = find(part.kind, part.metadata.name);
    if (part.$patch === "delete") resources.splice(index, 1);
    else
      resources[index] = merged(resources[index] as unknown as Value, part as unknown as Value) as unknown as Resource;
  }
}

/** RFC 7386. Lists are replaced, as for resources whose lists kustomize does not know: patch others by operations. */
function merged(old: Value | undefined, change: Value): Value {
  if (!isMap(change)) return change;
  const result = isMap(old) ? { ...old } : {};
  for (const [field, value] of Object.entries(change))
    if (value === null) delete result[field];
    else result[field] = merged(result[field], value);
  return result;
}

interface Operation {
  op: "add" | "replace" | "remove";
  path: string;
  value?: Value;
}

/** RFC 6902; a list's element by its number. */
function operate(root: Value, { op, path, value }: Operation) {
  const steps = path
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = steps.pop()!;
  const parent = steps.reduce<Value | undefined>((at, step) => (at as Record<string, Value>)?.[step], root);
  if (parent === undefined || parent === null || typeof parent !== "object") throw new Error(`${path} is missing`);
  const fields = parent as Record<string, Value>;
  if (op !== "add" && !(last in fields)) throw new Error(`${path} is missing`);
  if (op === "remove") delete fields[last];
  else fields[last] = structuredClone(value!);
}

function rename(resource: Resource, image: NonNullable<Kustomization["images"]>[0]) {
  const spec = (resource.spec as { template?: { spec?: { containers?: { image: string }[] } } })?.template?.spec;
  for (const container of spec?.containers ?? []) {
    const [name, tag] = container.image.split(":");
    if (name !== image.name) continue;
    const newTag = image.newTag ?? tag;
    container.image = (image.newName ?? name) + (newTag ? `:${newTag}` : "");
  }
}

function place(resource: Resource, namespace: string) {
  if (resource.kind === "Namespace") resource.metadata.name = namespace;
  else resource.metadata.namespace = namespace;
}

const isMap = (value: Value | undefined): value is { [field: string]: Value } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
