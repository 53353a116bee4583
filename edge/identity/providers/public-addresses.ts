// Which addresses are out in the world: no request that others have a say in may reach our own network (SSRF).

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
/** Within 2000::/3, which alone is given out: tunnels that carry an IPv4 address, documentation. */
const INTERNAL_V6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

const internal = new BlockList();
const unicast = new BlockList();
for (const range of INTERNAL_V4) internal.addSubnet(...split(range), "ipv4");
for (const range of INTERNAL_V6) internal.addSubnet(...split(range), "ipv6");
unicast.addSubnet("2000::", 3, "ipv6");

/** False for what is not an address at all. IPv4 in IPv6 clothes (`::ffff:127.0.0.1`) is internal, whatever it wraps. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !internal.check(address, "ipv4");
  return family === 6 && unicast.check(address, "ipv6") && !internal.check(address, "ipv6");
}

function split(range: string): [string, number] {
  const [address = "", bits] = range.split("/");
  return [address, Number(bits)];
}
