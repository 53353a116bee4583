import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import type { Sql } from "#schema/database.ts";
import { createCategoryLookup } from "./category-lookup.ts";

function setup() {
  const clock = new ManualClock();
  let answer: () => Promise<{ slug: string }[]> = async () => [{ slug: "chess" }];
  const asked = { times: 0 };
  const sql = (() => {
    asked.times++;
    return answer();
  }) as unknown as Sql;
  const isCategory = createCategoryLookup({ sql, clock });
  const answers = (next: typeof answer) => {
    answer = next;
  };
  return { clock, asked, isCategory, answers };
}

test("a category is known for a minute by one query", async () => {
  const { clock, asked, isCategory } = setup();
  expect(await Promise.all([isCategory("chess"), isCategory("nothing")])).toEqual([true, false]);
  clock.advance(59_999);
  expect(await isCategory("chess")).toBeTrue();
  expect(asked.times).toBe(1);
  clock.advance(1);
  await isCategory("chess");
  expect(asked.times).toBe(2);
});

test("without the database nothing is known, and the next page asks again", async () => {
  const { asked, isCategory, answers } = setup();
  answers(() => Promise.reject(new Error("away")));
  expect(await isCategory("chess")).toBeNull();
  answers(async () => [{ slug: "chess" }]);
  expect(await isCategory("chess")).toBeTrue();
  expect(asked.times).toBe(2);
});

test("a page does not wait for a slow database", async () => {
  const { clock, isCategory, answers } = setup();
  answers(() => new Promise(() => {}));
  const pending = isCategory("chess");
  clock.advance(100);
  expect(await pending).toBeNull();
});
