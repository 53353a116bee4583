// The client's address of a request: the peer's, or the one that a trusted proxy forwards.

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const WITH_PORT = /^(?:(\d+\.\d+\.\d+\.\d+):\d+|\[([^\]]+)\](?::\d+)?)$/;
const ADDRESS = /^[0-9a-f.:]{2,45}$/i;

/**
 * The nearest address that is not a trusted proxy. X-Forwarded-For is read from the right, as far as each hop is trusted: entries
 * that the client itself wrote are ignored.
 */
export function clientAddress(peer: string, forwardedFor: string | null, trustedProxies: ReadonlySet<string>): string {
  let address = plain(peer);
  const hops = (forwardedFor ?? "").split(",");
  while (trustedProxies.has(address) && hops.length > 0) {
    const hop = plain(hops.pop()!.trim());
    if (!ADDRESS.test(hop)) break;
    address = hop;
  }
  return address;
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
