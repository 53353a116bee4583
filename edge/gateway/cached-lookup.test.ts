import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import type { FoundChannel } from "../channels/found-channel.ts";
import { CachedLookup } from "./cached-lookup.ts";

const log = createLog({ name: "test", level: "silent" });
const shown = { displayName: "Anna", title: "", live: false };
const anna: FoundChannel = { id: "1", ownerUserId: "2", visibility: "public", playbackVersion: 0, ...shown };

function setup(find: (name: string) => Promise<FoundChannel | null>) {
  const clock = new ManualClock();
  const asked: string[] = [];
  const lookup = new CachedLookup<FoundChannel>({
    what: "channel",
    find: (name) => {
      asked.push(name);
      return find(name);
    },
    clock,
    log,
  });
  return { clock, lookup, asked };
}

test("a found channel is cached for 2 s, an absent one for 1 s, whatever the letter case of the name", async () => {
  const { clock, lookup, asked } = setup(async (name) => (name === "anna" ? anna : null));
  const ask = async () => [await lookup.get("Anna"), await lookup.get("nobody")];
  await ask();
  clock.advance(999);
  expect(await ask()).toEqual([anna, null]);
  expect(asked).toEqual(["anna", "nobody"]);
  clock.advance(1);
  await ask();
  expect(asked).toEqual(["anna", "nobody", "nobody"]);
  clock.advance(1_000);
  await ask();
  expect(asked).toEqual(["anna", "nobody", "nobody", "anna", "nobody"]);
});

test("while the database is away, a channel found within ten minutes is still answered", async () => {
  let isAway = false;
  const { clock, lookup } = setup(async () => {
    if (isAway) throw new Error("connection refused");
    return anna;
  });
  await lookup.get("anna");
  isAway = true;
  clock.advance(599_000);
  expect(await lookup.get("anna")).toEqual(anna);
  await expect(lookup.get("ben")).rejects.toMatchObject({ code: "unavailable" });
  clock.advance(2_000);
  await expect(lookup.get("anna")).rejects.toMatchObject({ code: "unavailable" });
});

test("a database that hangs gets one query, and requests for a cached channel do not wait for it", async () => {
  let answer = (_: FoundChannel | null) => {};
  let hangs = false;
  const { clock, lookup, asked } = setup(async () =>
    hangs ? new Promise<FoundChannel | null>((resolve) => (answer = resolve)) : anna,
  );
  await lookup.get("anna");
  hangs = true;
  clock.advance(3_000);
  const first = lookup.get("anna");
  await clock.settle(300);
  expect(await first).toEqual(anna);
  for (let i = 0; i < 10; i++) expect(await lookup.get("anna")).toEqual(anna);
  expect(asked).toEqual(["anna", "anna"]);
  const moved = { ...anna, ownerUserId: "3" };
  answer(moved);
  await clock.settle();
  expect(await lookup.get("anna")).toEqual(moved);

  const stranger = lookup.get("ben").catch((error) => error.code);
  await clock.settle(5_000, 100);
  expect(await stranger).toBe("unavailable");
  expect(clock.waiting).toBe(0);
});

test("many requests for a name make one query, and many invented names are refused", async () => {
  const { lookup, asked } = setup(() => new Promise(() => {}));
  for (let i = 0; i < 10; i++) void lookup.get("anna");
  expect(asked).toEqual(["anna"]);
  for (let i = 1; i < 200; i++) void lookup.get(`name${i}`);
  await expect(lookup.get("one_more")).rejects.toMatchObject({ code: "busy" });
  expect(asked.length).toBe(200);
});
