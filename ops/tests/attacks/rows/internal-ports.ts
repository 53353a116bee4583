// Attacks on internal surfaces: metrics, hooks, control and the stores' ports. A-21.

import { networkInterfaces } from "node:os";
import { makeNetworks, namespacesFault } from "../../support/namespaces.ts";
import { type Attack, mustHold } from "../attack.ts";
import { listeningOf } from "../listening.ts";

const INNER_PATHS = [
  "/metrics",
  "/log-level",
  "/hooks/rtmp/publish",
  "/hooks/rtmp/play",
  "/hooks/rtmp/update",
  "/stat",
  "/control/drop/publisher?app=live",
  "/varz",
  "/connz",
  "/routez",
  "/subsz",
  "/debug/pprof",
  "/nginx_status",
  "/server-status",
  "/.env",
  "/.git/config",
  "/%6detrics",
  "//metrics",
  "/x/..%2fmetrics",
  "/live/..%2f..%2fmetrics",
  "/secrets.json",
];
/** Words that only internal pages contain. */
const INNER_WORDS = /http_request_duration_seconds|"usual":|server_id|<rtmp>|process_cpu|JWT_SECRET|jwtSecret/;

export const surfaceAttacks: Attack[] = [
  {
    id: "A-21",
    name: "internal pages are not on public ports, and internal ports are not on public addresses",
    atLeast: 30,
    async run({ ask, system, balancer }, tally) {
      const faults: string[] = [];
      for (const base of [system.url, balancer.url])
        for (const path of INNER_PATHS) {
          const { text } = await ask(tally, path, { base });
          if (INNER_WORDS.test(text)) faults.push(`${base}${path} shows an internal page`);
        }
      // The control: the words are on the internal pages.
      if (!INNER_WORDS.test(await (await fetch(`${system.internalUrl("edge-1")}/metrics`)).text()))
        faults.push("no known secret is found");
      const listening = listeningOf(system.supervisorPid);
      for (const { address, port, command } of listening)
        if (!/^(127\.|\[?::1\]?$)/.test(address)) faults.push(`${command} listens on ${address}:${port}`);
      const ours = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
      for (const { address } of ours.filter(({ internal, family }) => !internal && family === "IPv4"))
        for (const { port } of listening) {
          tally.sent();
          const open = await connects(["bash"], address, port);
          tally.answered(open ? "open" : "refused");
          if (open) faults.push(`${address}:${port} is open`);
        }
      if (listening.length < 8) faults.push(`only ${listening.length} ports were found`);
      mustHold(faults);
      return `${listening.length} ports of ours: ${[...new Set(listening.map(({ command }) => command))].join(", ")}`;
    },
  },
  {
    id: "A-21",
    name: "no port of the system can be reached from another network",
    slow: true,
    atLeast: 8,
    async run({ system }, tally) {
      const fault = namespacesFault();
      if (fault) throw new Error(`cannot be executed here: ${fault}`);
      const networks = makeNetworks(1);
      // The control: a listener on that address can be reached from there.
      const open = Bun.serve({ hostname: networks.ourAddress, port: 0, fetch: () => new Response("ok") });
      const faults: string[] = [];
      try {
        const shell = [...networks.nodes[0]!.prefix, "bash"];
        if (!(await connects(shell, networks.ourAddress, open.port!))) throw new Error("the other network is cut off");
        for (const { port, command } of listeningOf(system.supervisorPid)) {
          tally.sent();
          const reached = await connects(shell, networks.ourAddress, port);
          tally.answered(reached ? "open" : "refused");
          if (reached) faults.push(`${command} at ${port}`);
        }
      } finally {
        await open.stop(true);
        networks.remove();
      }
      mustHold(faults);
      return undefined;
    },
  },
];

/** Whether a connection succeeds within a second. `shell`: a command that ends with bash. */
async function connects(shell: string[], address: string, port: number): Promise<boolean> {
  const child = Bun.spawn(["timeout", "1", ...shell, "-c", `exec 3<>/dev/tcp/${address}/${port}`], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  return (await child.exited) === 0;
}
