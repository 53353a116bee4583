// The dropper against an nginx that answers, hangs and comes back.

import { expect, test } from "bun:test";
import { againstNginx } from "../testing.ts";
import { dropper } from "./dropper.ts";

test("a session counts as dropped once it was unlisted for two seconds", async () => {
  const { clock, list, told, child } = againstNginx(dropper);
  await clock.settle(5_000, 100);
  list([]);
  await clock.settle(1_500, 100);
  expect(told).toEqual([]);
  await clock.settle(1_000, 100);
  expect(told).toEqual([{ type: "dropped", publicName: "name" }]);
  await child.stop("ask");
  expect(clock.waiting).toBe(0);
});

test("a silent nginx is asked again; an nginx that stays silent for a minute counts as gone", async () => {
  const { clock, list, told } = againstNginx(dropper);
  list(null);
  await clock.settle(20_000, 100);
  list(["name"]);
  await clock.settle(3_000, 100);
  expect(told).toEqual([]);
  list(null);
  await clock.settle(59_000, 100);
  expect(told).toEqual([]);
  await clock.settle(2_000, 100);
  expect(told).toEqual([{ type: "dropped", publicName: "name" }]);
});
