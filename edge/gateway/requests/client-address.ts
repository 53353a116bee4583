// The client's address of a request: the connection's other end, or what a trusted proxy says in X-Forwarded-For.

import { Counter } from "#runtime/base/metrics.ts";
import type { EdgeWorld } from "../../world.ts";
import { createTrustedProxies } from "./trusted-proxies.ts";

/**
 * `connection`: no proxy. `forwarded`: a trusted proxy named it. `ignored`: the connection's, since X-Forwarded-For came from an address
 * that TRUSTED_PROXIES does not name. `unnamed`: a trusted proxy's own, since it named no client.
 */
export const WAYS = ["connection", "forwarded", "ignored", "unnamed"] as const;
export type Way = (typeof WAYS)[number];

export const WAYS_METRIC = "client_addresses_total";
const ways = new Counter({
  name: WAYS_METRIC,
  help: "Addresses of clients looked up, by how they were found",
  labelNames: ["way"],
});
const counted = Object.fromEntries(WAYS.map((way) => [way, ways.labels({ way })])) as Record<Way, { inc(): void }>;

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const WITH_PORT = /^(?:(\d+\.\d+\.\d+\.\d+):\d+|\[([^\]]+)\](?::\d+)?)$/;
const ADDRESS = /^[0-9a-f.:]{2,45}$/i;
/** An ignored X-Forwarded-For is logged at most this often: any client can send one. */
const LOGGED_EVERY_MS = 60_000;

export interface ClientAddresses {
  /**
   * The nearest address that is not a trusted proxy. X-Forwarded-For is read from the right, as far as each hop is trusted: entries that the
   * client itself wrote are ignored. `peer`: the connection's other end.
   */
  of(peer: string, forwardedFor: string | null): string;
}

type AddressWorld = Pick<EdgeWorld, "clock" | "log"> & { config: Pick<EdgeWorld["config"], "trustedProxies"> };

export function createClientAddresses({ config, clock, log }: AddressWorld): ClientAddresses {
  const trusted = createTrustedProxies(config.trustedProxies);
  let loggedMs = Number.NEGATIVE_INFINITY;

  function ignored(peer: string) {
    if (clock.monoMs() - loggedMs < LOGGED_EVERY_MS) return;
    loggedMs = clock.monoMs();
    log.info({ peer, todo: "if this is a proxy of yours, add it to TRUSTED_PROXIES" }, "forwarded address ignored");
  }

  return {
    of(connected, forwardedFor) {
      const peer = plain(connected);
      let address = peer;
      const isProxy = trusted.has(peer);
      const hops = (forwardedFor ?? "").split(",");
      for (let isTrusted = isProxy; isTrusted && hops.length > 0; isTrusted = trusted.has(address)) {
        const hop = plain(hops.pop()!.trim());
        if (!ADDRESS.test(hop)) break;
        address = hop;
      }
      const way = isProxy
        ? address === peer
          ? "unnamed"
          : "forwarded"
        : forwardedFor === null
          ? "connection"
          : "ignored";
      counted[way].inc();
      if (way === "ignored") ignored(peer);
      return address;
    },
  };
}

/** The key of limits by address: an IPv4 address, or the /64 of an IPv6 address, which belongs to one customer. */
export function limitKey(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const after = tail === "" ? [] : tail.split(":");
    while (groups.length + after.length < 8) groups.push("0");
    groups.push(...after);
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}

/** Without the port, which some proxies add. */
const plain = (address: string) => {
  const alone = WITH_PORT.exec(address);
  const bare = alone?.[1] ?? alone?.[2] ?? address;
  return MAPPED_IPV4.exec(bare)?.[1] ?? bare;
};
