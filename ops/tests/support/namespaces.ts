// Network namespaces (Linux, root): each node has a network of its own; a router between them and this process drops chosen packets.
//
//   here 10.x.0.1 ── 10.x.0.2 router 10.x.n.1 ── 10.x.n.2 node n
//
// Packets are lost on the way, not at the sender: the sender's kernel learns nothing and retransmits ever more rarely.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Which traffic of a node is cut. */
export interface Cut {
  /** Cuts only this port of our side. Default: all ports. */
  ourPort?: number;
  /** Cuts only this port of the node. Default: all ports. */
  nodePort?: number;
  /** `out`: packets from the node are lost; `in`: packets to the node. Default: both. */
  ways?: ("out" | "in")[];
}

export interface NodeNetwork {
  /** Address of the node. */
  address: string;
  /** Prefix that runs a command inside the namespace. */
  prefix: string[];
  /** Adds a cut; several cuts add up. */
  cut(cut: Cut): void;
  /** Lets at most that much through to the node; what comes faster waits, and is lost beyond a quarter of a second. */
  limit(kbps: number): void;
  /** Ends all cuts; returns lost packets by direction. */
  heal(): { out: number; in: number };
}

export interface Networks {
  /** Address of our side, as nodes see it. */
  ourAddress: string;
  /** The plug of a node; the first node is 1. */
  nodes: NodeNetwork[];
  /** Removes everything. May be called twice. */
  remove(): void;
}

const PREFIX = "flt";
const TRIES_MAX = 20;

/** Reason why namespaces cannot be made here; null when they can. */
export function namespacesFault(): string | null {
  if (process.platform !== "linux") return "network namespaces need Linux";
  if (process.getuid?.() !== 0) return "network namespaces need root";
  for (const program of ["ip", "iptables"]) if (!Bun.which(program)) return `${program} is not installed`;
  const probe = `${PREFIX}${process.pid}p`;
  const made = spawnSync("ip", ["netns", "add", probe], { encoding: "utf8" });
  if (made.status !== 0) return `no namespace can be made here: ${made.stderr.trim()}`;
  const filters = spawnSync("ip", ["netns", "exec", probe, "iptables", "-S"], { encoding: "utf8" });
  spawnSync("ip", ["netns", "del", probe]);
  return filters.status === 0 ? null : `iptables does not work in a namespace: ${filters.stderr.trim()}`;
}

/** Throws, and leaves nothing behind, when namespaces cannot be made. */
export function makeNetworks(count: number): Networks {
  removeLeftovers();
  // The pid lets a later run find what a killed run left behind.
  const name = `${PREFIX}${process.pid}x${crypto.randomUUID().slice(0, 4)}`;
  const router = `${name}r`;
  const network = freeNetwork();
  const ourAddress = `${network}.0.1`;
  const names = [router];
  const remove = () => {
    // Removing a device removes its peer and our route through it; devices in a namespace go with the namespace.
    if (names.length > 0) spawnSync("ip", ["link", "del", `${name}0a`.slice(-15)]);
    for (const each of names.splice(0).reverse()) spawnSync("ip", ["netns", "del", each]);
  };
  const inside = (namespace: string) => ["ip", "netns", "exec", namespace];
  /** A veth pair from `here` (null: our own network) to the router. */
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
        limit(kbps) {
          const rate = ["rate", `${kbps}kbit`, "burst", "16kb", "latency", "250ms"];
          run(
            ...inside(router),
            "tc",
            "qdisc",
            "replace",
            "dev",
            `${name}${number}b`.slice(-15),
            "root",
            "tbf",
            ...rate,
          );
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

/** A prefix `10.x` without a route on this machine. */
function freeNetwork(): string {
  const routes = run("ip", "-4", "route", "show", "table", "all");
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const network = `10.${100 + Math.floor(Math.random() * 150)}`;
    if (!routes.includes(`${network}.`)) return network;
  }
  throw new Error("no free network below 10.0.0.0/8");
}

/** Namespaces of runs that were killed before their clean-up. */
function removeLeftovers() {
  for (const line of run("ip", "netns", "list").split("\n")) {
    const [name, pid] = new RegExp(`^${PREFIX}(\\d+)[xp]\\w*`).exec(line) ?? [];
    if (name && !existsSync(`/proc/${pid}`)) spawnSync("ip", ["netns", "del", name]);
  }
}

/** Runs a command and returns its output. Throws with its standard error. */
function run(...argv: string[]): string {
  const [command = "", ...words] = argv;
  const { status, stdout, stderr, error } = spawnSync(command, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${argv.join(" ")}: ${error?.message ?? stderr.trim()}`);
  return stdout;
}
