import { expect, test } from "bun:test";
import { proofText } from "#schema/wire/proof.ts";
import { solve, zeroBits } from "./proof.ts";

/** By another implementation. */
const bitsOf = (text: string) => {
  const hex = Bun.SHA256.hash(text, "hex") as string;
  return Math.clz32(Number.parseInt(hex.slice(0, 8), 16));
};

test("counts the bits of every text of one block as another SHA-256 does", () => {
  for (let length = 0; length <= 55; length++)
    for (let n = 0; n < 40; n++) {
      const text = `${n}-${"x".repeat(55)}`.slice(0, length);
      expect(zeroBits(text)).toBe(bitsOf(text));
    }
});

test("a solution has the bits that were asked for, and the page may rest on the way", async () => {
  let rests = 0;
  const solution = await solve("a-challenge", 14, async () => void rests++);
  expect(bitsOf(proofText("a-challenge", solution))).toBeGreaterThanOrEqual(14);
  expect(rests).toBe(Math.floor(Number(solution) / 4_000));
});
