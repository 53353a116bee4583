// Checks that Redis keys are spelt only in schema/redis/keys.ts, because processes of different versions share Redis.

import { expect, test } from "bun:test";
import { Glob } from "bun";
import { keys } from "#schema/redis/keys.ts";

const HOME = "schema/redis/keys.ts";
const SELF = "ops/tests/checks/redis-keys.test.ts";
/** The method of a sign-in starts like a key but is none. */
const METHODS = /`oauth:\$\{(string|provider|provider\.id)\}`/g;

async function* sources() {
  for await (const file of new Glob("{schema,runtime,transcoding,actors,edge,ops}/**/*.{ts,tsx}").scan("."))
    if (file !== HOME && file !== SELF) yield { file, text: await Bun.file(file).text() };
}

test("keys are the same as in other versions", () => {
  expect(keys.viewers("c")).toBe("viewers:c");
  expect(keys.limit("read-user", "u")).toBe("limit:read-user:u");
  expect(keys.oauthState("h")).toBe("oauth:h");
});

test("no other file spells or makes a key", async () => {
  const prefixes = Object.values(keys).map((key) => key("", "").split(":")[0]);
  const known = new RegExp(`\`(?:${prefixes.join("|")}):\\$\\{`);
  const own = /`[a-z-]+:\$\{/;
  const broken: string[] = [];
  let speaking = 0;
  for await (const { file, text } of sources()) {
    const speaks = /\bredis\b|RedisClient/.test(text);
    if (speaks) speaking++;
    const found = (speaks ? [known, own] : [known]).map((pattern) => pattern.exec(text.replaceAll(METHODS, ""))?.[0]);
    for (const spelt of found) if (spelt) broken.push(`${file}: ${spelt}`);
  }
  expect(broken).toEqual([]);
  expect(speaking).toBeGreaterThan(10);
});
