// The bus over NATS and the bus in memory pass the same tests.

import { afterAll, describe, expect, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { systemClock } from "../base/clock.ts";
import { createLog } from "../base/log.ts";
import type { Bus } from "./bus.ts";
import { MemoryHub } from "./bus-memory.ts";
import { connectNats } from "./bus-nats.ts";

const log = createLog({ name: "test", level: "silent" });
const opened: Bus[] = [];
const hub = new MemoryHub(systemClock);
const buses: Record<string, () => Promise<Bus>> = {
  memory: async () => hub.connect(),
  nats: () => connectNats({ url: process.env.TEST_NATS_URL ?? "", name: "test", clock: systemClock, log }),
};
afterAll(async () => {
  for (const bus of opened) await bus.close();
});

for (const [name, connect] of Object.entries(buses))
  describe(name, () => {
    const open = async () => {
      const bus = await connect();
      opened.push(bus);
      return bus;
    };
    const subject = () => `test.${crypto.randomUUID()}`;

    test("a subscriber answers a request", async () => {
      const [asker, answerer] = [await open(), await open()];
      const at = subject();
      answerer.subscribe(at, (body, respond) => respond({ got: body }));
      await answerer.flush();
      expect(await asker.request(at, { n: 1 }, { timeoutMs: 1_000 })).toEqual({ got: { n: 1 } });
    });

    test("a request without subscribers fails at once, not at the time-out", async () => {
      const asker = await open();
      const before = performance.now();
      const asked = asker.request(subject(), 1, { timeoutMs: 5_000 });
      await expect(asked).rejects.toMatchObject({ fault: "no_responders" });
      await asked.catch(() => {});
      expect(performance.now() - before).toBeLessThan(patient(2_000));
    });

    test("a request without an answer times out", async () => {
      const [asker, silent] = [await open(), await open()];
      const at = subject();
      silent.subscribe(at, () => {});
      await silent.flush();
      await expect(asker.request(at, 1, { timeoutMs: 50 })).rejects.toMatchObject({ fault: "timeout" });
    });

    test("a queue group delivers each message to one member; every plain subscriber gets it", async () => {
      const [one, two, speaker] = [await open(), await open(), await open()];
      const at = subject();
      const received = { group: 0, plain: 0 };
      const seen = Promise.withResolvers<void>();
      const count = (who: keyof typeof received) => () => {
        received[who]++;
        if (received.group + received.plain === 30) seen.resolve();
      };
      one.subscribe(at, count("group"), { queue: "g" });
      two.subscribe(at, count("group"), { queue: "g" });
      one.subscribe(at, count("plain"));
      two.subscribe(at, count("plain"));
      await Promise.all([one.flush(), two.flush()]);
      for (let i = 0; i < 10; i++) speaker.publish(at, i);
      await seen.promise;
      expect(received).toEqual({ group: 10, plain: 20 });
    });

    test("a drained subscription receives nothing", async () => {
      const [speaker, listener] = [await open(), await open()];
      const at = subject();
      let received = 0;
      const subscription = listener.subscribe(at, () => void received++);
      await listener.flush();
      await subscription.drain();
      await listener.flush();
      await expect(speaker.request(at, 1, { timeoutMs: 1_000 })).rejects.toMatchObject({ fault: "no_responders" });
      expect(received).toBe(0);
    });
  });

test("a link that goes down rejects requests in flight and new ones", async () => {
  const [asker, silent] = [hub.connect(), hub.connect()];
  silent.subscribe("test.silent", () => {});
  const asked = asker.request("test.silent", 1, { timeoutMs: 60_000 });
  asker.cut();
  await expect(asked).rejects.toMatchObject({ fault: "disconnected" });
  await expect(asker.request("test.silent", 1, { timeoutMs: 60_000 })).rejects.toMatchObject({ fault: "disconnected" });
  asker.mend();
  expect([asker.link.up, asker.link.generation]).toEqual([true, 2]);
});
