// The overlays of Kubernetes: every field against the types and schemas of its kind, and all of it against the code.

import { afterAll, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { secretFiles } from "#ops/docker/secrets/files.ts";
import { kubernetesSecrets } from "#ops/docker/secrets/kubernetes.ts";
import { completeSecrets } from "#ops/docker/secrets/secrets.ts";
import { firstSecrets } from "#ops/docker/testing.ts";
import { readActorConfig } from "#runtime/config/actor.ts";
import { readEdgeConfig } from "#runtime/config/edge.ts";
import { patient } from "#schema/testing-slowness.ts";
import { LADDER_WORDS } from "#transcoding/ladder/setting.ts";
import { kubernetesNatsConf } from "./nats-conf.ts";
import { buildOverlay, documents, type Resource, type Value } from "./testing/kustomize.ts";
import { faultsOf } from "./testing/validate.ts";

const ROOT = join(import.meta.dir, "../..");
const OVERLAYS = ["dev", "prod"];
const built = Object.fromEntries(OVERLAYS.map((name) => [name, buildOverlay(join(import.meta.dir, "overlays", name))]));
const secrets = firstSecrets();
afterAll(() => rmSync(secrets, { recursive: true, force: true }));

interface Container {
  name: string;
  image: string;
  command?: string[];
  ports?: { name: string; containerPort: number }[];
  env?: { name: string; value?: string; valueFrom?: unknown }[];
  envFrom?: { configMapRef?: { name: string }; secretRef?: { name: string } }[];
  resources: { requests: Record<string, string>; limits: Record<string, string> };
  securityContext: unknown;
  volumeMounts: { name: string; mountPath: string }[];
  lifecycle?: { preStop: { sleep?: { seconds: number }; exec?: { command: string[] } } };
}
interface Pod {
  metadata: { labels: Record<string, string> };
  spec: {
    containers: Container[];
    volumes: { name: string; secret?: { secretName: string }; configMap?: { name: string } }[];
    securityContext: unknown;
    terminationGracePeriodSeconds: number;
    automountServiceAccountToken: boolean;
    serviceAccountName: string;
  };
}

const of = (resources: Resource[], kind: string) => resources.filter((one) => one.kind === kind);
const named = (resources: Resource[], kind: string, name: string) =>
  of(resources, kind).find(({ metadata }) => metadata.name === name)!;
/** Pods of ours, by the name of what makes them. */
const podsOf = (resources: Resource[]) =>
  resources.flatMap((one) => {
    const template = (one.spec as { template?: Pod } | undefined)?.template;
    return template ? [{ name: one.metadata.name, kind: one.kind, pod: template }] : [];
  });
const podOf = (resources: Resource[], name: string) => podsOf(resources).find((one) => one.name === name)!.pod;
const dataOf = (resources: Resource[], name: string) =>
  named(resources, "ConfigMap", name).data as Record<string, string>;

test(
  "every field of every overlay exists and has the right type, and what must be there is there",
  async () => {
    expect(await faultsOf(Object.values(built).flat())).toEqual([]);
  },
  patient(120_000),
);

test(
  "a misspelt, a missing and a wrong field is found, wherever it is",
  async () => {
    const planted = structuredClone(built.prod!);
    const at = (kind: string, name: string, path: (string | number)[]) =>
      path.reduce<Value>(
        (value, step) => (value as Record<string, Value>)[step]!,
        named(planted, kind, name) as unknown as Value,
      ) as Record<string, Value>;
    const container = ["spec", "template", "spec", "containers", 0];
    at("Deployment", "edge", [...container, "securityContext"]).readOnlyRootFileSystem = true;
    at("StatefulSet", "nats", [...container, "readinessProbe"]).periodSecond = 2;
    at("HorizontalPodAutoscaler", "edge", ["spec"]).maxReplica = 3;
    at("ScaledObject", "actor", ["spec", "triggers", 0]).metricsType = "AverageValue";
    at("Gateway", "web", ["spec", "listeners", 0]).hostnames = ["a"];
    at("HTTPRoute", "web", ["spec", "rules", 0, "timeouts"]).requests = "0s";
    at("ServiceMonitor", "edge", ["spec", "endpoints", 0]).intervals = "15s";
    at("Cluster", "postgres", ["spec", "postgresql", "synchronous"]).numbers = 1;
    at("ObjectStore", "postgres-backups", ["spec", "configuration", "wal"]).encrypt = "AES256";
    at("NetworkPolicy", "edge", ["spec", "ingress", 0, "from", 0]).namespaceSelectors = {};
    delete at("PodDisruptionBudget", "edge", ["spec", "selector"]).matchLabels;
    Object.assign(at("PodDisruptionBudget", "edge", ["spec"]), { maxUnavailable: ["1"] });
    at("StatefulSet", "actor", ["spec"]).serviceName = 7;
    delete at("Service", "edge", ["spec", "ports", 0]).port;
    const found = (await faultsOf(planted)).join("\n");
    for (const word of [
      ...["readOnlyRootFileSystem", "periodSecond", "maxReplica", "metricsType", "hostnames", "requests", "intervals"],
      ...["numbers", "encrypt", "namespaceSelectors"],
      ...["PodDisruptionBudget edge", "StatefulSet actor", "Service edge"],
    ])
      expect(found).toContain(word);
  },
  patient(120_000),
);

test("the own builder makes what kustomize makes, where this machine has it", () => {
  if (!Bun.which("kubectl") && !Bun.which("kustomize")) return;
  const tool = Bun.which("kustomize") ? ["kustomize", "build"] : ["kubectl", "kustomize"];
  // kustomize ends the names of generated ConfigMaps with a hash.
  const plain = (text: string) =>
    text.replaceAll(/\b(settings|ingest|nats|relay-addresses)-(?=[a-z0-9]*\d)[a-z0-9]{10}\b/g, "$1");
  const byName = (resources: Resource[]) =>
    resources.sort((a, b) => `${a.kind} ${a.metadata.name}`.localeCompare(`${b.kind} ${b.metadata.name}`));
  for (const [name, resources] of Object.entries(built)) {
    const { stdout } = Bun.spawnSync([...tool, join(import.meta.dir, "overlays", name)]);
    const theirs = documents(plain(stdout.toString())) as unknown as Resource[];
    expect(byName(theirs)).toEqual(byName(structuredClone(resources)));
  }
});

test("edges and actor nodes get all settings they need", () => {
  for (const resources of Object.values(built)) {
    const environment = (name: string) => {
      const [container] = podOf(resources, name).spec.containers;
      const own = (container!.env ?? []).map(({ name, value }) => [name, value ?? "10.1.2.3"]);
      return Object.fromEntries(
        [...Object.entries(dataOf(resources, "settings")), ...own].map(([setting, value]) => [
          setting,
          String(value)
            .replace(/^\/run\/secrets\/live(?=\/)/, join(secrets, name))
            .replace("$(POD_IP)", "10.1.2.3"),
        ]),
      );
    };
    const edge = readEdgeConfig(environment("edge"));
    expect(edge).toMatchObject({ port: 3000, internalPort: 3001 });
    expect(edge.objectStore).not.toBeNull();
    const actor = readActorConfig(environment("actor"), { ladders: LADDER_WORDS });
    expect(actor).toMatchObject({ address: "http://10.1.2.3:3002", internalPort: 3002 });
    expect(actor.restreamSecrets).toHaveLength(1);
    // The ingests are the pods, each under its own name.
    const { replicas } = named(resources, "StatefulSet", "ingest").spec as { replicas: number };
    expect(actor.ingests).toEqual(
      Array.from({ length: replicas }, (_, index) => ({
        id: `ingest-${index}`,
        rtmpUrl: `rtmp://ingest-${index}.ingest:1935/live`,
        controlUrl: `http://ingest-${index}.ingest:8080`,
      })),
    );
    for (const edgeAddress of dataOf(resources, "ingest").EDGES!.split(",")) {
      const [service = "", port] = edgeAddress.split(":");
      const { ports } = named(resources, "Service", service).spec as { ports: { port: number }[] };
      expect(ports.map((one) => String(one.port))).toContain(port!);
    }
  }
});

test("each pod runs without root, rights, a token and a writable file system, with bounded memory", () => {
  for (const { name, pod } of Object.values(built).flatMap(podsOf)) {
    expect(pod.spec.automountServiceAccountToken, name).toBe(false);
    expect(pod.spec.securityContext, name).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: "RuntimeDefault" },
    });
    for (const { securityContext, resources } of pod.spec.containers) {
      expect(securityContext, name).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      expect(resources.requests.cpu, name).toBeDefined();
      expect(resources.limits.memory, name).toBeDefined();
    }
  }
});

test("secrets, settings, accounts, volumes and ports that are named exist", () => {
  const made = JSON.parse(kubernetesSecrets(completeSecrets({ kept: {}, given: {} }), "live")) as {
    items: (Resource & { stringData: Record<string, string> })[];
  };
  const keysOf = new Map(made.items.map(({ metadata, stringData }) => [metadata.name, Object.keys(stringData)]));
  for (const resources of Object.values(built)) {
    const accounts = of(resources, "ServiceAccount").map(({ metadata }) => metadata.name);
    const maps = of(resources, "ConfigMap").map(({ metadata }) => metadata.name);
    for (const { name, pod } of podsOf(resources)) {
      expect(accounts, name).toContain(pod.spec.serviceAccountName);
      for (const { configMap } of pod.spec.volumes) if (configMap) expect(maps, name).toContain(configMap.name);
      const secret = pod.spec.volumes.find((volume) => volume.name === "secrets")?.secret?.secretName;
      for (const { env = [], envFrom = [], volumeMounts, command = [] } of pod.spec.containers) {
        const words = JSON.stringify([env, pod.spec.containers]);
        for (const [, file = ""] of words.matchAll(/\/run\/secrets\/live\/([a-z0-9.-]+)/g))
          expect(keysOf.get(secret!), `${name}: ${file}`).toContain(file);
        for (const { configMapRef, secretRef } of envFrom) {
          if (configMapRef) expect(maps).toContain(configMapRef.name);
          if (secretRef) expect([...keysOf.keys()]).toContain(secretRef.name);
        }
        for (const mount of volumeMounts) {
          const claims = named(resources, "StatefulSet", name)?.spec as { volumeClaimTemplates?: Resource[] };
          const volumes = [...pod.spec.volumes, ...(claims?.volumeClaimTemplates ?? []).map((one) => one.metadata)];
          expect(
            volumes.map((volume) => volume.name),
            name,
          ).toContain(mount.name);
        }
        const scripts = command.filter((word) => /^[\w/-]+\.ts$/.test(word));
        for (const script of scripts) expect(Bun.file(join(ROOT, script)).size, script).toBeGreaterThan(0);
      }
    }
    for (const { metadata, spec } of of(resources, "Service")) {
      const { selector, ports } = spec as { selector: Record<string, string>; ports: { targetPort: string }[] };
      // A StatefulSet's controller adds the label of a single pod.
      const { "statefulset.kubernetes.io/pod-name": _, ...ours } = selector;
      const pods = podsOf(resources).filter(({ pod }) => matches(pod.metadata.labels, ours));
      expect(pods.length, metadata.name).toBeGreaterThan(0);
      for (const { targetPort } of ports)
        expect(pods[0]!.pod.spec.containers[0]!.ports!.map((port) => port.name)).toContain(targetPort);
    }
  }
});

test("every pod is in a policy that lets in what it needs, and all else is shut", () => {
  for (const resources of Object.values(built)) {
    const policies = of(resources, "NetworkPolicy").map(({ metadata, spec }) => ({
      name: metadata.name,
      ...(spec as { podSelector: Selector; policyTypes: string[]; ingress?: { ports?: { port: number }[] }[] }),
    }));
    expect(policies.find(({ name }) => name === "nothing")).toMatchObject({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
    for (const { name, kind, pod } of podsOf(resources)) {
      const own = policies.filter((one) => one.name !== "nothing" && selects(one.podSelector, pod.metadata.labels));
      expect(own.length, name).toBeGreaterThan(1); // With that for names.
      const open = own.flatMap(({ ingress = [] }) =>
        ingress.flatMap(({ ports = [] }) => ports.map(({ port }) => port)),
      );
      const ports = pod.spec.containers.flatMap((container) => container.ports ?? []);
      if (kind !== "Job")
        for (const { name: port, containerPort } of ports)
          if (port !== "monitor") expect(open, `${name} ${port}`).toContain(containerPort); // Probes of NATS come from its own node.
    }
  }
});

test("a pod has longer to leave than its process takes", async () => {
  const stopMs = async (file: string, name: string) =>
    Number(new RegExp(`${name} = ([\\d_]+)`).exec(await Bun.file(join(ROOT, file)).text())![1]!.replace("_", ""));
  const [actor, edge] = [podOf(built.prod!, "actor"), podOf(built.prod!, "edge")];
  const drain = actor.spec.containers[0]!.lifecycle!.preStop.exec!.command.at(-1)!;
  expect(drain).toContain('ops/operator/main.ts --env drain "$NODE_NAME" --timeout ');
  const timeoutS = Number(/--timeout (\d+)/.exec(drain)![1]);
  const actorMs = timeoutS * 1_000 + (await stopMs("actors/main.ts", "STOP_WITHIN_MS"));
  expect(actor.spec.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(actorMs);
  const edgeMs = edge.spec.containers[0]!.lifecycle!.preStop.sleep!.seconds * 1_000;
  const finishMs = await stopMs("edge/main.ts", "FINISH_WITHIN_MS");
  expect(edge.spec.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(edgeMs + finishMs + 2_000);
});

test("autoscalers use metrics that exist, and nothing else sets the number of pods", async () => {
  const names = JSON.stringify([
    named(built.prod!, "HorizontalPodAutoscaler", "edge").spec,
    named(built.prod!, "ScaledObject", "actor").spec,
  ]);
  const runbook = await Bun.file(join(ROOT, "ops/README.md")).text();
  const wanted = ["chat_sockets", "live_sockets", "actor_slots_used"];
  for (const metric of wanted) {
    expect(names).toContain(metric);
    expect(runbook).toContain(`\`${metric}\``);
  }
  for (const [kind, name] of [
    ["Deployment", "edge"],
    ["StatefulSet", "actor"],
  ] as const)
    expect(named(built.prod!, kind, name).spec).not.toHaveProperty("replicas");
});

test("each relay has a public address, and edges know it", () => {
  const { replicas } = named(built.prod!, "StatefulSet", "relay").spec as { replicas: number };
  const names = Array.from({ length: replicas }, (_, index) => `relay-${index}`);
  expect(dataOf(built.prod!, "settings").RELAY_URLS!.split(",")).toEqual(
    names.map((name) => `http://${name}.relay:3003`),
  );
  expect(Object.keys(dataOf(built.prod!, "relay-addresses"))).toEqual(names);
  for (const name of names)
    expect(named(built.prod!, "Service", `${name}-public`).spec).toMatchObject({
      selector: { "statefulset.kubernetes.io/pod-name": name },
    });
  const words = JSON.stringify(podOf(built.prod!, "relay"));
  expect(words).not.toMatch(/secret/i);
});

test("PostgreSQL in production has a synchronous standby and backups that lose a minute at most", () => {
  expect(named(built.prod!, "Cluster", "postgres").spec).toMatchObject({
    instances: 3,
    postgresql: {
      synchronous: { method: "any", number: 1, dataDurability: "required" },
      parameters: { archive_timeout: "60s" },
    },
    plugins: [{ isWALArchiver: true, parameters: { barmanObjectName: "postgres-backups" } }],
  });
  expect(named(built.prod!, "ScheduledBackup", "postgres-nightly").spec).toMatchObject({ method: "plugin" });
  expect(of(built.dev!, "ObjectStore")).toEqual([]);
});

test("NATS has the users of npm start, and a route to each of its servers", async () => {
  expect(await Bun.file(join(import.meta.dir, "base/nats.conf")).text()).toBe(kubernetesNatsConf());
  const { replicas } = named(built.prod!, "StatefulSet", "nats").spec as { replicas: number };
  expect(kubernetesNatsConf().match(/nats:\/\/nats-\d\.nats:6222/g)).toHaveLength(replicas);
  expect(Object.keys(secretFiles(completeSecrets({ kept: {}, given: {} }), HOSTS).nats)).toEqual(["nats.conf"]);
});

const HOSTS = { postgres: "p", nats: ["n"], redis: "r" };

interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: "In"; values: string[] }[];
}

const matches = (labels: Record<string, string>, wanted: Record<string, string>) =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value);

const selects = ({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Record<string, string>) =>
  matches(labels, matchLabels) && matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ""));
