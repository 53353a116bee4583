import { expect, test } from "bun:test";
import { ManualClock } from "./clock.ts";
import { ErrorGroups } from "./error-groups.ts";
import { createLog, type Log } from "./log.ts";
import { LogLevel } from "./log-level.ts";
import { inTrace } from "./trace.ts";

/** The lines that `work` logs. */
function logged(work: (log: Log) => void, options: Partial<Parameters<typeof createLog>[0]> = {}) {
  const lines: string[] = [];
  work(createLog({ name: "edge-1", level: "info", to: { write: (line) => void lines.push(line) }, ...options }));
  return lines.map((line): Record<string, unknown> & { line: string } => ({ line, ...JSON.parse(line) }));
}

const SECRET = "a very secret thing";

test("a line is one object with name, level, time, message and fields", () => {
  const [line] = logged((log) => log.info({ channel: "c1" }, "actor awake"));
  expect(line).toMatchObject({ level: "info", name: "edge-1", msg: "actor awake", channel: "c1" });
  expect(line?.line.endsWith("\n")).toBeTrue();
});

test("fields that are called like secrets are not written, at three levels", () => {
  const secrets = { password: SECRET, token: SECRET, streamKey: SECRET, authorization: SECRET, cookie: SECRET };
  const [line] = logged((log) =>
    log.warn({ ...secrets, body: { ...secrets }, request: { headers: { ...secrets } }, channel: "c1" }, "x"),
  );
  expect(line?.line).not.toContain(SECRET);
  expect(line).toMatchObject({ password: "[redacted]", channel: "c1" });
});

test("secrets in texts are not written, wherever they stand", () => {
  const key = `live_${"a2b3".repeat(8)}`;
  const error = new Error(`cannot open rtmp://h/live/${key}`);
  const lines = logged((log) => {
    log.error({ err: error }, "pull broke");
    log.info(
      { lastErrors: [`rtmp://h/live/${key}: I/O error`], deep: { deeper: { url: "nats://a:hunter22@h" } } },
      "x",
    );
    log.child({ url: `postgres://u:hunter22@h/${key}` }).info(key);
  });
  expect(lines).toHaveLength(3);
  for (const { line } of lines) expect(line).not.toMatch(/hunter22|live_a2b3/);
});

test("a line of a request carries its id and its trace, also after a wait", async () => {
  const trace = { traceId: "a".repeat(32), spanId: "b".repeat(16), sampled: false, request: "r1" };
  const lines: string[] = [];
  const log = createLog({ name: "x", level: "info", to: { write: (line) => void lines.push(line) } });
  await inTrace(trace, async () => {
    log.info("first");
    await Promise.resolve();
    log.child({ channel: "c" }).info({ request: "its own" }, "second");
  });
  log.info("third");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { trace: trace.traceId, request: "r1" },
    { trace: trace.traceId, request: "its own", channel: "c" },
    {},
  ]);
  expect(lines[2]).not.toContain('trace"');
});

test("the level changes while the process runs, for loggers made before too, and comes back by itself", () => {
  const clock = new ManualClock();
  const level = new LogLevel("info");
  const lines = logged(
    (log) => {
      const child = log.child({ channel: "c" });
      child.debug("one");
      level.set("debug", { forMs: 60_000, clock });
      child.debug("two");
      log.trace("three");
      clock.advance(60_000);
      child.debug("four");
      level.set("error", { forMs: 60_000, clock });
      log.warn("five");
      level.set("info", { forMs: 60_000, clock });
      log.info("six");
    },
    { level },
  );
  expect(lines.map(({ msg }) => msg)).toEqual(["two", "six"]);
  expect([level.name, level.usual]).toEqual(["info", "info"]);
});

test("errors are grouped, also those that are not written", () => {
  const errors = new ErrorGroups({ wallMs: () => 0 });
  logged(
    (log) => {
      log.warn("a warning");
      log.error({ reason: "Error: x" }, "broke");
      log.child({ channel: "c" }).error({ reason: "Error: y" }, "broke");
      log.fatal("ends");
    },
    { errors, level: "fatal" },
  );
  expect(errors.take().map(({ message, count, level }) => [message, count, level])).toEqual([
    ["broke", 2, "error"],
    ["ends", 1, "fatal"],
  ]);
});
