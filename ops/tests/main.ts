// `npm test [-- <filter>…]`: types, lint, then all tests against real stores on free ports. Ends with `N passed, N failed`.
// `npm run test:long [-- <suite>] [--table]`: runs the slow suites, ops/tests/**/*.long.ts.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import "#ops/up/no-proxy.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { measureSlowness } from "./slowness.ts";
import { runStage } from "./stage.ts";
import { startStores } from "./support/stores.ts";

const ROOT = join(import.meta.dir, "../..");
/** Time limit of one test or hook on a fast machine; the following limits are for a fast machine too. */
const TEST_MS_MAX = 120_000;
/** A stage without output for this long counts as hung. */
const QUIET_MS_MAX = 10 * 60_000;
const LONG_QUIET_MS_MAX = 3_600_000;
/** How many suites of `npm test` work at once. */
const BESIDE = 2;

const HELP = `npm test [-- <filter>…]
    types, lint and all tests; with filters, the tests of files whose path contains one of them
npm run test:long [-- <suite>…] [--table]
    the suites in ops/tests/**/*.long.ts, or those whose path contains one of the words; --table writes the measurements
    of the faults suite into ops/README.md

  TEST_SLOWNESS=3   time limits are three times as long. \`npm test\` measures the slowness; in long suites it is 1, so that
                    their measurements are compared with the promised limits
  FAULT_ONLY=F-02,E rows of the suites in ops/tests/faults, by prefix; a suite without rows is named by its file: kills,
                    random-kills, rolling
  ATTACK_ONLY=A-04  rows of the suite attacks, by prefix
  ENCODER_CASES=03,12b  cases of the suite encoders, by id; basic: one of each reported kind
  PAGES_ONLY=home,watch  pages of the suite pages, by prefix of their names in ops/tests/pages/states.ts
  PAGES_RENEW=1     the suite pages keeps what the pages look and read like now, instead of comparing it
  UPLOADS_ONLY=turned,disc  files of the suite uploads/uploads, by prefix
  LARGE_UPLOAD_BYTES=2000000000  size of the file of the suite uploads/large-upload
  MILLION=100000    rows of each table of the suite lists/million; by default a million, which takes a quarter of an hour
  HOUR_ACCELERATION=10  how many times as fast the plan of the suite hour runs
  CONFORMANCE_MINUTES=2  length of the suite conformance
`;

interface Tally {
  passed: number;
  failed: number;
}

const { long, table, filters } = argumentsOrExit();
const folder = new DataFolder(mkdtempSync(join(tmpdir(), "test-")));
const interrupt = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => interrupt.abort());
const asked = Number(process.env.TEST_SLOWNESS);
// The suites of `npm test` work beside each other, so that a test may have half of a core. Long suites run one after the other.
const slowness = asked || (long ? 1 : BESIDE * (await measureSlowness()));
if (slowness > BESIDE * 1.1) console.log(`This machine is slow: time limits are multiplied by ${slowness.toFixed(1)}.`);

const tallies: Tally[] = [];
/** What failed, with the title of its stage; printed once more at the end. */
const failures: string[] = [];
try {
  tallies.push(...(await runAll()));
} catch (error) {
  console.error(error);
  interrupt.abort(); // Counts as a failure.
} finally {
  rmSync(folder.path, { recursive: true, force: true });
}
const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0) + (interrupt.signal.aborted ? 1 : 0);
if (passed + failed === 0) console.log(`no test matches "${filters.join(" ")}"`);
for (const failure of failures) console.log(`\n── failed: ${failure}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);

function argumentsOrExit() {
  try {
    const { values, positionals } = parseArgs({
      options: {
        long: { type: "boolean", default: false },
        table: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
      allowPositionals: true,
    });
    if (!values.help) return { ...values, filters: positionals };
    console.log(HELP);
    process.exit(0);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    process.exit(2);
  }
}

async function runAll(): Promise<Tally[]> {
  const isWanted = (file: string) => filters.length === 0 || filters.some((word) => file.includes(word));
  const files = testFiles().filter(isWanted);
  const whole = files.filter(bootsSystem);
  const parts = files.filter((file) => !bootsSystem(file));
  const alone = parts.filter(needsNoStores);
  const stored = parts.filter((file) => !needsNoStores(file));
  if (long) return whole.length > 0 ? [await suite("long", whole)] : [];
  const work: Work[] = [];
  // The longest one is first, and its output is shown as it comes.
  if (stored.length > 0) work.push((held) => suiteWithStores("unit and integration", stored, held));
  if (filters.length === 0) {
    work.push((held) => check("types", ["node_modules/.bin/tsc", "--noEmit"], held));
    work.push((held) => check("lint", ["node_modules/.bin/biome", "check", "."], held));
  }
  if (alone.length > 0) work.push((held) => suite("media and simulator", alone, held));
  // A file that boots a system is a suite of its own.
  for (const file of whole) work.push((held) => suite(file, [file], held));
  return sideBySide(work);
}

type Work = (options: StageOptions) => Promise<Tally>;

/** Does all of it in order, BESIDE at once: stores, timers and systems that boot are mostly waited for. */
async function sideBySide(work: Work[]): Promise<Tally[]> {
  const done: Tally[] = [];
  const waiting = [...work];
  const take = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift())
      done.push(await one({ held: work.length > 1 && one !== work[0] }));
  };
  await Promise.all(Array.from({ length: BESIDE }, take));
  return done;
}

/** True for tests that boot a complete system. */
function bootsSystem(file: string): boolean {
  return /^ops\/tests\/(?:(?:e2e|attacks|faults)\/|.*\.long\.ts$)/.test(file);
}

/** True for tests without a store; all others share one set of stores. */
function needsNoStores(file: string): boolean {
  return /^(transcoding|ops\/tests\/simulator)\//.test(file);
}

async function suiteWithStores(title: string, files: string[], options: StageOptions): Promise<Tally> {
  const stores = await startStores(folder, console.log, { durable: false });
  try {
    const { databaseUrl, natsUrl, redisUrl, s3Url } = stores;
    const env = {
      TEST_DATABASE_URL: databaseUrl,
      TEST_NATS_URL: natsUrl,
      TEST_REDIS_URL: redisUrl,
      TEST_S3_URL: process.env.TEST_S3_URL ?? s3Url,
    };
    return await suite(title, files, { ...options, env });
  } finally {
    await stores.stop();
  }
}

function testFiles(): string[] {
  const pattern = long ? "ops/tests/**/*.long.ts" : "{schema,runtime,transcoding,actors,edge,ops}/**/*.test.{ts,tsx}";
  return [...new Bun.Glob(pattern).scanSync(ROOT)].sort();
}

/** Runs a command that must exit with 0; counts as one test. */
async function check(title: string, argv: string[], options: StageOptions): Promise<Tally> {
  return (await stage(title, argv, options)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function suite(title: string, files: string[], options: StageOptions = {}): Promise<Tally> {
  const report = folder.file(`${title.replaceAll(/[ /]/g, "-")}.xml`);
  const timeoutMs = Math.round(TEST_MS_MAX * slowness);
  const words = ["--reporter=junit", `--reporter-outfile=${report}`, `--timeout=${timeoutMs}`];
  const code = await stage(title, [process.execPath, "test", ...words, ...files.map((file) => `./${file}`)], options);
  const tally = existsSync(report) ? readReport(readFileSync(report, "utf8")) : { passed: 0, failed: 0 };
  // A crash, a time-out or an error outside of any test is missing in the report.
  if (tally.failed === 0 && (code !== 0 || !existsSync(report))) tally.failed = 1;
  console.log(`── ${title}: ${tally.passed} passed, ${tally.failed} failed`);
  return tally;
}

/** Counts from the outermost element of a JUnit report. */
function readReport(text: string): Tally {
  const [element = ""] = /<testsuites[^>]*>/.exec(text) ?? [];
  const count = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(element)?.[1] ?? 0);
  const failed = count("failures") + count("errors");
  return { passed: count("tests") - failed - count("skipped"), failed };
}

interface StageOptions {
  env?: Record<string, string>;
  /** Prints the output at the end of the stage, since another stage runs beside it. */
  held?: boolean;
}

/** Resolves with the exit code. */
async function stage(title: string, argv: string[], { env, held = false }: StageOptions = {}): Promise<number> {
  const end = await runStage({
    title,
    argv,
    held,
    cwd: ROOT,
    quietMsMax: (long ? LONG_QUIET_MS_MAX : QUIET_MS_MAX) * slowness,
    interrupt: interrupt.signal,
    env: {
      ...process.env,
      // Files that tests leave in the temporary folder are removed with ours.
      TMPDIR: folder.path,
      TEST_FILTER: filters.join(" "),
      TEST_SLOWNESS: slowness.toFixed(2),
      ...(table && { FAULT_TABLE: "1" }),
      ...env,
    },
  });
  failures.push(...end.failures.map((excerpt) => `${title}\n${excerpt}`));
  return end.code;
}
