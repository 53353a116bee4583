// The options of the chat that are kept on a device.

import { afterEach, expect, test } from "bun:test";
import { storageWith, withoutStorage } from "../testing-storage.ts";
import { type ChatOptions, changeOptions, keptOptions } from "./options.ts";

afterEach(withoutStorage);

const USUAL: ChatOptions = {
  hasTimes: false,
  size: "normal",
  isCompact: false,
  stopsUnderPointer: false,
  showsRemoved: true,
  announced: "all",
};

test.each(["", "{", "null", "7", '{"size":"huge","hasTimes":"yes","announced":7}'])(
  "storage that holds %p gives the usual options",
  (value) => {
    storageWith("localStorage", { chat: value });
    expect(keptOptions()).toEqual(USUAL);
  },
);

test("what was chosen is there at the next visit, and without storage nothing throws", () => {
  changeOptions({ size: "large" });
  expect(keptOptions()).toEqual(USUAL);
  storageWith("localStorage");
  changeOptions({ hasTimes: true, announced: "mentions", showsRemoved: false });
  expect(keptOptions()).toEqual({
    ...USUAL,
    size: "large",
    hasTimes: true,
    announced: "mentions",
    showsRemoved: false,
  });
});
