// The blocked addresses as this edge knows them: read again every two seconds, and kept while Redis is away.

import { BlockList, isIP, isIPv6 } from "node:net";
import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { Counter } from "#runtime/base/metrics.ts";
import { poll } from "#runtime/base/poll.ts";
import type { RedisClient } from "#runtime/base/redis.ts";
import { createTrustedProxies, type TrustedProxies } from "../requests/trusted-proxies.ts";
import { type AddressBlock, readBlocks } from "./block-store.ts";

const POLL_MS = 2_000;
const refusals = new Counter({
  name: "blocked_requests_total",
  help: "Requests and sockets of blocked addresses that were refused",
});

interface BlockedParts {
  redis: RedisClient;
  clock: Clock;
  log: Log;
  /** Never blocked, so that a slip does not shut everybody out. */
  trustedProxies: readonly string[];
  /** Called when there are new ones: what is open of them is to be closed. */
  onNew?(isBlocked: (address: string) => boolean): void;
}

export class BlockedAddresses {
  #blocks: AddressBlock[] = [];
  #list = new BlockList();
  readonly #proxies: TrustedProxies;
  readonly stop: () => void;

  constructor(private readonly parts: BlockedParts) {
    const { clock, log } = parts;
    this.#proxies = createTrustedProxies(parts.trustedProxies);
    const failure = "blocked addresses cannot be read";
    this.stop = poll({ clock, log, everyMs: POLL_MS, failure, look: () => this.look(), atOnce: true });
  }

  /** Reads them now. */
  async look() {
    const blocks = await readBlocks(this.parts.redis, this.parts.clock.wallMs());
    const known = new Set(this.#blocks.map(({ block }) => block));
    const isSame = blocks.length === known.size && blocks.every(({ block }) => known.has(block));
    this.#blocks = blocks;
    if (isSame) return;
    this.#list = listOf(blocks);
    if (blocks.some(({ block }) => !known.has(block))) this.parts.onNew?.((address) => this.#has(address));
  }

  /** Counts a refusal. The address is asked for only if one is blocked. */
  refuses(addressOf: () => string): boolean {
    if (this.#blocks.length === 0 || !this.#has(addressOf())) return false;
    refusals.inc();
    return true;
  }

  #has(address: string): boolean {
    return isIP(address) !== 0 && this.#list.check(address, versionOf(address)) && !this.#proxies.has(address);
  }
}

function listOf(blocks: readonly AddressBlock[]): BlockList {
  const list = new BlockList();
  for (const { block } of blocks) {
    const [address = "", length] = block.split("/");
    if (length === undefined) list.addAddress(address, versionOf(address));
    else list.addSubnet(address, Number(length), versionOf(address));
  }
  return list;
}

const versionOf = (address: string) => (isIPv6(address) ? "ipv6" : "ipv4");
