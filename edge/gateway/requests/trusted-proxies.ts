// Addresses of proxies in front of this edge, of TRUSTED_PROXIES.

import { BlockList, isIPv6 } from "node:net";

export interface TrustedProxies {
  has(address: string): boolean;
}

/** `blocks`: IP addresses and blocks (`10.0.0.0/8`), as the settings have checked them. */
export function createTrustedProxies(blocks: readonly string[]): TrustedProxies {
  if (blocks.length === 0) return { has: () => false };
  const list = new BlockList();
  for (const block of blocks) {
    const [address = "", length] = block.split("/");
    if (length === undefined) list.addAddress(address, versionOf(address));
    else list.addSubnet(address, Number(length), versionOf(address));
  }
  return { has: (address) => list.check(address, versionOf(address)) };
}

const versionOf = (address: string) => (isIPv6(address) ? "ipv6" : "ipv4");
