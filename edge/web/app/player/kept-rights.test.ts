// What a tab remembers of a password that was right.

import { afterEach, expect, test } from "bun:test";
import { storageWith, withoutStorage } from "../testing-storage.ts";
import { keepRight, keptRight } from "./kept-rights.ts";

afterEach(withoutStorage);

const right = (name: string, leftMs = 60_000) => ({
  hlsUrl: `/live/${name}/~t/index.m3u8`,
  expiresAt: new Date(Date.now() + leftMs).toISOString(),
});

test("a right is kept until it ends or is forgotten, for a few channels", () => {
  const held = storageWith("sessionStorage");
  keepRight("ada", right("ada"));
  keepRight("bob", right("bob", -1));
  expect(keptRight("ada")?.hlsUrl).toBe("/live/ada/~t/index.m3u8");
  expect([keptRight("bob"), keptRight("eve")]).toEqual([null, null]);
  keepRight("ada", null);
  expect(keptRight("ada")).toBeNull();
  for (let n = 0; n < 30; n++) keepRight(`c${n}`, right(`c${n}`));
  expect([keptRight("c9"), keptRight("c10")?.hlsUrl]).toEqual([null, "/live/c10/~t/index.m3u8"]);
  expect([...held.keys()]).toEqual(["playback"]);
});

test("without storage, and with another value in it, nothing is kept and nothing fails", () => {
  keepRight("ada", right("ada"));
  expect(keptRight("ada")).toBeNull();
  const other = JSON.stringify([null, 7, { login: "ada", hlsUrl: "https://elsewhere/", expiresAt: "2999-01-01" }]);
  for (const value of ["{", "null", "7", other]) {
    storageWith("sessionStorage", { playback: value });
    expect(keptRight("ada")).toBeNull();
  }
});
