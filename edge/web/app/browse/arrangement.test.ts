// What stands where on the home page.

import { expect, test } from "bun:test";
import fc from "fast-check";
import type { ChannelView } from "#schema/api/channels.ts";
import { afterOnStage, arrange, idsOf } from "./arrangement.ts";

const channel = (id: string, viewers: number) => ({ id, live: { viewers } }) as ChannelView;
const [a, b, c, d] = [channel("a", 90), channel("b", 50), channel("c", 20), channel("d", 3)];

test("the stage has the most watched followed channel, else the most watched one", () => {
  expect(arrange([a, b, c], [])).toEqual({ stage: "a", followed: [], others: ["b", "c"] });
  expect(arrange([a, b, c], [c, b])).toEqual({ stage: "b", followed: ["c"], others: ["a"] });
  expect(arrange([], [])).toEqual({ stage: null, followed: [], others: [] });
});

test("a followed channel that the list does not have is shown: it is unlisted, or further down", () => {
  expect(arrange([a], [d])).toEqual({ stage: "d", followed: [], others: ["a"] });
});

test("each channel is in one place", () => {
  const views = fc.uniqueArray(fc.nat(30), { maxLength: 12 }).map((ids) => ids.map((id) => channel(`${id}`, id)));
  fc.assert(
    fc.property(views, views, (live, followed) => {
      const ids = idsOf(arrange(live, followed));
      expect(new Set(ids).size).toBe(ids.length);
      expect([...ids].sort()).toEqual([...new Set([...live, ...followed].map(({ id }) => id))].sort());
    }),
  );
});

test("another one and another one leads through all of them and back", () => {
  const arrangement = arrange([a, b, c, d], [c]);
  const seen = ["c"];
  for (let i = 0; i < 4; i++) seen.push(afterOnStage(arrangement, seen.at(-1)!));
  expect(seen).toEqual(["c", "a", "b", "d", "c"]);
});
