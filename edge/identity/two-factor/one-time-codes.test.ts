// One-time codes, recovery codes and sealing, with the test vectors of the standards.

import { describe, expect, test } from "bun:test";
import { generateHOTP } from "oslo/otp";
import { SeededRandom, systemRandom } from "#runtime/base/random.ts";
import { createKeyRing } from "../tokens/key-ring.ts";
import { createSealing } from "../tokens/seal.ts";
import {
  newRecoveryCodes,
  newTotpSecret,
  readOneTimeCode,
  totpSecretText,
  totpStepOf,
  totpUri,
} from "./one-time-codes.ts";

const SECRET = new TextEncoder().encode("12345678901234567890");

describe("codes", () => {
  // RFC 6238, appendix B, SHA-1; our six digits are the last six of its eight.
  test.each([
    [59, "94287082"],
    [1111111109, "07081804"],
    [1111111111, "14050471"],
    [1234567890, "89005924"],
    [2000000000, "69279037"],
    [20000000000, "65353130"],
  ])("at %d s are those of RFC 6238", async (seconds, eight) => {
    expect(await generateHOTP(SECRET, Math.floor(seconds / 30), 8)).toBe(eight);
    expect(await totpStepOf(SECRET, eight.slice(2), seconds * 1_000)).toBe(Math.floor(seconds / 30));
  });

  test("a code one step early or late is accepted, two steps are not", async () => {
    const atMs = 1_800_000_000_000;
    const step = atMs / 30_000;
    const found = await Promise.all(
      [-2, -1, 0, 1, 2].map(async (around) => totpStepOf(SECRET, await generateHOTP(SECRET, step + around), atMs)),
    );
    expect(found).toEqual([null, step - 1, step, step + 1, null]);
  });

  test("a secret has 160 bits, the same as text and as QR code", () => {
    const secret = newTotpSecret(systemRandom);
    expect(secret).toHaveLength(20);
    const uri = new URL(totpUri("Häfen & Meer", secret, "ada_1"));
    expect([uri.protocol, uri.host, uri.pathname]).toEqual(["otpauth:", "totp", "/H%C3%A4fen%20%26%20Meer:ada_1"]);
    expect(Object.fromEntries(uri.searchParams)).toMatchObject({
      secret: totpSecretText(secret),
      issuer: "Häfen & Meer",
    });
  });

  test("there are ten recovery codes of 80 bits, accepted in any letter case with or without dashes", () => {
    const codes = newRecoveryCodes(systemRandom);
    expect(new Set(codes.map(({ text }) => text)).size).toBe(10);
    const { text, hash } = codes[0]!;
    expect(text).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/);
    for (const typed of [text, text.toUpperCase(), ` ${text.replaceAll("-", " ")} `])
      expect(readOneTimeCode(typed)).toEqual({ recoveryHash: hash });
  });

  test.each(["", "12345", "1234567", "١٢٣٤٥٦", "abcd", "0123-4567-89ab-cdef", "x".repeat(64)])(
    "%p is no code",
    (text) => {
      expect(readOneTimeCode(text)).toBeNull();
    },
  );
});

describe("a seal", () => {
  const old = createKeyRing({ secret: "the secret that was used until today" });
  const ring = createKeyRing({
    secret: "the secret that is used from today on",
    accepted: ["the secret that was used until today"],
  });
  const sealing = (keys = ring, purpose = "totp-secret") => createSealing({ keys, random: systemRandom, purpose });

  test("opens for the same user, and differs each time", () => {
    const sealed = sealing().seal(SECRET, "ada");
    expect(sealing().open(sealed, "ada")).toEqual(SECRET);
    expect(sealing().seal(SECRET, "ada")).not.toEqual(sealed);
    expect(Buffer.from(sealed).includes(SECRET)).toBe(false);
  });

  test("does not open about another user, for another purpose, or with a changed byte", () => {
    const sealed = sealing().seal(SECRET, "ada");
    expect(sealing().open(sealed, "bob")).toBeNull();
    expect(sealing(ring, "sign-in-ticket").open(sealed, "ada")).toBeNull();
    for (let at = 0; at < sealed.length; at++) {
      const changed = Uint8Array.from(sealed);
      changed[at]! ^= 1;
      expect(sealing().open(changed, "ada")).toBeNull();
    }
    for (let length = 0; length < sealed.length; length++)
      expect(sealing().open(sealed.subarray(0, length), "ada")).toBeNull();
  });

  test("of the old secret opens while that is accepted, and not afterwards", () => {
    const sealed = sealing(old).seal(SECRET, "ada");
    expect(sealing().open(sealed, "ada")).toEqual(SECRET);
    const alone = createKeyRing({ secret: "the secret that is used from today on" });
    expect(sealing(alone).open(sealed, "ada")).toBeNull();
    expect(sealing().keyName).not.toEqual(sealing(old).keyName);
  });

  test("does not repeat its nonce", () => {
    const seals = createSealing({ keys: ring, random: new SeededRandom(7), purpose: "totp-secret" });
    const nonces = Array.from({ length: 100 }, () =>
      Buffer.from(seals.seal(SECRET, "a").subarray(9, 21)).toString("hex"),
    );
    expect(new Set(nonces).size).toBe(100);
  });
});
