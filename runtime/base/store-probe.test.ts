import { expect, test } from "bun:test";
import { ManualClock } from "./clock.ts";
import { StoreProbe } from "./store-probe.ts";

const settle = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

test("stores that answer are up; one that fails or is away is not", async () => {
  const probe = new StoreProbe(new ManualClock(), {
    postgres: async () => 1,
    redis: () => Promise.reject(new Error("away")),
    nats: () => {
      throw new Error("link is down");
    },
  });
  expect([...(await probe.answers())].map(([name, { isUp }]) => [name, isUp])).toEqual([
    ["postgres", true],
    ["redis", false],
    ["nats", false],
  ]);
});

test("a store that hangs costs half a second, is not asked again until it has answered, and then is", async () => {
  const clock = new ManualClock();
  let asked = 0;
  const open: (() => void)[] = [];
  const probe = new StoreProbe(clock, {
    postgres() {
      asked++;
      return new Promise<void>((resolve) => open.push(resolve));
    },
  });
  const upAfterHalfASecond = async () => {
    const answers = probe.answers();
    await settle();
    clock.advance(500);
    clock.advance(1);
    return (await answers).get("postgres")?.isUp;
  };
  expect(await upAfterHalfASecond()).toBeFalse();
  clock.advance(5_000);
  expect(await upAfterHalfASecond()).toBeFalse();
  expect(asked).toBe(1);
  open[0]!();
  await settle();
  clock.advance(5_000);
  const answers = probe.answers();
  await settle();
  open[1]!();
  expect((await answers).get("postgres")?.isUp).toBeTrue();
  expect(asked).toBe(2);
});

test("those who read within two seconds share the question", async () => {
  const clock = new ManualClock();
  let asked = 0;
  const probe = new StoreProbe(clock, {
    async redis() {
      asked++;
    },
  });
  await Promise.all([probe.answers(), probe.answers()]);
  clock.advance(1_999);
  await probe.answers();
  expect(asked).toBe(1);
  clock.advance(1);
  await probe.answers();
  expect(asked).toBe(2);
});
