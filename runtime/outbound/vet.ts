// Vets a host before a connection leaves for it: what people enter must not lead into our own network (SSRF).

import { lookup as systemLookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { type Clock, within } from "#runtime/base/clock.ts";
import { isPublicAddress } from "./public-addresses.ts";

/** The name is not known, or leads where no connection of ours may go. The message does not repeat it. */
export class VetFault extends Error {
  override readonly name = "VetFault";
  constructor(readonly why: "name_not_found" | "address_refused") {
    super(why === "address_refused" ? "an internal address" : "the name is not known");
  }
}

export interface VettedAddress {
  address: string;
  family: number;
}

/** All addresses of a name. Rejects when there are none. */
export type Lookup = (host: string) => Promise<VettedAddress[]>;

/** Where a connection is to go, or where we listen ourselves. */
export interface Destination {
  /** A name, or an address in any notation that the system's resolver reads; IPv6 without brackets. */
  host: string;
  port: number;
}

export interface VetOptions {
  clock: Clock;
  /** Blocks of internal addresses that are allowed all the same, `10.0.0.0/8`. Default: none. */
  networks?: readonly string[];
  /** Servers of our own, which are refused wherever they are. Default: none. */
  own?: readonly Destination[];
  lookup?: Lookup;
}

/** Resolves with the addresses to connect to, each of which is allowed: connect to one of them and never to the name, whose next answer may
 *  be another one (DNS rebinding). Rejects with VetFault, within 5 s. */
export type Vet = (destination: Destination) => Promise<VettedAddress[]>;

const LOOKUP_WITHIN_MS = 5_000;

export function createVet({ clock, networks = [], own = [], lookup = lookupAll }: VetOptions): Vet {
  const allowed = blocksOf(networks);
  const find = (host: string) =>
    within(clock, LOOKUP_WITHIN_MS, lookup(host), () => new VetFault("name_not_found")).catch(() => {
      throw new VetFault("name_not_found");
    });
  const mayGoTo = ({ address, family }: VettedAddress) =>
    isPublicAddress(address) || (!isMapped(address) && allowed.check(address, family === 6 ? "ipv6" : "ipv4"));
  return async ({ host, port }) => {
    const found = await find(host);
    if (found.length === 0) throw new VetFault("name_not_found");
    if (!found.every(mayGoTo)) throw new VetFault("address_refused");
    const ours = await Promise.all(own.filter((one) => one.port === port).map((one) => find(one.host).catch(() => [])));
    if (ours.flat().some(({ address }) => found.some((one) => one.address === address)))
      throw new VetFault("address_refused");
    return found;
  };
}

/** In the order of the resolver. Also for what is an address already, in any notation. */
const lookupAll: Lookup = async (host) => {
  const family = isIP(host);
  return family ? [{ address: host, family }] : await systemLookup(host, { all: true });
};

/** An IPv4 address in the clothes of IPv6: refused, whatever is allowed. */
const isMapped = (address: string) => /^[0:]+ffff:/i.test(address);

function blocksOf(networks: readonly string[]): BlockList {
  const blocks = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    const kind = isIP(address) === 6 ? "ipv6" : "ipv4";
    blocks.addSubnet(address, bits === undefined ? (kind === "ipv6" ? 128 : 32) : Number(bits), kind);
  }
  return blocks;
}
