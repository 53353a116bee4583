// A real relay as a process of its own, for tests and benches, and its API.

import { freePort } from "#ops/up/ports.ts";
import { relayEnvironment, relayService } from "#ops/up/services/relay.ts";
import type { OpenedRelaySession, OpenRelaySession, RelayStatus } from "#schema/wire/relay.ts";
import { until } from "./until.ts";

export interface TestRelay {
  pid: number;
  url: string;
  udpPort: number;
  open(asked: OpenRelaySession): Promise<OpenedRelaySession>;
  close(sessionId: string): Promise<number>;
  status(): Promise<RelayStatus>;
  /** The sum over all labels that are not given, of a metric of `/metrics`. */
  metric(name: string, labels?: string): Promise<number>;
  logs(): string;
  /** SIGTERM; resolves with the exit code. May be called twice. */
  stop(): Promise<number>;
  kill(): Promise<void>;
}

interface RelayOptions {
  edges: string[];
  /** Further settings of runtime/config/relay.ts. */
  env?: Record<string, string>;
}

export async function startRelay({ edges, env = {} }: RelayOptions): Promise<TestRelay> {
  const port = await freePort();
  const udpPort = await freePort(new Set([port]));
  const options = { number: 1, bind: "127.0.0.1", port, udpPort, edges };
  const { argv } = await relayService(options).launch();
  const child = Bun.spawn(argv, {
    env: { ...relayEnvironment(options), ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let log = "";
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) log += decoder.decode(chunk, { stream: true });
  };
  void read(child.stdout);
  void read(child.stderr);
  const url = `http://127.0.0.1:${port}`;
  const ready = until("the relay to be ready", async () => (await fetch(`${url}/readyz`)).ok, { withinMs: 20_000 });
  await Promise.race([
    ready,
    child.exited.then((code) => Promise.reject(new Error(`the relay ended (${code}): ${log}`))),
  ]);
  const metrics = async () => (await fetch(`${url}/metrics`)).text();
  return {
    ...{ pid: child.pid, url, udpPort },
    async open(asked) {
      const response = await fetch(`${url}/sessions`, { method: "POST", body: JSON.stringify(asked) });
      if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
      return (await response.json()) as OpenedRelaySession;
    },
    close: async (sessionId) => (await fetch(`${url}/sessions/${sessionId}`, { method: "DELETE" })).status,
    status: async () => (await (await fetch(`${url}/sessions`)).json()) as RelayStatus,
    async metric(name, labels = "") {
      const lines = (await metrics()).split("\n");
      const found = lines.filter((line) => line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)));
      return found
        .filter((line) => line.includes(labels))
        .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
    },
    logs: () => log,
    async stop() {
      child.kill("SIGTERM");
      return child.exited;
    },
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
