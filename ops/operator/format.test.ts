// What the operator's tool prints: columns, durations, and never a secret.

import { expect, test } from "bun:test";
import { metricIn } from "#edge/operator/metrics-text.ts";
import { checkOrFault } from "./doctor/check.ts";
import { bytes, duration, orDash, table, wakeTime } from "./format.ts";

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

test("durations are printed in readable units", () => {
  const printed = [400, 12_400, 150_000, 7_800_000, 360_000_000].map(duration);
  expect(printed).toEqual(["0.4 s", "12 s", "2 min", "2 h 10 min", "4 d 4 h"]);
  expect([bytes(512e6), bytes(3.44e9), orDash(null), orDash(0)]).toEqual(["512 MB", "3.4 GB", "-", "0"]);
  expect([wakeTime(null), wakeTime("1970-01-01T00:00:00.000Z"), wakeTime("2999-01-01T00:00:00.000Z")]).toEqual([
    "-",
    "now",
    "2999-01-01T00:00:00.000Z",
  ]);
});

test("a check that throws becomes a fault of one line without the password of a URL", async () => {
  const broken = async () => {
    throw new Error("cannot reach postgres://live:hunter2@127.0.0.1:1/live\n    at somewhere");
  };
  expect(await checkOrFault("database", "server", "start it", broken)).toEqual([
    {
      area: "database",
      name: "server",
      state: "fault",
      found: "Error: cannot reach postgres://127.0.0.1:1/live",
      todo: "start it",
    },
  ]);
});

test("a metric is summed over its labels, and a longer name is another metric", () => {
  const text = '# HELP a_total x\na_total{reason="x"} 2\na_total{reason="y"} 3\na_total_more 100\n';
  expect([metricIn(text, "a_total"), metricIn(text, "b_total"), metricIn(null, "a_total")]).toEqual([5, 0, null]);
});
