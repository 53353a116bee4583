// Playback tokens: what they carry, and attempts to forge them.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { ManualClock } from "#runtime/base/clock.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import { createKeyRing } from "../identity/tokens/key-ring.ts";
import { createPlaybackTokens, PLAYBACK_TOKEN_LENGTH, PLAYBACK_TOKEN_MS } from "./token.ts";

const CHANNEL = "0190f3b0-0000-7000-8000-000000000001";
const OTHER = "0190f3b0-0000-7000-8000-000000000002";
const clock = new ManualClock(Date.UTC(2026, 10, 29));
const random = new SeededRandom(1);
const withSecrets = (secret: string, accepted: string[] = []) =>
  createPlaybackTokens({ keys: createKeyRing({ secret, accepted }), clock, random });
const OLD = "the secret of yesterday, long enough";
const NEW = "the secret of tomorrow, long enough too";
const tokens = withSecrets(OLD);
const given = { channelId: CHANNEL, grant: "watch", version: 7, session: "00112233445566ff" } as const;

test("a token is read back as it was issued, and only for its channel", () => {
  const { text, expiresAtMs } = tokens.issue(given);
  expect(text).toHaveLength(PLAYBACK_TOKEN_LENGTH);
  expect(expiresAtMs).toBe(clock.wallMs() + PLAYBACK_TOKEN_MS);
  for (let i = 0; i < 2; i++) expect(tokens.read(text, CHANNEL)).toEqual({ ...given, expiresAtMs });
  expect(tokens.read(text, OTHER)).toBeNull();
});

test("no changed token is read", () => {
  const { text } = tokens.issue({ ...given, grant: "count" });
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom(...letters), (at, letter) => {
      fc.pre(text[at] !== letter);
      expect(tokens.read(text.slice(0, at) + letter + text.slice(at + 1), CHANNEL)).toBeNull();
    }),
    { numRuns: 1_000 },
  );
  for (const other of ["", text.slice(1), `${text}A`, "~".repeat(PLAYBACK_TOKEN_LENGTH)])
    expect(tokens.read(other, CHANNEL)).toBeNull();
});

test("any text is refused without an error", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => tokens.read(text, CHANNEL) === null));
});

test("a token outlives a change of the secret while the old one is accepted", () => {
  const { text } = tokens.issue(given);
  expect(withSecrets(NEW, [OLD]).read(text, CHANNEL)).toMatchObject(given);
  expect(withSecrets(NEW).read(text, CHANNEL)).toBeNull();
});

test("a viewer has one session per channel, the same on all edges", () => {
  const session = tokens.sessionOf(CHANNEL, "a browser");
  expect(session).toMatch(/^[0-9a-f]{16}$/);
  expect(withSecrets(OLD).sessionOf(CHANNEL, "a browser")).toBe(session);
  expect(tokens.sessionOf(OTHER, "a browser")).not.toBe(session);
  expect(tokens.newSession()).not.toBe(tokens.newSession());
});
