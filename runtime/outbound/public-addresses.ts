// Tells public IP addresses from internal ones, so that no outbound request can reach our own network (SSRF).

import { BlockList, isIP } from "node:net";

/** Special-purpose ranges of the IANA registries (RFC 6890 and after). */
const INTERNAL_V4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
];
/** Ranges within 2000::/3, the only assigned part of IPv6: tunnels for IPv4, documentation. */
const INTERNAL_V6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

const internal = new BlockList();
const unicast = new BlockList();
for (const range of INTERNAL_V4) internal.addSubnet(...split(range), "ipv4");
for (const range of INTERNAL_V6) internal.addSubnet(...split(range), "ipv6");
unicast.addSubnet("2000::", 3, "ipv6");

/** False for text that is no address. IPv4-mapped IPv6 (`::ffff:8.8.8.8`) always counts as internal. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !internal.check(address, "ipv4");
  return family === 6 && unicast.check(address, "ipv6") && !internal.check(address, "ipv6");
}

function split(range: string): [string, number] {
  const [address = "", bits] = range.split("/");
  return [address, Number(bits)];
}
