import { expect, test } from "bun:test";
import { createTraceIds } from "../trace/ids.ts";
import { systemClock } from "./clock.ts";
import { SeededRandom } from "./random.ts";
import { currentTrace, inTrace, outsideTraces, readTraceparent, traceIdOf, traceparentOf } from "./trace.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const trace = { traceId: TRACE, spanId: SPAN, sampled: true, request: null };

test("traceparent is read and written (W3C Trace Context §3.2)", () => {
  const text = `00-${TRACE}-${SPAN}-01`;
  expect(readTraceparent(text)).toEqual({ traceId: TRACE, spanId: SPAN, sampled: true });
  expect(traceparentOf(trace)).toBe(text);
  expect(readTraceparent(`00-${TRACE}-${SPAN}-00`)?.sampled).toBeFalse();
  // A later version may say more, and other flags.
  expect(readTraceparent(`cc-${TRACE}-${SPAN}-03-what-comes-later`)?.sampled).toBeTrue();
});

test.each([
  null,
  "",
  "00",
  `ff-${TRACE}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01-more`,
  `00-${"0".repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${"0".repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}`,
  `00-${TRACE}x-${SPAN}-01`,
])("%s is no traceparent", (text) => {
  expect(readTraceparent(text)).toBeNull();
});

test("a trace follows the work through awaits, and no timer that outlives it", async () => {
  const seen: (string | undefined)[] = [];
  const note = () => void seen.push(currentTrace()?.traceId);
  await inTrace(trace, async () => {
    note();
    await systemClock.sleep(1);
    note();
    outsideTraces(note);
    await new Promise<void>((resolve) => {
      systemClock.timer(1, () => {
        note();
        resolve();
      });
    });
    note();
  });
  note();
  expect(seen).toEqual([TRACE, TRACE, undefined, undefined, TRACE, undefined]);
});

test("two traces at once do not mix", async () => {
  const run = (traceId: string) =>
    inTrace({ ...trace, traceId }, async () => {
      for (let turn = 0; turn < 20; turn++) {
        await Promise.resolve();
        if (currentTrace()?.traceId !== traceId) return "mixed";
      }
      return "kept";
    });
  expect(await Promise.all([run("a"), run("b"), run("c")])).toEqual(["kept", "kept", "kept"]);
});

test("a UUID of a request is its trace's id too", () => {
  expect(traceIdOf("0189D2A1-0000-7000-8000-00000000000A")).toBe("0189d2a1000070008000" + "00000000000a");
  for (const other of ["abc", "", "0".repeat(32), "0189d2a1-0000-7000-8000-00000000000g"])
    expect(traceIdOf(other)).toBeNull();
});

test("ids of spans are 16 digits, never the same twice and never zeros", () => {
  const ids = createTraceIds(new SeededRandom(1));
  const spans = Array.from({ length: 1_000 }, () => ids.span());
  expect(new Set(spans).size).toBe(1_000);
  for (const span of spans) expect(span).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
  expect(ids.trace()).toMatch(/^[0-9a-f]{32}$/);
});
