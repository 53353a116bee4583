// Where a request comes from: the peer's address, or what a trusted proxy says about it.

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const WITH_PORT = /^(?:(\d+\.\d+\.\d+\.\d+):\d+|\[([^\]]+)\](?::\d+)?)$/;
const ADDRESS = /^[0-9a-f.:]{2,45}$/i;

/**
 * The nearest address that is not one of our own proxies. X-Forwarded-For is read from the right and only as far as each
 * hop is trusted: what a client writes into it itself is never believed.
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

/** What limits count: an IPv4 address, or the /64 of an IPv6 address, which one customer has to themselves. */
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

/** Some proxies add the port. */
const plain = (address: string) => {
  const alone = WITH_PORT.exec(address);
  const bare = alone?.[1] ?? alone?.[2] ?? address;
  return MAPPED_IPV4.exec(bare)?.[1] ?? bare;
};
