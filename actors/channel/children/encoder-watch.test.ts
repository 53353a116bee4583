// The encoder watch against an nginx that answers, hangs and comes back.

import { expect, test } from "bun:test";
import type { Message } from "../rules/messages.ts";
import { againstNginx } from "../testing.ts";
import { encoderWatch } from "./encoder-watch.ts";

const gone: Message = { type: "encoderGone", session: "main/b/1" };

test("an encoder that is unlisted for five seconds counts as gone", async () => {
  const { clock, list, told, child } = againstNginx(encoderWatch);
  await clock.settle(30_000, 100);
  list([]);
  await clock.settle(4_000, 100);
  list(["name"]);
  await clock.settle(30_000, 100);
  expect(told).toEqual([]);
  list([]);
  await clock.settle(6_500, 100);
  expect(told).toEqual([gone]);
  await clock.settle(30_000, 100);
  expect(told).toHaveLength(1);
  await child.stop("ask");
  expect(clock.waiting).toBe(0);
});

test("a silent nginx is reported first as silent, so that another node can be asked, and later as a gone encoder", async () => {
  const { clock, list, told } = againstNginx(encoderWatch);
  const silent: Message = { type: "ingestSilent", session: "main/b/1" };
  await clock.settle(30_000, 100);
  list(null);
  await clock.settle(4_000, 100);
  expect(told).toEqual([]);
  await clock.settle(2_500, 100);
  expect(told).toEqual([silent]);
  list(["name"]);
  await clock.settle(30_000, 100);
  list(null);
  await clock.settle(7_000, 100);
  expect(told).toEqual([silent, silent]);
  await clock.settle(5_000, 100);
  expect(told).toEqual([silent, silent, gone]);
});
