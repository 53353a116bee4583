import { expect, test } from "bun:test";
import { SeededRandom } from "#runtime/base/random.ts";
import { closeBox, createBoxOpener } from "./sealed-box.ts";

const [OLD, NEW] = ["o".repeat(32), "n".repeat(32)];
const random = new SeededRandom(7);
const text = new TextEncoder().encode("live_123_secret");
const close = (publicKey: Uint8Array, about = "a") => closeBox({ publicKey, text, about, random });

test("what is closed for a secret's public key is opened by that secret alone", () => {
  const opener = createBoxOpener([OLD], "restream");
  const box = close(opener.publicKey);
  expect(opener.open(box, "a")).toEqual(text);
  expect(createBoxOpener([NEW], "restream").open(box, "a")).toBeNull();
  expect(createBoxOpener([OLD], "else").open(box, "a")).toBeNull();
  expect(Buffer.from(box).includes("secret")).toBe(false);
});

test("a box opens about what it was closed about, and only unchanged", () => {
  const opener = createBoxOpener([OLD], "restream");
  const box = close(opener.publicKey, "target one");
  expect(opener.open(box, "target two")).toBeNull();
  for (let at = 0; at < box.length; at++) {
    const changed = box.slice();
    changed[at]! ^= 1;
    expect([at, opener.open(changed, "target one")]).toEqual([at, null]);
    expect(opener.open(box.subarray(0, at), "target one")).toBeNull();
  }
});

test("an accepted secret opens what it closed before, and closes nothing new", () => {
  const before = close(createBoxOpener([OLD], "restream").publicKey);
  const opener = createBoxOpener([NEW, OLD], "restream");
  expect(opener.open(before, "a")).toEqual(text);
  expect(createBoxOpener([OLD], "restream").open(close(opener.publicKey), "a")).toBeNull();
});

test("two boxes of one text have nothing in common behind the key's name", () => {
  const { publicKey } = createBoxOpener([OLD], "restream");
  const [one, two] = [close(publicKey), close(publicKey)];
  expect(one.subarray(0, 9)).toEqual(two.subarray(0, 9));
  expect(one.subarray(9)).not.toEqual(two.subarray(9));
});

test("what is no public key closes nothing", () => {
  expect(() => close(new Uint8Array(31))).toThrow("not a public key");
});
