// Faults of an edge that nginx sends hooks to. A failed `on_update` kicks the encoder, so none may fail over several rounds.

import { until } from "#ops/tests/support/until.ts";
import type { Scene } from "../scene.ts";

const EDGE = "edge-1";

/** Unreachable upstreams, by nginx' error log. */
const failedUpdates = ({ stage }: Scene) =>
  stage.system
    .logs("nginx")
    .split("\n")
    .filter((line) => line.includes("/hooks/rtmp/update") && line.includes("upstream")).length;

/** Kills the edge again as soon as it runs. */
export const killDuringUpdates =
  (ms: number) =>
  async (scene: Scene): Promise<string> => {
    const { system } = scene.stage;
    const before = failedUpdates(scene);
    const untilMs = performance.now() + ms;
    let kills = 0;
    let struck = false;
    while (performance.now() < untilMs) {
      if (system.startsOf(EDGE) > 0 && killed(system.pidOf(EDGE))) kills++;
      if (!struck) scene.strike();
      struck = true;
      await Bun.sleep(100);
    }
    await backAgain(scene);
    const failed = failedUpdates(scene) - before;
    if (failed === 0) throw new Error(`${kills} kills, but no on_update met a dead edge`);
    return `${EDGE} killed ${kills} times in ${ms} ms; ${failed} on_update met it dead`;
  };

/** False: the process is gone already, and its supervisor has not written the next pid yet. */
function killed(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/** Stops the edge by SIGSTOP: it accepts connections and never answers. */
export const hangDuringUpdates =
  (ms: number) =>
  async (scene: Scene): Promise<string> => {
    const { system } = scene.stage;
    const before = failedUpdates(scene);
    const pid = system.pidOf(EDGE);
    process.kill(pid, "SIGSTOP");
    scene.strike();
    await Bun.sleep(ms);
    process.kill(pid, "SIGCONT");
    await backAgain(scene);
    const failed = failedUpdates(scene) - before;
    if (failed === 0) throw new Error("no on_update met the hanging edge");
    return `${EDGE} hung for ${ms} ms; ${failed} on_update ran into its time-out`;
  };

const backAgain = ({ stage }: Scene) =>
  until(`${EDGE} to be back`, async () => (await fetch(`${stage.edgeUrls[0]}/readyz`)).ok, { withinMs: 30_000 });
