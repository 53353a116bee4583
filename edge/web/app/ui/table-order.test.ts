// The order of a table's rows.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { nextOrder, ordered } from "./table-order.ts";

test("a column of words begins at A, a column of figures at the largest; the third press is the order that came", () => {
  const first = nextOrder(null, "name", false);
  expect(first).toEqual({ column: "name", isDescending: false });
  const second = nextOrder(first, "name", false);
  expect(second).toEqual({ column: "name", isDescending: true });
  expect(nextOrder(second, "name", false)).toBeNull();
  expect(nextOrder(second, "peak", true)).toEqual({ column: "peak", isDescending: true });
});

test("rows without a value come last, both ways, and equal rows stay as they came", () => {
  const rows = [
    ["a", null],
    ["b", 2],
    ["c", 1],
    ["d", 2],
  ] as const;
  const names = (isDescending: boolean) => ordered(rows, ([, value]) => value, isDescending).map(([name]) => name);
  expect([names(false), names(true)]).toEqual([
    ["c", "b", "d", "a"],
    ["b", "d", "c", "a"],
  ]);
});

test("no row is lost or doubled, whatever the values are", () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.constant(null));
  fc.assert(
    fc.property(fc.array(value), fc.boolean(), (values, isDescending) => {
      const rows = values.map((one, at) => ({ one, at }));
      const after = ordered(rows, ({ one }) => one, isDescending);
      expect(after.toSorted((a, b) => a.at - b.at)).toEqual(rows);
    }),
  );
});
