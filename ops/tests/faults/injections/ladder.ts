// Faults of the ladder (FFmpeg) under a living owner.

import { setTimeout as pause } from "node:timers/promises";
import { descendantsOf, type Relative, survivors } from "#ops/tests/support/descendants.ts";
import { until } from "#ops/tests/support/until.ts";
import type { Scene } from "../scene.ts";
import { metricSum } from "../watch/ingest-facts.ts";
import { busyMs, stateOf as processState } from "../watch/process-facts.ts";
import type { Misbehaviour } from "./ffmpeg-orders.ts";

/** Why a ladder's run ended, as it is counted. */
type Reason = "exited" | "hung" | "unreadable";

const ends = ({ stage, owner }: Scene, reason: Reason) =>
  metricSum(stage, [owner.node], `ladder_exits_total{reason="${reason}"}`);

function ladderOf({ ladders: [ladder, ...more] }: Scene): Relative {
  if (!ladder || more.length > 0) throw new Error(`${more.length + (ladder ? 1 : 0)} ladders instead of one`);
  return ladder;
}

const counted = (scene: Scene, reason: Reason, before: number) =>
  until(`a ladder to be counted as ${reason}`, async () => (await ends(scene, reason)) - before || null, {
    withinMs: 15_000,
    everyMs: 50,
  });

export async function killLadder(scene: Scene): Promise<string> {
  const { pid } = ladderOf(scene);
  const before = await ends(scene, "exited");
  process.kill(pid, "SIGKILL");
  scene.strike();
  await counted(scene, "exited", before);
  return `ladder ${pid} killed`;
}

/** The process is stopped: it is fed and writes nothing. */
export async function hangLadder(scene: Scene): Promise<string> {
  const { pid } = ladderOf(scene);
  const before = await ends(scene, "hung");
  process.kill(pid, "SIGSTOP");
  scene.strike();
  const struckMs = performance.now();
  await until("the kernel to stop it", () => processState(pid) === "T", { everyMs: 5 });
  await counted(scene, "hung", before);
  return `ladder ${pid} stood in state T, and was found hung after ${Math.round(performance.now() - struckMs)} ms`;
}

/** Kills the running ladder; the next ones follow the given orders. */
export const misbehave =
  (orders: Misbehaviour[], reason: Reason) =>
  async (scene: Scene): Promise<string> => {
    const { stage, owner, strike } = scene;
    const { ffmpegOrders } = stage;
    const { pid } = ladderOf(scene);
    const before = { followed: ffmpegOrders.followed(owner.node).length, ended: await ends(scene, reason) };
    ffmpegOrders.give(owner.node, orders);
    process.kill(pid, "SIGKILL");
    strike();
    const followed = () => ffmpegOrders.followed(owner.node).slice(before.followed);
    await until("the orders to be followed", () => followed().length === orders.length, {
      withinMs: 30_000,
      everyMs: 20,
    });
    const last = followed().at(-1)!;
    let busy = 0;
    await until(
      "the misbehaving ladder to be gone",
      () => {
        const there = descendantsOf(stage.system.pidOf(owner.node)).some((one) => one.pid === last);
        if (there) busy = Math.max(busy, busyMs(last));
        return !there;
      },
      { withinMs: 30_000, everyMs: 20 },
    );
    if (orders.includes("spin") && busy < 500)
      throw new Error(`it should spin, but used only ${busy} ms of processor time`);
    const times = await counted(scene, reason, before.ended);
    const spun = orders.includes("spin") ? ` with ${busy} ms of processor time` : "";
    return `ladder killed, then ordered to ${orders.join(", ")}${spun}; counted ${times} as ${reason}`;
  };

/** Every FFmpeg of this node dies at once, as with a missing encoder, until the streamer has read of it. */
export const ladderBroken =
  (told: (scene: Scene) => Promise<unknown>) =>
  async (scene: Scene): Promise<string> => {
    const { stage, owner, strike } = scene;
    const { ffmpegOrders } = stage;
    const { pid } = ladderOf(scene);
    const before = ffmpegOrders.followed(owner.node).length;
    ffmpegOrders.giveForGood(owner.node, "die");
    try {
      process.kill(pid, "SIGKILL");
      strike();
      await told(scene);
    } finally {
      ffmpegOrders.takeBack(owner.node);
    }
    const failed = ffmpegOrders.followed(owner.node).length - before;
    if (failed < 3) throw new Error(`the streamer was told after ${failed} failures to start`);
    return `ladder killed, and ${failed} more died at once`;
  };

/** The ladder gets a small share of the time until the node gives it up. */
export async function slowLadder(scene: Scene): Promise<string> {
  const ladder = ladderOf(scene);
  const startMs = performance.now();
  scene.strike();
  let slices = 0;
  while (survivors([ladder]).length > 0) {
    if (performance.now() - startMs > SLOW_MS_MAX) throw new Error("a ladder that lags was never given up");
    process.kill(ladder.pid, "SIGSTOP");
    await pause(STOPPED_MS);
    if (survivors([ladder]).length > 0) process.kill(ladder.pid, "SIGCONT");
    await pause(RUNNING_MS);
    slices++;
  }
  return `ladder ${ladder.pid} ran for ${RUNNING_MS} ms each second, and was given up after ${slices} s`;
}

const SLOW_MS_MAX = 60_000;
const STOPPED_MS = 980;
const RUNNING_MS = 20;
