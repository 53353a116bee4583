// `block <address>`, `unblock <address>`, `blocked`: addresses that no edge answers.

import { once } from "node:events";
import { addBlock, readBlock, readBlocks, removeBlock } from "#edge/gateway/blocklist/block-store.ts";
import { audit } from "#edge/staff/audit-log.ts";
import { UsageError } from "#ops/up/flags.ts";
import { Refusal } from "#runtime/actor/actor.ts";
import { systemClock as clock, within } from "#runtime/base/clock.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import { connectRedis, type RedisClient } from "#runtime/base/redis.ts";
import type { Act } from "#schema/api/audit.ts";
import { type OperatedSystem, silentLog, withDatabase } from "./system.ts";
import { onlyWord, type Verb, wholeNumber } from "./verb.ts";

const WHAT = "an address or a block of addresses, such as 192.0.2.7 or 2001:db8::/48";
const HOURS = { fallback: 24, min: 1, max: 8_760 };
const CONNECT_WITHIN_MS = 2_000;

export const block: Verb = {
  use: "block <address> [--hours 24] [--reason text]    no edge answers this address, or block such as 192.0.2.0/24, from 5 s on",
  options: { hours: "text", reason: "text" },
  async run(words, { system, options, say }) {
    const name = readBlock(onlyWord(words, WHAT));
    const hours = wholeNumber(options, "hours", HOURS);
    const reason = typeof options.reason === "string" ? options.reason : "by the operator";
    const here = system();
    await note(here, "address.blocked", name, { reason, durationMs: hours * 3_600_000 });
    const nowMs = clock.wallMs();
    const untilMs = nowMs + hours * 3_600_000;
    await withRedis(here, (redis) => addBlock(redis, { block: name, reason, untilMs, by: null }, nowMs));
    say(`${name} is blocked until ${new Date(untilMs).toISOString()}`);
    return 0;
  },
};

export const unblock: Verb = {
  use: "unblock <address>                 edges answer it again",
  async run(words, { system, say }) {
    const name = readBlock(onlyWord(words, WHAT));
    const here = system();
    await note(here, "address.unblocked", name, {});
    const was = await withRedis(here, (redis) => removeBlock(redis, name));
    say(was ? `${name} is answered again` : `${name} was not blocked: see \`npm run ops -- blocked\``);
    return was ? 0 : 1;
  },
};

export const blocked: Verb = {
  use: "blocked                           lists blocked addresses, the first to end first",
  async run(words, { system, say }) {
    if (words.length > 0) throw new UsageError("blocked takes no words");
    const blocks = await withRedis(system(), (redis) => readBlocks(redis, clock.wallMs()));
    if (blocks.length === 0) say("no address is blocked");
    for (const { block, untilMs, by, reason } of blocks)
      say(`${block.padEnd(24)} until ${new Date(untilMs).toISOString()}  by ${by ?? "the operator"}: ${reason}`);
    return 0;
  },
};

function note(system: OperatedSystem, act: Act, target: string, detail: object) {
  return withDatabase(system, (sql) =>
    audit(sql, {
      ...{ id: random.uuid(clock.wallMs()), actorId: null, act, target },
      detail: { ...detail, by: "operator" },
    }),
  );
}

/** Throws Refusal `unavailable`. */
async function withRedis<Value>({ redisUrl }: OperatedSystem, work: (redis: RedisClient) => Promise<Value>) {
  if (redisUrl === null) throw new Refusal("unavailable", "Redis does not run");
  const redis = connectRedis({ url: redisUrl, name: "operator", log: silentLog });
  try {
    const late = () => new Refusal("unavailable", "Redis does not answer");
    await within(clock, CONNECT_WITHIN_MS, once(redis, "ready"), late);
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
