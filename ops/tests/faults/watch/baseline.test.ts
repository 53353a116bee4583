import { expect, test } from "bun:test";
import { grown, type Reading } from "./baseline.ts";

const of = (values: Record<string, number>): Reading => new Map(Object.entries(values));

test("growth above a tenth and above the floor is a leak", () => {
  expect(grown(of({ "edge-1 memory MB": 100 }), of({ "edge-1 memory MB": 159 }))).toEqual([]);
  expect(grown(of({ "edge-1 memory MB": 100 }), of({ "edge-1 memory MB": 161 }))).toEqual(["edge-1 memory MB"]);
  expect(grown(of({ "actor-1 memory MB": 60 }), of({ "actor-1 memory MB": 440 }))).toEqual([]);
  expect(grown(of({ "actor-1 heap MB": 10 }), of({ "actor-1 heap MB": 19 }))).toEqual(["actor-1 heap MB"]);
  expect(grown(of({ "edge-1 fds": 1_000 }), of({ "edge-1 fds": 1_099 }))).toEqual([]);
  expect(grown(of({ "edge-1 fds": 1_000 }), of({ "edge-1 fds": 1_101 }))).toEqual(["edge-1 fds"]);
});

test("a number without a floor must not grow from 0, and a new number counts from 0", () => {
  expect(grown(of({ "rows: actors owned": 0 }), of({ "rows: actors owned": 1 }))).toEqual(["rows: actors owned"]);
  expect(grown(of({}), of({ "edge-1 chat_rooms": 1 }))).toEqual(["edge-1 chat_rooms"]);
});

test("a decrease is not a leak", () => {
  expect(
    grown(of({ "actor-1 fds": 90, "nats connections": 5 }), of({ "actor-1 fds": 20, "nats connections": 4 })),
  ).toEqual([]);
});
