import { expect, test } from "bun:test";
import { acceleratedExpr } from "./accelerated.ts";

test("windows and offsets become shorter, limits and ranges of labels stay", () => {
  expect(acceleratedExpr('sum(rate(a{b=~"5.."}[5m])) > 26 * 3600 unless c offset 30m')).toBe(
    'sum(rate(a{b=~"5.."}[20s])) > 26 * 3600 unless c offset 120s',
  );
});
