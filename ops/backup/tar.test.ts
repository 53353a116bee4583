import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesOf, streamOf } from "./sealing/byte-source.ts";
import { type TarEntry, tar, untar } from "./tar.ts";

const scratch = mkdtempSync(join(tmpdir(), "tar-"));
afterAll(() => rmSync(scratch, { recursive: true }));

async function* listed(entries: TarEntry[]) {
  yield* entries;
}

const file = (path: string, text: string, bytes = text.length): TarEntry => ({
  kind: "file",
  path,
  bytes,
  content: streamOf(new TextEncoder().encode(text)),
});

const entries = () => [
  { kind: "folder" as const, path: "base/1" },
  file("PG_VERSION", "18\n"),
  file("base/1/112", "x".repeat(8_192)),
  file("base/1/empty", ""),
  file("global/pg_control", "y".repeat(513)),
];

test("files come back as they were, and GNU tar reads them too", async () => {
  const bytes = await bytesOf(tar(listed(entries())));
  expect(bytes.length % 512).toBe(0);
  const folder = join(scratch, "back");
  expect(await untar(streamOf(bytes), folder)).toEqual({ files: 4, bytes: 8_192 + 513 + 3 });
  expect(readFileSync(join(folder, "global/pg_control"), "utf8")).toBe("y".repeat(513));
  expect(readdirSync(join(folder, "base/1")).sort()).toEqual(["112", "empty"]);
  expect(statSync(join(folder, "PG_VERSION")).mode & 0o777).toBe(0o600);
  const listing = Bun.spawnSync(["tar", "-tvf", "-"], { stdin: bytes });
  expect([listing.exitCode, listing.stderr.toString()]).toEqual([0, ""]);
  expect(listing.stdout.toString()).toContain("global/pg_control");
});

test("a file that shrinks while it is read is filled, and one that grows is cut", async () => {
  const bytes = await bytesOf(
    tar(listed([file("shrunk", "abc", 1_000), file("grown", "abcdef", 2), file("last", "z")])),
  );
  const folder = join(scratch, "changed");
  await untar(streamOf(bytes), folder);
  expect(readFileSync(join(folder, "shrunk"))).toEqual(Buffer.concat([Buffer.from("abc"), Buffer.alloc(997)]));
  expect(readFileSync(join(folder, "grown"), "utf8")).toBe("ab");
  expect(readFileSync(join(folder, "last"), "utf8")).toBe("z");
});

test("a path out of the folder, a link and a broken header are refused", async () => {
  const good = Buffer.from(await bytesOf(tar(listed([file("name", "abc")]))));
  const with_ = (change: (block: Buffer) => void) => {
    const changed = Buffer.from(good);
    change(changed);
    changed.fill(" ", 148, 156);
    const sum = changed.subarray(0, 512).reduce((a, b) => a + b, 0);
    changed.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return changed;
  };
  for (const path of ["../name", "/etc/name", "a//b", "./a"])
    await expect(untar(streamOf(with_((block) => block.write(`${path}\0`, 0))), join(scratch, "out"))).rejects.toThrow(
      "is no path of a file",
    );
  await expect(untar(streamOf(with_((block) => block.write("2", 156))), join(scratch, "out"))).rejects.toThrow(
    "neither a file nor a folder",
  );
  const broken = Buffer.from(good);
  broken[0]! ^= 1;
  await expect(untar(streamOf(broken), join(scratch, "out"))).rejects.toThrow("a header is none");
  await expect(untar(streamOf(good.subarray(0, 700)), join(scratch, "cut"))).rejects.toThrow("damaged");
});

test("a path that the format cannot hold is refused", async () => {
  await expect(bytesOf(tar(listed([file("x".repeat(101), "")])))).rejects.toThrow("too long");
});
