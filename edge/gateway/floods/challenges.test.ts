import { expect, test } from "bun:test";
import { ManualClock, systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import { connectRedis } from "#runtime/base/redis.ts";
import { CHALLENGE_MS, PROOF_TEXT_LENGTH_MAX } from "#schema/wire/proof.ts";
import { solve } from "../../client/proof.ts";
import { createKeyRing } from "../../identity/tokens/key-ring.ts";
import { type Counts, createCounts } from "../limits/counts.ts";
import { Challenges } from "./challenges.ts";

const away: Counts = { ask: async () => null };
const SECRET = "a secret that only the tests know about";

function edge({ counts = away, secret = SECRET, accepted = [] as string[] } = {}) {
  const clock = new ManualClock();
  const challenges = new Challenges({ keys: createKeyRing({ secret, accepted }), clock, random, counts });
  const solved = async (scope: string, bits = 8) => {
    const { challenge } = challenges.issue(scope, bits);
    return { challenge, solution: await solve(challenge, bits, async () => {}) };
  };
  return { clock, challenges, solved };
}

test("a solved challenge is good once, for whoever asked for it", async () => {
  const { challenges, solved } = edge();
  const proof = await solved("chat a");
  expect(await challenges.accept("chat b", proof)).toBe(false);
  expect(await challenges.accept("chat a", proof)).toBe(true);
  expect(await challenges.accept("chat a", proof)).toBe(false);
});

test("it is good for a minute", async () => {
  const { clock, challenges, solved } = edge();
  const [early, late] = [await solved("a"), await solved("a")];
  clock.advance(CHALLENGE_MS - 2_000);
  expect(await challenges.accept("a", early)).toBe(true);
  clock.advance(2_000);
  expect(await challenges.accept("a", late)).toBe(false);
});

test("what is not solved, changed, or made up is refused, and may be solved still", async () => {
  const { challenges, solved } = edge();
  const { challenge, solution } = await solved("a", 12);
  const bytes = Buffer.from(challenge, "base64url");
  bytes[4] = 0; // No work at all.
  const easier = bytes.toString("base64url");
  for (const made of [easier, "", "a".repeat(39), `${challenge}=`, challenge.slice(1)])
    expect(await challenges.accept("a", { challenge: made, solution })).toBe(false);
  const wrong = String(Number(solution) + 1);
  expect(await challenges.accept("a", { challenge, solution: wrong })).toBe(false);
  expect(await challenges.accept("a", { challenge, solution })).toBe(true);
});

test("another edge checks it, also after a change of secrets, and a server with another secret does not", async () => {
  const { solved } = edge();
  const proof = await solved("a");
  const next = edge({ secret: "another secret that only the tests know", accepted: [SECRET] });
  expect(await next.challenges.accept("a", proof)).toBe(true);
  const other = edge({ secret: "another secret that only the tests know" });
  expect(await other.challenges.accept("a", proof)).toBe(false);
});

test("with Redis it is good once over all edges", async () => {
  const log = createLog({ name: "test", level: "silent" });
  const redis = connectRedis({ url: process.env.TEST_REDIS_URL!, name: "test", log });
  if (redis.status !== "ready") await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
  const counts = createCounts({ redis, clock: systemClock, waitMs: 5_000 });
  const [one, two] = [edge({ counts }), edge({ counts })];
  const proof = await one.solved("a");
  expect(await one.challenges.accept("a", proof)).toBe(true);
  expect(await two.challenges.accept("a", proof)).toBe(false);
  redis.disconnect();
});

test("challenge and solution fit into one block of SHA-256", () => {
  const { challenge } = edge().challenges.issue("a", 20);
  expect(challenge.length + 1 + 12).toBeLessThanOrEqual(PROOF_TEXT_LENGTH_MAX);
});
