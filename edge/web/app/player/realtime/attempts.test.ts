import { expect, test } from "bun:test";
import { RealtimeAttempts, type SessionEnd } from "./attempts.ts";

const refused = (status: number, retryAfterMs: number | null = null): SessionEnd => ({
  why: "refused",
  refusal: { status, code: null, retryAfterMs },
});
/** What follows one end after another, none of them with a picture. */
const then = (...ends: SessionEnd[]) => {
  const attempts = new RealtimeAttempts();
  return ends.map((end) => attempts.ended(end, null, 1));
};

test("what will not change is not tried again, and each has its reason", () => {
  const reason = (end: SessionEnd): string | null => {
    const [next] = then(end);
    return next?.phase === "over" ? next.reason : "again";
  };
  expect([404, 501, 405, 406, 422, 503, 429].map((status) => reason(refused(status)))).toEqual([
    ...[null, "not-built", "not-built", "browser", "browser", "busy", "busy"],
  ]);
  expect([reason({ why: "unsupported" }), reason({ why: "no-connection" }), reason({ why: "no-picture" })]).toEqual([
    ...["browser", "network", "network"],
  ]);
});

test("a channel that is not live yet, and a server that does not answer, are asked once more", () => {
  expect(then(refused(409, 2_000), refused(409, 2_000))).toEqual([
    { phase: "again", afterMs: 2_300 },
    { phase: "over", reason: "network" },
  ]);
  expect(then({ why: "unreachable" }, { why: "unreachable" })).toEqual([
    { phase: "again", afterMs: 300 },
    { phase: "over", reason: "network" },
  ]);
});

test("a picture that was lost is asked for again and again, more and more slowly, and with a spread", () => {
  const attempts = new RealtimeAttempts();
  const waits: (number | string)[] = [];
  for (const [end, playedMs] of [
    [{ why: "lost" }, 2_000],
    [refused(503, 1_000), null],
    [{ why: "no-connection" }, null],
    [{ why: "unreachable" }, null],
    [{ why: "no-picture" }, null],
  ] satisfies [SessionEnd, number | null][]) {
    const next = attempts.ended(end, playedMs, 1);
    waits.push(next.phase === "again" ? next.afterMs : `over: ${next.reason}`);
  }
  expect(waits).toEqual([300, 1_600, 1_200, 2_400, "over: network"]);
  const spread = new RealtimeAttempts().ended({ why: "lost" }, 100, 0);
  expect(spread).toEqual({ phase: "again", afterMs: 150 });
});

test("a picture that played for a while makes good for what failed before", () => {
  const attempts = new RealtimeAttempts();
  for (let n = 0; n < 20; n++)
    expect(attempts.ended({ why: "lost" }, 10_000, 1)).toEqual({ phase: "again", afterMs: 300 });
});
