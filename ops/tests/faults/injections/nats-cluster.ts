// Three NATS servers connected by routes, as on three machines. Each can be killed and restarted.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "#ops/tests/support/until.ts";
import { httpHealthy } from "#ops/up/health.ts";
import { freePort } from "#ops/up/ports.ts";
import { dyingWithUs, program } from "#ops/up/processes.ts";

interface Ports {
  client: number;
  route: number;
  monitor: number;
}

export class NatsCluster {
  readonly #servers: { ports: Ports; file: string; child: Bun.Subprocess | null }[];

  private constructor(servers: { ports: Ports; file: string }[]) {
    this.#servers = servers.map((server) => ({ ...server, child: null }));
  }

  /** Resolves when each server has routes to the others. Creates `folder` and does not remove it. */
  static async start({ folder, count = 3 }: { folder: string; count?: number }): Promise<NatsCluster> {
    mkdirSync(folder, { recursive: true });
    const taken = new Set<number>();
    const port = async () => {
      const free = await freePort(taken);
      taken.add(free);
      return free;
    };
    const all: Ports[] = [];
    while (all.length < count) all.push({ client: await port(), route: await port(), monitor: await port() });
    const cluster = new NatsCluster(
      all.map((ports, index) => {
        const file = join(folder, `nats-${index + 1}.conf`);
        const routes = all.filter((other) => other !== ports).map(({ route }) => `nats-route://127.0.0.1:${route}`);
        writeFileSync(file, conf(`nats-${index + 1}`, ports, routes));
        return { ports, file };
      }),
    );
    await Promise.all(all.map((_, index) => cluster.run(index)));
    return cluster;
  }

  /** Value for NATS_URL. */
  get url() {
    return this.#servers.map(({ ports }) => `nats://127.0.0.1:${ports.client}`).join(",");
  }

  get size() {
    return this.#servers.length;
  }

  /** Starts a server; resolves when all running servers have routes to each other. */
  async run(index: number) {
    const server = this.#servers[index]!;
    server.child = Bun.spawn(dyingWithUs([program("nats-server"), "-c", server.file], "KILL"), {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
    });
    const { monitor } = server.ports;
    await until(`nats-${index + 1}`, () => httpHealthy(`http://127.0.0.1:${monitor}/healthz`), { everyMs: 20 });
    await until("its routes", async () => (await this.#routes(monitor)) >= this.#living - 1, { everyMs: 20 });
  }

  /** Kills a server (`kill -9`); resolves when it is gone. */
  async kill(index: number) {
    const server = this.#servers[index]!;
    server.child?.kill("SIGKILL");
    await server.child?.exited;
    server.child = null;
  }

  /** Index of the server to which the named client is connected; null: none. */
  async serverOf(name: string): Promise<number | null> {
    const clients = await this.clients();
    const found = clients.findIndex((names) => names.includes(name));
    return found < 0 ? null : found;
  }

  /** Names of the clients of each server. */
  clients(): Promise<string[][]> {
    return Promise.all(
      this.#servers.map(async ({ ports, child }) => {
        if (!child) return [];
        const answer = await fetch(`http://127.0.0.1:${ports.monitor}/connz`);
        const { connections } = (await answer.json()) as { connections: { name?: string }[] };
        return connections.map(({ name = "" }) => name).sort();
      }),
    );
  }

  async stop() {
    await Promise.all(this.#servers.map((_, index) => this.kill(index)));
  }

  get #living() {
    return this.#servers.filter(({ child }) => child !== null).length;
  }

  async #routes(monitor: number): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${monitor}/routez`);
    return ((await answer.json()) as { num_routes: number }).num_routes;
  }
}

const conf = (name: string, { client, route, monitor }: Ports, routes: string[]) => `server_name: "${name}"
listen: "127.0.0.1:${client}"
http: "127.0.0.1:${monitor}"
max_payload: 1MB
ping_interval: "5s"
ping_max: 2
write_deadline: "5s"
cluster {
  name: "live"
  listen: "127.0.0.1:${route}"
  routes: [${routes.map((url) => `"${url}"`).join(", ")}]
}
`;
