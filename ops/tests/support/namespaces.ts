// Network namespaces (Linux, root): each node has a network of its own, a router between them and us loses what it is told to lose.
//
//   here 10.x.0.1 ── 10.x.0.2 router 10.x.n.1 ── 10.x.n.2 node n
//
// What is lost is lost on the way, not at its sender: the sender's kernel learns nothing and tries again ever more rarely.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** What of a node's network is cut. */
export interface Cut {
  /** Only with this port of ours; default: all ports. */
  ourPort?: number;
  /** Only with this port of the node; default: all ports. */
  nodePort?: number;
  /** Default: both. `out`: what the node sends is lost; `in`: what is sent to it. */
  ways?: ("out" | "in")[];
}

export interface NodeNetwork {
  /** Where we reach the node. */
  address: string;
  /** Put before a command: it runs inside. */
  prefix: string[];
  /** Several cuts add up. */
  cut(cut: Cut): void;
  /** Ends all cuts; answers how many packets they lost, by way. */
  heal(): { out: number; in: number };
}

export interface Networks {
  /** Our address, as nodes see it. */
  ourAddress: string;
  /** The first node is 1. */
  nodes: NodeNetwork[];
  /** Nothing is left of it. May be called twice. */
  remove(): void;
}

const PREFIX = "flt";
const TRIES_MAX = 20;

/** Why none can be made here; null: they can. */
export function namespacesFault(): string | null {
  if (process.platform !== "linux") return "network namespaces are a thing of Linux";
  if (process.getuid?.() !== 0) return "network namespaces need root";
  for (const program of ["ip", "iptables"]) if (!Bun.which(program)) return `${program} is not installed`;
  const probe = `${PREFIX}${process.pid}p`;
  const made = spawnSync("ip", ["netns", "add", probe], { encoding: "utf8" });
  if (made.status !== 0) return `no namespace can be made here: ${made.stderr.trim()}`;
  const filters = spawnSync("ip", ["netns", "exec", probe, "iptables", "-S"], { encoding: "utf8" });
  spawnSync("ip", ["netns", "del", probe]);
  return filters.status === 0 ? null : `iptables does not work in a namespace: ${filters.stderr.trim()}`;
}

/** Throws when they cannot be made; then nothing is left. */
export function makeNetworks(count: number): Networks {
  removeLeftovers();
  // The pid lets a later run find what a killed one left.
  const name = `${PREFIX}${process.pid}x${crypto.randomUUID().slice(0, 4)}`;
  const router = `${name}r`;
  const network = freeNetwork();
  const ourAddress = `${network}.0.1`;
  const names = [router];
  const remove = () => {
    // With a device goes the other end of its cable, and our route through it; those in a namespace go with it.
    if (names.length > 0) spawnSync("ip", ["link", "del", `${name}0a`.slice(-15)]);
    for (const each of names.splice(0).reverse()) spawnSync("ip", ["netns", "del", each]);
  };
  const inside = (namespace: string) => ["ip", "netns", "exec", namespace];
  /** A cable from `here` (null: our own network) to the router. */
  const plug = (number: number, here: string | null) => {
    const [near, far] = [`${name}${number}a`.slice(-15), `${name}${number}b`.slice(-15)];
    const at = here === null ? [] : ["-n", here];
    const [nearAddress, farAddress] = number === 0 ? [1, 2] : [2, 1];
    run("ip", "-n", router, "link", "add", far, "type", "veth", "peer", "name", near);
    run("ip", "-n", router, "link", "set", near, "netns", here ?? String(process.pid));
    run("ip", "-n", router, "addr", "add", `${network}.${number}.${farAddress}/24`, "dev", far);
    run("ip", "-n", router, "link", "set", far, "up");
    run("ip", ...at, "addr", "add", `${network}.${number}.${nearAddress}/24`, "dev", near);
    run("ip", ...at, "link", "set", near, "up");
    if (here === null) run("ip", "route", "add", `${network}.0.0/16`, "via", `${network}.0.2`);
    else run("ip", ...at, "route", "add", "default", "via", `${network}.${number}.1`);
  };
  try {
    run("ip", "netns", "add", router);
    run(...inside(router), "sysctl", "-qw", "net.ipv4.ip_forward=1");
    plug(0, null);
    const nodes = Array.from({ length: count }, (_, index): NodeNetwork => {
      const number = index + 1;
      const own = `${name}n${number}`;
      const address = `${network}.${number}.2`;
      names.push(own);
      run("ip", "netns", "add", own);
      run("ip", "-n", own, "link", "set", "lo", "up");
      plug(number, own);
      const chains = { out: `out${number}`, in: `in${number}` };
      const filter = (...words: string[]) => run(...inside(router), "iptables", "-w", ...words);
      filter("-N", chains.out);
      filter("-N", chains.in);
      filter("-A", "FORWARD", "-s", address, "-j", chains.out);
      filter("-A", "FORWARD", "-d", address, "-j", chains.in);
      return {
        address,
        prefix: inside(own),
        cut({ ourPort, nodePort, ways = ["out", "in"] }) {
          for (const way of ways) {
            const port = (of: number | undefined, word: string) => (of === undefined ? [] : [word, String(of)]);
            const [our, theirs] = way === "out" ? ["--dport", "--sport"] : ["--sport", "--dport"];
            const ports = [...port(ourPort, our!), ...port(nodePort, theirs!)];
            const tcp = ports.length > 0 ? ["-p", "tcp"] : [];
            filter("-A", chains[way], ...tcp, ...ports, "-j", "DROP");
          }
        },
        heal() {
          const lost = (chain: string) =>
            [...run(...inside(router), "iptables", "-w", "-nvxL", chain).matchAll(/^\s*(\d+)\s+\d+\s+DROP/gm)].reduce(
              (sum, [, packets]) => sum + Number(packets),
              0,
            );
          const counts = { out: lost(chains.out), in: lost(chains.in) };
          for (const chain of Object.values(chains)) filter("-F", chain);
          return counts;
        },
      };
    });
    return { ourAddress, nodes, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** `10.x` of which no route of ours knows. */
function freeNetwork(): string {
  const routes = run("ip", "-4", "route", "show", "table", "all");
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const network = `10.${100 + Math.floor(Math.random() * 150)}`;
    if (!routes.includes(`${network}.`)) return network;
  }
  throw new Error("no free network below 10.0.0.0/8");
}

/** Namespaces of runs that were killed before they could tidy up. */
function removeLeftovers() {
  for (const line of run("ip", "netns", "list").split("\n")) {
    const [name, pid] = new RegExp(`^${PREFIX}(\\d+)[xp]\\w*`).exec(line) ?? [];
    if (name && !existsSync(`/proc/${pid}`)) spawnSync("ip", ["netns", "del", name]);
  }
}

/** What it printed. Throws with what it complained about. */
function run(...argv: string[]): string {
  const [command = "", ...words] = argv;
  const { status, stdout, stderr, error } = spawnSync(command, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${argv.join(" ")}: ${error?.message ?? stderr.trim()}`);
  return stdout;
}
