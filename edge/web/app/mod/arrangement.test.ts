// The kept arrangement of the moderator view.

import { afterEach, expect, test } from "bun:test";
import { storageWith, withoutStorage } from "../testing-storage.ts";
import { arrange, columnsInOrder, fold, read } from "./arrangement.ts";

afterEach(withoutStorage);

test("the chosen column stands first, the others in their usual order", () => {
  expect(columnsInOrder({ first: "chat" })).toEqual(["chat", "queues", "people"]);
  expect(columnsInOrder({ first: "people" })).toEqual(["people", "chat", "queues"]);
});

test("what is chosen is kept", () => {
  storageWith("localStorage");
  arrange({ first: "queues" });
  fold("log", true);
  fold("unban", true);
  fold("log", false);
  expect(read()).toEqual({ first: "queues", folded: ["unban"] });
});

test("what another release kept, or no storage, is the usual arrangement", () => {
  for (const value of ["{", "7", "null", '{"first":"video","folded":3}']) {
    storageWith("localStorage", { "mod-arrangement": value });
    expect(read()).toEqual({ first: "chat", folded: [] });
  }
  withoutStorage();
  expect(read()).toEqual({ first: "chat", folded: [] });
});
