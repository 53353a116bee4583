import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/clock.ts";
import { createLog } from "#runtime/log.ts";
import { ChannelLookup, type FoundChannel } from "./lookup.ts";

const log = createLog({ name: "test", level: "silent" });
const anna = { id: "1", login: "anna" };

function setup(find: (name: string) => Promise<FoundChannel | null>) {
  const clock = new ManualClock();
  const asked: string[] = [];
  const lookup = new ChannelLookup(
    (name) => {
      asked.push(name);
      return find(name);
    },
    clock,
    log,
  );
  return { clock, lookup, asked };
}

test("who was found is fresh for 2 s, who was not for 1 s", async () => {
  const { clock, lookup } = setup(async (name) => (name === "anna" ? anna : null));
  await Promise.all([lookup.get("anna"), lookup.get("nobody")]);
  clock.advance(999);
  expect([lookup.fresh("anna"), lookup.fresh("nobody"), lookup.fresh("ben")]).toEqual([anna, null, undefined]);
  clock.advance(1);
  expect([lookup.fresh("anna"), lookup.fresh("nobody")]).toEqual([anna, undefined]);
  clock.advance(1_000);
  expect(lookup.fresh("anna")).toBeUndefined();
});

test("with the database away, who was found within ten minutes is still there", async () => {
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

test("a crowd asks once, and invented names are refused before they pile up", async () => {
  const { lookup, asked } = setup(() => new Promise(() => {}));
  for (let i = 0; i < 10; i++) void lookup.get("anna");
  expect(asked).toEqual(["anna"]);
  for (let i = 1; i < 200; i++) void lookup.get(`name${i}`);
  await expect(lookup.get("one_more")).rejects.toMatchObject({ code: "busy" });
  expect(asked.length).toBe(200);
});
