import { expect, test } from "bun:test";
import { t, ValidationError } from "elysia";
import { systemClock } from "#runtime/base/clock.ts";
import { page } from "#schema/api/fields.ts";
import { route } from "#schema/api/route.ts";
import { queryFlag } from "#schema/api/shapes.ts";
import { createInputs } from "./inputs.ts";

const read = createInputs(
  route("GET /x", {
    ...{ access: "all", limit: "read", answers: { 204: null }, summary: "For tests" },
    query: t.Object({ flag: t.Optional(queryFlag), word: t.Optional(t.String({ maxLength: 3 })), ...page }),
  }),
  systemClock,
);
const queryOf = (query: Record<string, unknown>) =>
  (read(new Request("http://x/x"), {}, query as Record<string, string>) as { query: unknown }).query;

test("numbers and flags of a query become numbers and booleans", () => {
  expect(queryOf({ limit: "1", flag: "true", word: "1" })).toEqual({ limit: 1, flag: true, word: "1" });
  expect(queryOf({ limit: "100", flag: "0" })).toEqual({ limit: 100, flag: false });
  expect(queryOf({ limit: "007", flag: "1" })).toEqual({ limit: 7, flag: true });
});

test("empty values and unknown fields are ignored", () => {
  expect(queryOf({ limit: "", flag: "", word: "", cursor: "" })).toEqual({});
  expect(queryOf({ utm_source: "news", fbclid: "x", __proto__: "y", constructor: "z" })).toEqual({});
});

test.each<[string, unknown]>([
  ["limit", "0"],
  ["limit", "101"],
  ["limit", "-1"],
  ["limit", "1.5"],
  ["limit", "1e1"],
  ["limit", "0x10"],
  ["limit", " 1"],
  ["limit", "1 "],
  ["limit", "NaN"],
  ["limit", "9".repeat(40)],
  ["limit", ["1", "2"]],
  ["flag", "yes"],
  ["flag", "TRUE"],
  ["flag", "2"],
  ["word", "long"],
])("%s=%s is refused", (name, value) => {
  expect(() => queryOf({ [name]: value })).toThrow(ValidationError);
});
