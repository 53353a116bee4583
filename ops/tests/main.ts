// `npm test [-- <filter>]`: types, lint, then all tests against real stores on free ports. Ends with `N passed, N failed`.
// `npm run test:long [-- <suite>] [--table]`: what takes longer, ops/tests/**/*.long.ts; `--table` writes the table of faults in ops/README.md.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "#ops/up/no-proxy.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { dyingWithUs } from "#ops/up/processes.ts";
import { type Stores, startStores } from "./support/stores.ts";

const ROOT = join(import.meta.dir, "../..");
const TEST_TIMEOUT_MS = 30_000;
/** A stage that takes longer hangs. */
const STAGE_MS_MAX = 12 * 60_000;
const LONG_STAGE_MS_MAX = 3 * 3_600_000;

interface Tally {
  passed: number;
  failed: number;
}

const long = process.argv.includes("--long");
const table = process.argv.includes("--table");
const [filter = ""] = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const folder = new DataFolder(mkdtempSync(join(tmpdir(), "test-")));
const stageMsMax = long ? LONG_STAGE_MS_MAX : STAGE_MS_MAX;
let current: Bun.Subprocess | null = null;
let interrupted = false;
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(name, () => {
    interrupted = true;
    current?.kill("SIGTERM");
  });

const tallies: Tally[] = [];
try {
  tallies.push(...(await runAll()));
} catch (error) {
  console.error(error);
  tallies.push({ passed: 0, failed: 1 });
} finally {
  rmSync(folder.path, { recursive: true, force: true });
}
const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0) + (interrupted ? 1 : 0);
if (passed + failed === 0) console.log(`no test matches "${filter}"`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);

async function runAll(): Promise<Tally[]> {
  const done: Tally[] = [];
  if (!long && filter === "") {
    done.push(await check("types", ["node_modules/.bin/tsc", "--noEmit"]));
    done.push(await check("lint", ["node_modules/.bin/biome", "check", "."]));
  }
  const files = testFiles().filter((file) => file.includes(filter));
  const whole = files.filter(bootsSystem);
  const parts = files.filter((file) => !bootsSystem(file));
  if (parts.length > 0) {
    const stores = await startStores(folder, console.log);
    try {
      done.push(await suite("unit and integration", parts, stores));
    } finally {
      await stores.stop();
    }
  }
  // These boot whole systems of their own.
  if (whole.length > 0) done.push(await suite(long ? "long" : "end to end", whole));
  return done;
}

/** Tests that boot a whole system of their own; all others share one set of stores. */
function bootsSystem(file: string): boolean {
  return /^ops\/tests\/(e2e|attacks|faults)\//.test(file);
}

function testFiles(): string[] {
  const pattern = long ? "ops/tests/**/*.long.ts" : "{schema,runtime,transcoding,actors,edge,ops}/**/*.test.{ts,tsx}";
  return [...new Bun.Glob(pattern).scanSync(ROOT)].sort();
}

/** A command that is right when it ends with 0; counts as one. */
async function check(title: string, argv: string[]): Promise<Tally> {
  const { code } = await stage(title, argv);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function suite(title: string, files: string[], stores?: Stores): Promise<Tally> {
  const report = folder.file("report.xml");
  rmSync(report, { force: true });
  const reporting = ["--reporter=junit", `--reporter-outfile=${report}`, "--timeout", String(TEST_TIMEOUT_MS)];
  const { code } = await stage(
    title,
    [process.execPath, "test", ...reporting, ...files.map((file) => `./${file}`)],
    stores && {
      TEST_DATABASE_URL: stores.databaseUrl,
      TEST_NATS_URL: stores.natsUrl,
      TEST_REDIS_URL: stores.redisUrl,
    },
  );
  const tally = existsSync(report) ? readReport(readFileSync(report, "utf8")) : { passed: 0, failed: 0 };
  // A crash, a time-out or an error outside of any test has no line of its own in the report.
  if (tally.failed === 0 && (code !== 0 || !existsSync(report))) tally.failed = 1;
  console.log(`── ${title}: ${tally.passed} passed, ${tally.failed} failed`);
  return tally;
}

/** The counts on the outermost element of a JUnit report. */
function readReport(text: string): Tally {
  const [element = ""] = /<testsuites[^>]*>/.exec(text) ?? [];
  const count = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(element)?.[1] ?? 0);
  const failed = count("failures") + count("errors");
  return { passed: count("tests") - failed - count("skipped"), failed };
}

async function stage(title: string, argv: string[], env: Record<string, string> = {}): Promise<{ code: number }> {
  if (interrupted) return { code: 1 };
  console.log(`\n── ${title}`);
  const startMs = performance.now();
  const child = Bun.spawn(dyingWithUs(argv, "KILL"), {
    cwd: ROOT,
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
    // What tests leave in the temporary folder goes with ours.
    env: { ...process.env, TMPDIR: folder.path, TEST_FILTER: filter, ...(table && { FAULT_TABLE: "1" }), ...env },
  });
  current = child;
  const hanging = setTimeout(() => {
    console.log(`── ${title}: killed after ${stageMsMax / 60_000} minutes`);
    child.kill("SIGKILL");
  }, stageMsMax);
  const code = await child.exited;
  clearTimeout(hanging);
  current = null;
  console.log(
    `── ${title}: ${code === 0 ? "ok" : `ended with ${code}`} (${((performance.now() - startMs) / 1000).toFixed(1)} s)`,
  );
  return { code };
}
