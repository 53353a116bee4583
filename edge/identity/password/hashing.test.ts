// Password hashing: every byte counts, and concurrent sign-ins are queued.

import { describe, expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { newStreamKey } from "../../channels/stream-key.ts";
import { createPasswords } from "./hashing.ts";
import { passwordFault } from "./password-rules.ts";

const quick = createPasswords({ cost: 4 });

describe("hashing", () => {
  test("is bcrypt with cost 12", async () => {
    expect(await createPasswords().hash("a quiet river at night")).toMatch(/^\$2b\$12\$/);
  });

  test("passwords that differ after byte 72, or after a NUL, differ", async () => {
    const long = "y".repeat(72);
    const hash = await quick.hash(`${long}A`);
    expect(await quick.verify(`${long}A`, hash)).toBe(true);
    expect(await quick.verify(`${long}B`, hash)).toBe(false);
    expect(await quick.verify(long, hash)).toBe(false);
    expect(await quick.verify("before\0other", await quick.hash("before\0after"))).toBe(false);
  });

  test("the same letters in another Unicode composition are the same password", async () => {
    expect(await quick.verify("cafe\u0301 au lait", await quick.hash("caf\u00e9 au lait"))).toBe(true);
  });

  test("the password of an unknown user is wrong, after the same time", async () => {
    const passwords = createPasswords({ cost: 9 });
    const somebodys = await passwords.hash("a quiet river");
    // The quickest of several, taken in turn: on a busy machine single times say little.
    const quickest = { unknown: Number.POSITIVE_INFINITY, known: Number.POSITIVE_INFINITY };
    for (let i = 0; i < 9; i++)
      for (const [who, hash] of [
        ["unknown", null],
        ["known", somebodys],
      ] as const) {
        const startMs = performance.now();
        expect(await passwords.verify("anything", hash)).toBe(false);
        quickest[who] = Math.min(quickest[who], performance.now() - startMs);
      }
    expect(quickest.unknown / quickest.known).toBeWithin(0.4, 2.5);
  });

  test("a few run at once, some wait, and the rest get `busy`", async () => {
    const passwords = createPasswords({ cost: 8, atOnceMax: 2, waitingMax: 3 });
    await passwords.verify("x", null); // Waits for the dummy hash.
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => passwords.hash("a quiet river")));
    const refused = results.filter((result) => result.status === "rejected");
    expect(refused).toHaveLength(5);
    expect(refused[0]!.reason).toMatchObject({ code: "busy", retryAfterMs: 2_000 });
    expect(await passwords.hash("and afterwards")).toMatch(/^\$2b\$/);
  });

  test("a request that has waited too long is refused, and those behind it are served", async () => {
    const clock = new ManualClock();
    const passwords = createPasswords({ cost: 8, atOnceMax: 1, waitMsMax: 4_000, clock });
    await passwords.verify("x", null);
    const first = passwords.hash("in hand");
    const tired = [passwords.hash("waits"), passwords.hash("waits too")];
    const refusals = Promise.allSettled(tired);
    clock.advance(4_001);
    const fresh = passwords.hash("has just come");
    expect(await first).toMatch(/^\$2b\$/);
    expect(await refusals).toMatchObject([{ reason: { code: "busy" } }, { reason: { code: "busy" } }]);
    expect(await fresh).toMatch(/^\$2b\$/);
    expect(await passwords.hash("and afterwards")).toMatch(/^\$2b\$/);
  });
});

describe("common passwords", () => {
  const fault = (password: string) => passwordFault(password, { login: "ada_1815", email: "ada@example.org" });

  test.each([
    "1234567890",
    "PASSWORD123",
    "qwertyuiop",
    "iloveyou123",
    "aaaaaaaaaa",
    "abcabcabcabc",
    "12121212121212",
    "abcdefghijklm",
    "9876543210",
    "lkjhgfdsapoiuytrewq",
    "890123456789",
    "Ada_1815ada_1815",
    "ada@example.org",
    // Normalized to one of them.
    "ｐａｓｓｗｏｒｄ１２３",
    // Five letters and five emoji, of two code points each.
    "a\u0300e\u0301i\u0302o\u0303u\u0308",
    "🙂🙃😀😇🤔",
  ])("%s is refused", (password) => {
    expect(fault(password)).toBeString();
  });

  test.each([
    "a quiet river at night",
    "correct horse battery staple",
    "hunter2hunter2",
    "Tr0ub4dor&3x",
    "1815-ada-xyz",
    "🙂🙃🙂🙃🙂🙂🙃🙃🙂🙃",
  ])("%s is accepted", (password) => {
    expect(fault(password)).toBeNull();
  });
});

test("stream keys have 160 bits and no character that needs escaping", () => {
  const keys = Array.from({ length: 100 }, () => newStreamKey(systemRandom));
  for (const key of keys) expect(key).toMatch(/^live_[a-z2-7]{32}$/);
  expect(new Set(keys).size).toBe(100);
});
