import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemRandom as random } from "#runtime/base/random.ts";
import { bytesOf, streamOf } from "./byte-source.ts";
import { BackupKeys, findKeys } from "./keys.ts";
import { open, openBytes, seal, sealBytes } from "./sealed-stream.ts";

const keys = new BackupKeys(["k".repeat(32)]);
const about = "backups/log/7/000000010000000000000005";
const MIB = 1024 * 1024;

/** Half noise, half zeros. */
function made(bytes: number): Uint8Array {
  const all = new Uint8Array(bytes);
  for (let at = 0; at < bytes / 2; at += 65_536)
    crypto.getRandomValues(all.subarray(at, Math.min(at + 65_536, Math.floor(bytes / 2))));
  return all;
}

/** In pieces of odd lengths. */
async function* dripped(bytes: Uint8Array, piece: number) {
  for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
}

test("what is sealed opens again, whatever its length and the pieces that it comes in", async () => {
  for (const length of [0, 1, 100, MIB - 1, MIB, MIB + 1, 3 * MIB + 17]) {
    const bytes = made(length);
    const sealed = await bytesOf(seal(dripped(bytes, 70_001), { keys, random, about }));
    const opened = await bytesOf(open(dripped(sealed, 9_973), { keys, about }));
    expect(Buffer.from(opened).equals(bytes), String(length)).toBe(true);
  }
});

test("equal texts are sealed differently, and zeros take no space", async () => {
  const zeros = new Uint8Array(16 * MIB);
  const [one, two] = [await sealBytes(zeros, { keys, random, about }), await sealBytes(zeros, { keys, random, about })];
  expect(one.length).toBeLessThan(20_000);
  expect(Buffer.from(one).equals(two)).toBe(false);
});

test("it opens by its own key and as itself alone, and the message names the key that it needs", async () => {
  const sealed = await sealBytes(made(100), { keys, random, about });
  const other = new BackupKeys(["z".repeat(32)]);
  const wrong = openBytes(sealed, { keys: other, about });
  await expect(wrong).rejects.toMatchObject({ code: "wrong_key", message: expect.stringContaining(keys.sealingName) });
  await expect(openBytes(sealed, { keys, about: `${about}6` })).rejects.toMatchObject({ code: "damaged" });
  const both = new BackupKeys(["z".repeat(32), "k".repeat(32)]);
  expect((await openBytes(sealed, { keys: both, about })).length).toBe(100);
  expect(both.sealingName).toBe(other.sealingName);
});

test("each changed byte is noticed", async () => {
  const sealed = await sealBytes(made(500), { keys, random, about });
  for (let at = 0; at < sealed.length; at++) {
    const changed = Uint8Array.from(sealed);
    changed[at]! ^= 1;
    const code = await openBytes(changed, { keys, about }).then(
      () => "opened",
      (error: { code?: string }) => error.code,
    );
    expect(["damaged", "wrong_key"], `byte ${at}`).toContain(code!);
  }
});

test("missing, doubled and exchanged chunks and a missing end are noticed", async () => {
  const sealed = Buffer.from(await sealBytes(made(3 * MIB), { keys, random, about }));
  const chunks: Buffer[] = [];
  for (let at = 41; at < sealed.length; ) {
    const end = at + 4 + sealed.readUInt32BE(at);
    chunks.push(sealed.subarray(at, end));
    at = end;
  }
  const [a, b, c] = chunks as [Buffer, Buffer, Buffer];
  const head = sealed.subarray(0, 41);
  for (const parts of [[a, b], [a, c], [b, c], [a, b, b, c], [b, a, c], [a, b, c, c], [a, b, c.subarray(0, -1)], []]) {
    const wrong = openBytes(Buffer.concat([head, ...parts]), { keys, about });
    await expect(wrong).rejects.toMatchObject({ code: "damaged" });
  }
  await expect(openBytes(head.subarray(0, 20), { keys, about })).rejects.toMatchObject({ code: "damaged" });
  expect((await openBytes(Buffer.concat([head, a, b, c]), { keys, about })).length).toBe(3 * MIB);
});

test("an error of the source passes through, and nothing is read ahead by more than two chunks", async () => {
  let given = 0;
  async function* source() {
    for (let i = 0; i < 50; i++) {
      given += MIB;
      yield new Uint8Array(MIB);
    }
    throw new Error("the disk is gone");
  }
  const sealed = seal(source(), { keys, random, about });
  for (let i = 0; i < 3; i++) await sealed.next();
  expect(given).toBeLessThanOrEqual(5 * MIB);
  await expect(bytesOf(sealed)).rejects.toThrow("the disk is gone");
  expect((await bytesOf(streamOf(new Uint8Array(3)))).length).toBe(3);
});

test("the key is made once, only its owner can read it, and a short one is refused", () => {
  const folder = mkdtempSync(join(tmpdir(), "keys-"));
  const [file, short] = [join(folder, "backup.key"), join(folder, "short.key")];
  const none = { keys: [], keyFile: null };
  expect(() => findKeys({ config: none, defaultFile: file, make: false })).toThrow("wrong_key");
  const made = findKeys({ config: none, defaultFile: file, make: true });
  expect([made.isNew, made.isBesideData, statSync(file).mode & 0o777]).toEqual([true, true, 0o600]);
  const again = findKeys({ config: none, defaultFile: file, make: true });
  expect([again.isNew, again.keys.sealingName]).toEqual([false, made.keys.sealingName]);
  const named = findKeys({ config: { keys: [], keyFile: file }, defaultFile: null, make: false });
  expect([named.isBesideData, named.keys.sealingName]).toEqual([false, made.keys.sealingName]);
  writeFileSync(short, "tooshort\n");
  expect(() => findKeys({ config: { keys: [], keyFile: short }, defaultFile: null, make: false })).toThrow("wrong_key");
  rmSync(folder, { recursive: true });
});
