// What the operator's tool prints: columns, lengths of time, and never a secret.

import { expect, test } from "bun:test";
import { metricIn } from "#edge/operator/metrics-text.ts";
import { guarded } from "./doctor/check.ts";
import { bytes, length, orDash, table, wake } from "./table.ts";

test("columns are as wide as their widest cell, and lines end where their text does", () => {
  expect(
    table(
      ["node", "up"],
      [
        ["actor-10", "3 s"],
        ["a", ""],
      ],
    ),
  ).toEqual(["node      up", "actor-10  3 s", "a"]);
});

test("lengths of time are told in the unit a person thinks in", () => {
  const told = [400, 12_400, 150_000, 7_800_000, 360_000_000].map(length);
  expect(told).toEqual(["0.4 s", "12 s", "2 min", "2 h 10 min", "4 d 4 h"]);
  expect([bytes(512e6), bytes(3.44e9), orDash(null), orDash(0)]).toEqual(["512 MB", "3.4 GB", "-", "0"]);
  expect([wake(null), wake("1970-01-01T00:00:00.000Z"), wake("2999-01-01T00:00:00.000Z")]).toEqual([
    "-",
    "now",
    "2999-01-01T00:00:00.000Z",
  ]);
});

test("a check that throws is a fault of one line, without the password of an address", async () => {
  const broken = async () => {
    throw new Error("cannot reach postgres://live:hunter2@127.0.0.1:1/live\n    at somewhere");
  };
  expect(await guarded("database", "server", "start it", broken)).toEqual([
    {
      area: "database",
      name: "server",
      state: "fault",
      found: "Error: cannot reach postgres://127.0.0.1:1/live",
      todo: "start it",
    },
  ]);
});

test("a metric is summed over its labels, and not taken for one whose name it begins", () => {
  const text = '# HELP a_total x\na_total{reason="x"} 2\na_total{reason="y"} 3\na_total_more 100\n';
  expect([metricIn(text, "a_total"), metricIn(text, "b_total"), metricIn(null, "a_total")]).toEqual([5, 0, null]);
});
