import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import type { ChannelRole } from "#schema/api/channel-roles.ts";
import { EVERY_CHANNEL, StandingLookup } from "./standing-lookup.ts";

const log = createLog({ name: "test", level: "silent" });

function setup(find: () => Promise<ChannelRole[]>) {
  const clock = new ManualClock();
  let asked = 0;
  const lookup = new StandingLookup({
    clock,
    log,
    find: () => {
      asked++;
      return find().then((roles) => ({ displayName: "Ada", roles }));
    },
  });
  return {
    clock,
    ask: async () => (await lookup.get("room", "ada")).roles,

    forget: () => lookup.forget("room", "ada"),
    asked: () => asked,
  };
}

test("found roles are cached for 2 s, or until they change", async () => {
  let roles: ChannelRole[] = ["moderator"];
  const { clock, ask, forget, asked } = setup(async () => roles);
  expect(await ask()).toEqual(["moderator"]);
  roles = [];
  clock.advance(1_999);
  expect(await ask()).toEqual(["moderator"]);
  clock.advance(1);
  expect(await ask()).toEqual([]);
  roles = ["vip"];
  forget();
  expect(await ask()).toEqual(["vip"]);
  expect(asked()).toBe(3);
});

test("several lines at once make one query", async () => {
  const answer = Promise.withResolvers<ChannelRole[]>();
  const { ask, asked } = setup(() => answer.promise);
  const lines = [ask(), ask(), ask()];
  answer.resolve(["editor"]);
  expect(await Promise.all(lines)).toEqual([["editor"], ["editor"], ["editor"]]);
  expect(asked()).toBe(1);
});

test("while the database is away the last known roles are used, and it is queried every 2 s", async () => {
  let find: () => Promise<ChannelRole[]> = async () => ["moderator"];
  const { clock, ask, asked } = setup(() => find());
  await ask();
  find = () => Promise.reject(new Error("away"));
  clock.advance(2_000);
  expect(await ask()).toEqual(["moderator"]);
  expect(await ask()).toEqual(["moderator"]);
  expect(asked()).toBe(2);
  find = async () => ["vip"];
  clock.advance(2_000);
  expect(await ask()).toEqual(["vip"]);
});

test("an answer that was on its way when roles changed is not kept", async () => {
  const answers = [Promise.withResolvers<ChannelRole[]>(), Promise.withResolvers<ChannelRole[]>()];
  let next = 0;
  const { ask, forget, asked } = setup(() => answers[next++]!.promise);
  const before = ask();
  forget();
  const after = ask();
  answers[1]!.resolve(["vip"]);
  expect(await after).toEqual(["vip"]);
  answers[0]!.resolve([]);
  expect(await before).toEqual([]);
  expect(await ask()).toEqual(["vip"]);
  expect(asked()).toBe(2);
});

test("a database that hangs delays a line by 300 ms, and gets one query", async () => {
  const { clock, ask, asked } = setup(() => new Promise(() => {}));
  const line = ask();
  clock.advance(300);
  expect(await line).toEqual([]);
  clock.advance(2_000);
  expect(await ask()).toEqual([]);
  expect(asked()).toBe(1);
});

test("a change of the name is known in every channel at once", async () => {
  const names = ["Ada"];
  const clock = new ManualClock();
  const lookup = new StandingLookup({ clock, log, find: async () => ({ displayName: names.at(-1)!, roles: [] }) });
  const shown = async () =>
    (await Promise.all(["a", "b"].map((room) => lookup.get(room, "ada")))).map((one) => one.displayName);
  expect(await shown()).toEqual(["Ada", "Ada"]);
  names.push("Ada Lovelace");
  lookup.forget(EVERY_CHANNEL, "bob");
  expect(await shown()).toEqual(["Ada", "Ada"]);
  lookup.forget(EVERY_CHANNEL, "ada");
  expect(await shown()).toEqual(["Ada Lovelace", "Ada Lovelace"]);
});
