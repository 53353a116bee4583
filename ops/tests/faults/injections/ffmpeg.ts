// Faults of FFmpeg under a living owner, and of the owner's connection to nginx-rtmp.

import { descendantsOf } from "#ops/tests/support/descendants.ts";
import { until } from "#ops/tests/support/until.ts";
import type { Scene } from "../scene.ts";
import { metricSum, playlistOf } from "../watch/ingest-facts.ts";
import { busyMs, stateOf as processState } from "../watch/process-facts.ts";
import type { Misbehaviour } from "./ffmpeg-orders.ts";

const restarts = ({ stage, owner }: Scene, reason: string) =>
  metricSum(stage, [owner.node], `transcoder_exits_total{reason="${reason}"}`);

/** The process is stopped: it receives media and writes nothing. */
export async function hangFfmpeg(scene: Scene): Promise<string> {
  const { transcoders, strike } = scene;
  const { pid } = transcoders[0]!;
  const before = await restarts(scene, "hung");
  process.kill(pid, "SIGSTOP");
  strike();
  const struckMs = performance.now();
  await until("the kernel to stop it", () => processState(pid) === "T", { everyMs: 5 });
  await until("the hung FFmpeg to be counted", async () => (await restarts(scene, "hung")) > before, {
    withinMs: 15_000,
    everyMs: 50,
  });
  return `FFmpeg ${pid} stood in state T, and was found hung and replaced after ${Math.round(performance.now() - struckMs)} ms`;
}

/** Kills the running process; the next ones follow the given orders. */
export const misbehave =
  (orders: Misbehaviour[], reason: string) =>
  async (scene: Scene): Promise<string> => {
    const { stage, owner, transcoders, strike } = scene;
    const { ffmpegOrders } = stage;
    const before = { followed: ffmpegOrders.followed(owner.node).length, counted: await restarts(scene, reason) };
    ffmpegOrders.give(owner.node, orders);
    process.kill(transcoders[0]!.pid, "SIGKILL");
    strike();
    const followed = () => ffmpegOrders.followed(owner.node).slice(before.followed);
    await until("the orders to be followed", () => followed().length === orders.length, {
      withinMs: 30_000,
      everyMs: 20,
    });
    const last = followed().at(-1)!;
    let busy = 0;
    await until(
      "the misbehaving FFmpeg to be gone",
      () => {
        const there = descendantsOf(stage.system.pidOf(owner.node)).some(({ pid }) => pid === last);
        if (there) busy = Math.max(busy, busyMs(last));
        return !there;
      },
      { withinMs: 20_000, everyMs: 20 },
    );
    if (orders.includes("spin") && busy < 500)
      throw new Error(`it should spin, but used only ${busy} ms of processor time`);
    const counted = await until(
      "it to be counted",
      async () => (await restarts(scene, reason)) - before.counted || null,
      { withinMs: 5_000 },
    );
    const spun = orders.includes("spin") ? ` with ${busy} ms of processor time` : "";
    return `FFmpeg killed, then ordered to ${orders.join(", ")}${spun}; counted ${counted} as ${reason}`;
  };

/** Every FFmpeg of this node dies at once, so another node must take the channel. */
export async function ffmpegBroken(scene: Scene): Promise<string> {
  const { stage, owner, transcoders, strike } = scene;
  const { ffmpegOrders } = stage;
  const before = ffmpegOrders.followed(owner.node).length;
  ffmpegOrders.giveForGood(owner.node, "die");
  try {
    process.kill(transcoders[0]!.pid, "SIGKILL");
    strike();
    await handedOver(scene);
    const failed = ffmpegOrders.followed(owner.node).length - before;
    if (failed < 2) throw new Error(`handed over after ${failed} failures`);
    return `FFmpeg killed; ${failed} more died at once on ${owner.node}, which handed over`;
  } finally {
    ffmpegOrders.takeBack(owner.node);
  }
}

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

/** Same session and clock: the playlist must not mark a discontinuity. */
export async function isUnmarked(scene: Pick<Scene, "stage" | "show">): Promise<string> {
  const text = await playlistOf(scene);
  if (/^#EXT-X-DISCONTINUITY$/m.test(text)) throw new Error(`a discontinuity is marked:\n${text}`);
  return "no discontinuity is marked";
}
