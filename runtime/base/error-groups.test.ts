import { expect, test } from "bun:test";
import { ErrorGroups } from "./error-groups.ts";
import { inTrace } from "./trace.ts";

const clock = { atMs: 1_000, wallMs: () => clock.atMs };
const groupsAt = (atMs: number) => {
  clock.atMs = atMs;
  return new ErrorGroups(clock);
};
const stackOf = (root: string, line: number) =>
  `TypeError: x\n    at join (${root}/edge/chat/hub.ts:${line}:9)\n    at <anonymous> (${root}/node_modules/elysia/a.js:1:1)`;

test("what comes from one place and says one thing is one group, on every machine and whatever the values", () => {
  const groups = groupsAt(1_000);
  groups.note("error", [{ reason: "TypeError: a is null", stack: stackOf("/srv/a", 10) }, "chat socket broke"]);
  clock.atMs = 5_000;
  groups.note("error", [{ reason: "TypeError: b is null", stack: stackOf("/home/b/app", 12) }, "chat socket broke"]);
  groups.note("error", [{ reason: "RangeError: b", stack: stackOf("/home/b/app", 12) }, "chat socket broke"]);
  const [first, second, ...others] = groups.take();
  expect(first).toMatchObject({
    ...{ message: "chat socket broke", place: "edge/chat/hub.ts join", count: 2, firstAtMs: 1_000, lastAtMs: 5_000 },
    ...{ reason: "TypeError: b is null", request: null, trace: null },
  });
  expect(first?.stack).toContain("at join (edge/chat/hub.ts:12:9)");
  expect(first?.stack).not.toContain("/home/b");
  expect([second?.count, others]).toEqual([1, []]);
  expect(groups.take()).toEqual([]);
});

test("an error object, its request and its trace are taken", () => {
  const groups = groupsAt(0);
  const trace = { traceId: "a".repeat(32), spanId: "b".repeat(16), sampled: false, request: "r1" };
  inTrace(trace, () => groups.note("fatal", [{ err: new RangeError("too deep") }, "edge broke"]));
  expect(groups.take()).toMatchObject([
    { level: "fatal", reason: "RangeError: too deep", request: "r1", trace: trace.traceId, message: "edge broke" },
  ]);
});

test("no secret is kept", () => {
  const groups = groupsAt(0);
  groups.note("error", [{ reason: `Error: rtmp://h/live/live_${"a2b3".repeat(8)}` }, "pull broke"]);
  expect(groups.take()[0]?.reason).toBe("Error: rtmp://h/live/[redacted]");
});

test("above 200 kinds the others are one group", () => {
  const groups = groupsAt(0);
  for (let kind = 0; kind < 300; kind++) groups.note("error", [{ code: `c${kind}` }, "broke"]);
  const taken = groups.take();
  expect(taken).toHaveLength(201);
  expect(taken.at(-1)).toMatchObject({ message: "more kinds of errors than are kept", count: 100 });
});

test("what could not be kept is taken again, with what came since", () => {
  const groups = groupsAt(1_000);
  groups.note("error", ["broke"]);
  const taken = groups.take();
  clock.atMs = 9_000;
  groups.note("error", [{}, "broke"]);
  groups.putBack(taken);
  expect(groups.take()).toMatchObject([{ count: 2, firstAtMs: 1_000, lastAtMs: 9_000 }]);
});

test("a line without fields, message or meaning breaks nothing", () => {
  const groups = groupsAt(0);
  for (const given of [[], [null], [undefined, undefined], [42], [{ reason: null, stack: 7 }, "x"]])
    groups.note("error", given);
  expect(groups.take().length).toBeGreaterThan(0);
});
