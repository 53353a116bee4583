// The blocked addresses in Redis, for all edges: a flush forgets them.

import { isIP } from "node:net";
import { Refusal } from "#runtime/actor/actor.ts";
import type { RedisClient } from "#runtime/base/redis.ts";
import { keys } from "#schema/redis/keys.ts";
import { FieldRefusal } from "../problems/problem-details.ts";

export interface AddressBlock {
  /** An address, or address/length. */
  block: string;
  reason: string;
  untilMs: number;
  /** Login of the admin; null: the operator's tool. */
  by: string | null;
}

/** Each edge compares each client's address with all of them. */
const BLOCKS_MAX = 10_000;
/** A shorter one would be half of the internet by a slip of the finger. */
const LENGTH_MIN = { 4: 8, 6: 16 } as const;
const LENGTH_MAX = { 4: 32, 6: 128 } as const;

/** In one spelling. Throws FieldRefusal. */
export function readBlock(text: string): string {
  const [, given = "", length] = /^([^/%]*)(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? [];
  const version = isIP(given);
  const refuse = (message: string) => new FieldRefusal([{ path: "block", message }]);
  if ((version !== 4 && version !== 6) || /^::ffff:/i.test(given))
    throw refuse("an IP address, or a block such as 192.0.2.0/24 or 2001:db8::/48");
  const bits = length === undefined ? LENGTH_MAX[version] : Number(length);
  if (bits < LENGTH_MIN[version] || bits > LENGTH_MAX[version])
    throw refuse(`a length from ${LENGTH_MIN[version]} to ${LENGTH_MAX[version]}`);
  const address = version === 6 ? new URL(`http://[${given}]`).hostname.slice(1, -1) : given;
  return bits === LENGTH_MAX[version] ? address : `${address}/${bits}`;
}

/** Those that are not over. Throws Refusal `unavailable`. */
export async function readBlocks(redis: RedisClient, nowMs: number): Promise<AddressBlock[]> {
  const fields = await away(redis.hgetall(keys.blockedAddresses()));
  return Object.values(fields)
    .map((text) => JSON.parse(text) as AddressBlock)
    .filter(({ untilMs }) => untilMs > nowMs)
    .sort((a, b) => a.untilMs - b.untilMs);
}

/** Replaces a block of the same addresses, and forgets those that are over. Throws Refusal: `too_many`, `unavailable`. */
export async function addBlock(redis: RedisClient, block: AddressBlock, nowMs: number) {
  const key = keys.blockedAddresses();
  const kept = new Set((await readBlocks(redis, nowMs)).map((one) => one.block));
  const over = (await away(redis.hkeys(key))).filter((name) => !kept.has(name));
  if (over.length > 0) await away(redis.hdel(key, ...over));
  if (kept.size >= BLOCKS_MAX && !kept.has(block.block)) throw new Refusal("too_many");
  await away(redis.hset(key, block.block, JSON.stringify(block)));
}

/** False: it was not blocked. Throws Refusal `unavailable`. */
export const removeBlock = async (redis: RedisClient, block: string): Promise<boolean> =>
  (await away(redis.hdel(keys.blockedAddresses(), block))) > 0;

const away = <Value>(answer: Promise<Value>): Promise<Value> =>
  answer.catch(() => {
    throw new Refusal("unavailable", "Redis does not answer");
  });
