// Faults of the owner's connection to nginx-rtmp.

import { until } from "#ops/tests/support/until.ts";
import type { Scene } from "../scene.ts";
import { metricSum } from "../watch/ingest-facts.ts";

/** Only the owner cannot pull any more. Except with `blackhole all`, nginx still tells it that the encoder publishes. */
export const cutPulls =
  (how: "blackhole" | "blackhole all" | "refuse") =>
  async (scene: Scene): Promise<string> => {
    const { stage, owner, strike } = scene;
    const [route] = stage.ingestRoutes.get(owner.node) ?? [];
    if (!route) throw new Error(`${owner.node} has no proxy to nginx`);
    const { rtmp, control } = route;
    const failed = () => metricSum(stage, [owner.node], "channel_pulls_failed_total");
    const before = { ...rtmp.counts, controlLost: control.counts.lostBytes, failed: await failed() };
    if (rtmp.connections.length === 0) throw new Error("the pull does not use this proxy");
    try {
      if (how !== "refuse") rtmp.set({ kind: "blackhole" });
      if (how === "blackhole all") control.set({ kind: "blackhole" });
      route.refusing = how === "refuse";
      if (how === "refuse") rtmp.reset();
      strike();
      await handedOver(scene);
    } finally {
      for (const proxy of [rtmp, control]) proxy.set({ kind: "pass" });
      route.refusing = false;
      for (const proxy of [rtmp, control]) proxy.reset();
    }
    const lost = rtmp.counts.lostBytes - before.lostBytes;
    const refused = rtmp.counts.refused - before.refused;
    const asked = control.counts.lostBytes - before.controlLost;
    const pulls = (await failed()) - before.failed;
    if (how === "refuse" ? refused === 0 : lost === 0) throw new Error("no packet was lost");
    if ((how === "blackhole all") !== asked > 0) throw new Error(`${asked} bytes of its status requests were lost`);
    if (how !== "blackhole all" && pulls < 2) throw new Error(`${pulls} failed pulls were counted`);
    const what =
      how === "refuse" ? `${refused} connections refused` : `${lost} bytes of media and ${asked} of questions lost`;
    return `${owner.node} could not pull (${what}), counted ${pulls} failed pulls and handed over`;
  };

async function handedOver({ stage, show, owner }: Scene) {
  await until("another node to own the channel", async () => (await show.owner()).node !== owner.node, {
    withinMs: 40_000,
    everyMs: 20,
  });
  const taken = () => metricSum(stage, [owner.node], 'actor_hand_overs_total{outcome="taken"}');
  await until("the hand-over to be counted", taken, { withinMs: 5_000 });
}
