// Faults of NATS: the server dies and comes back, or drops a slow consumer.

import { rmSync } from "node:fs";
import type { TestSystem } from "#ops/tests/support/system.ts";
import { until } from "#ops/tests/support/until.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { signal } from "#ops/up/processes.ts";
import { natsUrl } from "#ops/up/store-urls.ts";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { connectNats } from "#runtime/bus/bus-nats.ts";
import { SLOWNESS } from "#schema/testing-slowness.ts";
import { subjects } from "#schema/wire/subjects.ts";
import type { Scene } from "../scene.ts";
import { requestWithoutAnswer } from "./in-flight.ts";
import { awayFor, portOf } from "./outage.ts";

/** A call in flight must fail within this time. A busy machine needs most of it to end the process. */
const FAILS_WITHIN_MS = 300;

/** Kills the server and wipes its folder, which holds only its configuration. */
export const natsAway =
  (ms: number) =>
  async (scene: Scene): Promise<string> => {
    const { system } = scene.stage;
    const call = await requestWithoutAnswer(asActor(system));
    try {
      const strike = () => {
        call.struck();
        scene.strike();
      };
      const settings = new DataFolder(system.data).file("nats.conf");
      const outageMs = await awayFor({ ...scene, strike }, { store: "nats", ms, meanwhile: () => rmSync(settings) });
      const failedMs = await call.failedMs();
      if (failedMs > FAILS_WITHIN_MS * SLOWNESS) throw new Error(`a call in flight failed only after ${failedMs} ms`);
      return `NATS was away for ${outageMs} ms; a call in flight failed after ${Math.round(failedMs)} ms`;
    } finally {
      await call.stop();
    }
  };

/** URL with the user of actor nodes, because NATS ignores clients without credentials. */
const asActor = (system: TestSystem) =>
  natsUrl(new DataFolder(system.data).secrets(), "actor", { port: portOf(system, "nats") });

const FLOOD_EVERY_MS = 40;
const FLOOD_BYTES = 500_000;
const DROPPED_WITHIN_MS = 20_000;

/** Stops an edge for longer than the server waits for a slow consumer. */
export async function stopReadingEdge(scene: Scene): Promise<string> {
  const { system, edges } = scene.stage;
  const [edge = ""] = edges;
  const pid = system.pidOf(edge);
  return dropped(scene, {
    who: edge,
    stop: () => signal(pid, "SIGSTOP"),
    goOn: () => signal(pid, "SIGCONT"),
  });
}

/** The owner keeps running, but messages from NATS to it pile up on the way. */
export async function freezeOwner(scene: Scene): Promise<string> {
  const { stage, owner } = scene;
  const proxy = stage.natsProxies.get(owner.node);
  if (!proxy) throw new Error(`${owner.node} has no proxy`);
  return dropped(scene, {
    who: owner.node,
    stop: () => proxy.set({ kind: "freeze" }, "down"),
    goOn: () => proxy.set({ kind: "pass" }, "down"),
  });
}

interface Dropped {
  who: string;
  stop(): void;
  goOn(): void;
}

/** Stops the reader, floods its subscriptions, and lets it read again once the server has dropped it. */
async function dropped({ stage, show, strike, over }: Scene, { who, stop, goOn }: Dropped): Promise<string> {
  const { system } = stage;
  const bus = await connectNats({
    url: asActor(system),
    name: "faults flood",
    clock: systemClock,
    log: createLog({ name: "faults", level: "fatal" }),
  });
  const drops = () =>
    system
      .logs("nats")
      .split("\n")
      .filter((line) => line.includes("Slow Consumer"));
  const before = drops().length;
  // Receivers ignore it, because it names none of their channels.
  const noise = { channelId: "00000000-0000-7000-8000-000000000000", epoch: 0, noise: "x".repeat(FLOOD_BYTES) };
  let said = 0;
  const flood = setInterval(() => {
    bus.publish(subjects.status(show.channel.id), noise);
    said++;
  }, FLOOD_EVERY_MS);
  stop();
  strike();
  const startMs = performance.now();
  try {
    await until(`${who} to be dropped`, () => drops().length > before, { withinMs: DROPPED_WITHIN_MS, everyMs: 10 });
  } finally {
    goOn();
    clearInterval(flood);
    await bus.close();
  }
  const droppedMs = Math.round(performance.now() - startMs);
  over();
  const line = drops().at(-1)?.split("] ").at(-1)?.slice(0, 120);
  return `${who} read nothing while ${said} × ${FLOOD_BYTES} bytes were published, and was dropped after ${droppedMs} ms: ${line}`;
}
