import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock, systemClock } from "#runtime/base/clock.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import { Archive, logKey } from "../archive.ts";
import { BackupKeys } from "../sealing/keys.ts";
import { LogFeeder } from "./log-feeder.ts";

const scratch = mkdtempSync(join(tmpdir(), "feed %p-"));
afterAll(() => rmSync(scratch, { recursive: true }));
const MIB16 = 16 * 1024 * 1024;
const segment = (number: number) => `00000001000000000000000${number}`;
let made = 0;

async function setup(names: string[]) {
  const objects = new MemoryObjects(systemClock);
  const quick = new ManualClock();
  quick.sleep = async (ms) => quick.advance(ms);
  const keys = new BackupKeys(["k".repeat(32)]);
  const archive = new Archive({ objects, keys, clock: quick, random: new SeededRandom(1) });
  for (const name of names) await archive.putSealed(logKey("7", name), new TextEncoder().encode(name));
  const folder = join(scratch, String(++made), "feed");
  const feeder = new LogFeeder({ folder, archive, cluster: "7", segmentBytes: MIB16, owner: null, clock: systemClock });
  feeder.start();
  /** As PostgreSQL runs it. Answers the exit code, and what it got. */
  const restore = async (name: string) => {
    const to = join(scratch, `got-${made}-${name}`);
    const values: Record<string, string> = { "%p": to, "%f": name, "%%": "%" };
    const command = feeder.restoreCommand.replace(/%[pf%]/g, (word) => values[word]!);
    const child = Bun.spawn(["sh", "-c", command], { stderr: "pipe" });
    const code = await child.exited;
    return { code, text: existsSync(to) ? readFileSync(to, "utf8") : null };
  };
  return { objects, archive, feeder, restore };
}

test("PostgreSQL gets what it asks for, in any order, and hears what is not there", async () => {
  const { restore, feeder } = await setup([segment(1), segment(2), "00000002.history"]);
  expect(await restore("00000002.history")).toEqual({ code: 0, text: "00000002.history" });
  expect(await restore("00000003.history")).toEqual({ code: 1, text: null });
  for (const name of [segment(1), segment(2), segment(1)]) expect(await restore(name)).toEqual({ code: 0, text: name });
  for (let i = 0; i < 2; i++) expect(await restore(segment(3))).toEqual({ code: 1, text: null });
  expect([feeder.served, feeder.fault]).toEqual([4, null]);
  feeder.stop();
  feeder.stop();
});

test("a file that is damaged or cannot be fetched stops PostgreSQL, and does not look like the end of the log", async () => {
  for (const [harm, code] of [
    ["damaged", "damaged"],
    ["away", "store_away"],
  ] as const) {
    const { objects, restore, feeder } = await setup([segment(1), segment(2)]);
    if (harm === "damaged") objects.stored.get(logKey("7", segment(2)))!.bytes[60]! ^= 1;
    expect((await restore(segment(1))).code).toBe(0);
    await Bun.sleep(50); // What comes next is fetched ahead, which fails, and does not matter yet.
    expect(feeder.fault).toBeNull();
    if (harm === "away") objects.fault = () => "before";
    expect((await restore(segment(harm === "away" ? 5 : 2))).code).toBe(255);
    expect(feeder.fault).toMatchObject({ code });
    feeder.stop();
  }
});

test("a file that arrives after it was looked for ahead is found", async () => {
  const { archive, restore, feeder } = await setup([segment(1)]);
  expect((await restore(segment(1))).code).toBe(0);
  await Bun.sleep(50);
  await archive.putSealed(logKey("7", segment(2)), new TextEncoder().encode("late"));
  expect(await restore(segment(2))).toEqual({ code: 0, text: "late" });
  feeder.stop();
});
