// Prometheus and Alertmanager themselves, with our rules made faster, and a receiver that hears what they tell.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "#ops/up/ports.ts";
import { dyingWithUs, program } from "#ops/up/processes.ts";
import { readYaml } from "../support/queries.ts";
import { until } from "../support/until.ts";
import { acceleratedRules } from "./accelerated.ts";

const MONITORING = join(import.meta.dir, "../../monitoring");

interface Job {
  /** `edge`. */
  name: string;
  /** `host:port`. */
  targets: string[];
}

/** As Alertmanager told it. */
interface Told {
  alert: string;
  status: "firing" | "resolved";
}

export interface Watchers {
  /** Names of the alerts that fire now, each once. */
  firing(): Promise<string[]>;
  /** What the receiver has heard so far. */
  told: readonly Told[];
  /** The values of an expression. */
  ask(expr: string): Promise<number[]>;
  stop(): Promise<void>;
}

/** `folder`: for their files. */
export async function startWatchers({ folder, jobs }: { folder: string; jobs: readonly Job[] }): Promise<Watchers> {
  const told: Told[] = [];
  const receiver = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { alerts } = (await request.json()) as {
        alerts: { status: Told["status"]; labels: { alertname: string } }[];
      };
      for (const { status, labels } of alerts) told.push({ alert: labels.alertname, status });
      return new Response();
    },
  });
  const [prometheusPort, alertmanagerPort] = [await freePort(), await freePort()];
  const file = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  mkdirSync(folder, { recursive: true });
  const rules = file("rules.json", acceleratedRules());
  const alertmanager = start(folder, "alertmanager", [
    program("prometheus-alertmanager"),
    `--config.file=${file("alertmanager.json", alertmanagerConfig(`http://127.0.0.1:${receiver.port}/`))}`,
    `--storage.path=${join(folder, "alertmanager")}`,
    `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
    "--cluster.listen-address=",
    "--log.level=warn",
  ]);
  const prometheus = start(folder, "prometheus", [
    program("prometheus"),
    `--config.file=${file("prometheus.json", prometheusConfig(jobs, rules, alertmanagerPort))}`,
    `--storage.tsdb.path=${join(folder, "prometheus")}`,
    `--web.listen-address=127.0.0.1:${prometheusPort}`,
    "--log.level=warn",
  ]);
  const api = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${prometheusPort}/api/v1/${path}`);
    if (!answer.ok) throw new Error(`prometheus: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { data: never }).data as Record<string, unknown>;
  };
  const stop = async () => {
    for (const process of [prometheus, alertmanager]) process.kill("SIGTERM");
    await Promise.all([prometheus.exited, alertmanager.exited]);
    await receiver.stop(true);
  };
  try {
    const isReady = async (port: number) => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok;
    await until("prometheus to be ready", () => isReady(prometheusPort), { withinMs: 30_000 });
    await until("alertmanager to be ready", () => isReady(alertmanagerPort), { withinMs: 30_000 });
  } catch (error) {
    await stop();
    const logs = ["prometheus", "alertmanager"].map((name) => readFileSync(join(folder, `${name}.log`), "utf8"));
    throw new Error(`${error}\n${logs.join("\n")}`);
  }
  return {
    told,
    async firing() {
      const { alerts } = (await api("alerts")) as { alerts: { state: string; labels: { alertname: string } }[] };
      return [
        ...new Set(alerts.filter(({ state }) => state === "firing").map(({ labels }) => labels.alertname)),
      ].sort();
    },
    async ask(expr) {
      const { result } = (await api(`query?query=${encodeURIComponent(expr)}`)) as {
        result: { value: [number, string] }[];
      };
      return result.map(({ value }) => Number(value[1]));
    },
    stop,
  };
}

const prometheusConfig = (jobs: readonly Job[], rules: string, alertmanagerPort: number) =>
  JSON.stringify({
    global: { scrape_interval: "1s", scrape_timeout: "900ms", evaluation_interval: "1s" },
    rule_files: [rules],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanagerPort}`] }] }] },
    scrape_configs: jobs.map(({ name, targets }) => ({ job_name: name, static_configs: [{ targets }] })),
  });

/** Ours, with its routes and inhibitions, but told to a receiver of the test, at once. */
function alertmanagerConfig(url: string): string {
  const ours = readYaml(join(MONITORING, "alertmanager.yml")) as {
    route: { routes: object[] };
    receivers: { name: string }[];
  };
  const atOnce = { group_wait: "1s", group_interval: "1s", repeat_interval: "1h" };
  return JSON.stringify({
    ...ours,
    route: { ...ours.route, ...atOnce, routes: ours.route.routes.map((route) => ({ ...route, ...atOnce })) },
    receivers: ours.receivers.map(({ name }) => ({ name, webhook_configs: [{ url, send_resolved: true }] })),
  });
}

const start = (folder: string, name: string, argv: string[]) => {
  const log = Bun.file(join(folder, `${name}.log`));
  return Bun.spawn(dyingWithUs(argv), { stdin: "ignore", stdout: log, stderr: log });
};
