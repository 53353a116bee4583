import { expect, test } from "bun:test";
import { together } from "./chatters.ts";

const person = (login: string) => ({ id: login, login, displayName: login, roles: [] });

test("a person on two edges counts once", () => {
  const here = { count: 2, people: [person("b"), person("a")] };
  const there = { count: 1, people: [person("a")] };
  expect(together([here, there])).toEqual({ count: 2, people: [person("a"), person("b")] });
  expect(together([])).toEqual({ count: 0, people: [] });
});

test("in a full room nobody is named", () => {
  expect(
    together([
      { count: 500, people: null },
      { count: 2, people: [person("a"), person("b")] },
    ]),
  ).toEqual({
    count: 502,
    people: null,
  });
  const crowd = (from: number) => Array.from({ length: 60 }, (_, i) => person(`p${from + i}`));
  expect(
    together([
      { count: 60, people: crowd(0) },
      { count: 60, people: crowd(60) },
    ]),
  ).toEqual({
    count: 120,
    people: null,
  });
});
