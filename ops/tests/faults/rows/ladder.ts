// Rows about the ladder: FFmpeg is killed, hangs, is slow, writes nonsense or cannot start. The source goes on without a mark.

import { until } from "#ops/tests/support/until.ts";
import { hangLadder, killLadder, ladderBroken, misbehave, slowLadder } from "../injections/ladder.ts";
import type { Scene } from "../scene.ts";
import { oneOwnerServes } from "../watch/ingest-facts.ts";
import { RungWatch, sourceWentOn, takenBack, toldOfLadder } from "../watch/rung-watch.ts";
import type { FaultRow } from "./fault-row.ts";
import { killOwner, pauseOwner, replacedOwnerIsGone } from "./owner.ts";

/** The one rung of the stage: cheap, so that a busy machine does not shed it. */
export const RUNG = "160p";
const SOCKETS = 20;
/** The source notices nothing, but the machine has one process more to start. */
const LIMITS: FaultRow["limits"] = { callMs: 1_000, stillMs: 1_500, silentMs: 3_000 };
/** A warning is taken back 10 s after the ladder keeps up, and it needs a keyframe to begin. */
const TAKEN_BACK_MS = 25_000;
/** Four runs that end at once, with pauses between them. */
const TOLD_MS = 30_000;

interface LadderRow {
  id: string;
  name: string;
  fault(scene: Scene): Promise<string>;
  /** Limit from the fault to a part of the next run. */
  backMs: number;
  /** The streamer reads of it, and later that it is over. Default: it is over too soon to be told. */
  told?: boolean;
  /** The rung is given up meanwhile. Default false. */
  withdrawn?: boolean;
}

function ladderRow({ id, name, fault, backMs, told = false, withdrawn = false }: LadderRow): FaultRow {
  return {
    id,
    name,
    show: { sockets: SOCKETS },
    takenOver: false,
    limits: LIMITS,
    async inject(scene) {
      const watch = await RungWatch.start(scene, RUNG);
      try {
        let struckMs = 0;
        const strike = () => {
          struckMs = performance.now();
          scene.strike();
        };
        const [proof, warning] = await Promise.all([
          fault({ ...scene, strike }),
          told ? toldOfLadder(scene, TOLD_MS) : null,
        ]);
        const tookMs = await watch.back({ sinceMs: struckMs, withinMs: backMs });
        if (warning) await takenBack(scene, TAKEN_BACK_MS);
        const read = warning ? `the streamer read ${JSON.stringify(warning.detail)}, taken back` : "nothing to tell";
        return `${proof}; rung back after ${tookMs} ms; ${read}; ${await watch.finish({ withdrawn })}`;
      } finally {
        await watch.stop();
      }
    },
    after: async (scene) =>
      `${await oneOwnerServes(scene)}, ${await oneLadderServes(scene)}, ${await sourceWentOn(scene)}`,
  };
}

/** One ladder of all nodes runs for the show. */
async function oneLadderServes({ stage, show }: Pick<Scene, "stage" | "show">): Promise<string> {
  const running = () => stage.actors.flatMap((node) => show.laddersOf(node));
  await until("exactly one ladder to run", () => running().length === 1, { withinMs: 15_000 });
  return "one ladder runs";
}

export const ladderRows: FaultRow[] = [
  ladderRow({ id: "F-14a", name: "kill -9 of FFmpeg", fault: killLadder, backMs: 8_000 }),
  ladderRow({
    id: "F-14b",
    name: "SIGSTOP of FFmpeg: it is fed and writes nothing",
    fault: hangLadder,
    backMs: 20_000,
  }),
  ladderRow({
    id: "F-14c",
    name: "FFmpeg writes bytes that are not MP4",
    fault: misbehave(["garbage"], "unreadable"),
    backMs: 14_000,
  }),
  ladderRow({
    id: "F-14d",
    name: "FFmpeg keeps a processor busy and writes nothing",
    fault: misbehave(["spin"], "hung"),
    backMs: 32_000,
  }),
  ladderRow({
    id: "F-14e",
    name: "FFmpeg dies again and again, and writes garbage in between",
    fault: misbehave(["die", "garbage", "die"], "exited"),
    backMs: 24_000,
    told: true,
  }),
  ladderRow({
    id: "F-14f",
    name: "every FFmpeg dies at its start, until it can start again",
    fault: ladderBroken((scene) => toldOfLadder(scene, TOLD_MS)),
    backMs: 45_000,
    told: true,
  }),
  ladderRow({
    id: "F-14g",
    name: "FFmpeg is too slow: its rung is given up, and comes back after a minute",
    fault: slowLadder,
    backMs: 130_000,
    told: true,
    withdrawn: true,
  }),
  {
    id: "F-14h",
    name: "kill -9 of the owner's node with a ladder",
    show: { sockets: SOCKETS },
    takenOver: true,
    limits: { callMs: 1_500, lineMs: 3_000, pictureMs: 4_000, numberMs: 6_000 },
    inject: withLadder(killOwner),
    after: async (scene) => `${await oneOwnerServes(scene)}, ${await oneLadderServes(scene)}`,
  },
  {
    id: "F-14i",
    name: "SIGSTOP of the owner with a ladder for 15 s: the zombie's FFmpeg is ended",
    show: { sockets: SOCKETS },
    takenOver: true,
    limits: { takeOverMs: 3_500, callMs: 4_000, pictureMs: 6_000 },
    inject: withLadder(pauseOwner(15_000)),
    after: async (scene) => `${await replacedOwnerIsGone(scene)}, ${await oneLadderServes(scene)}`,
  },
];

/** The fault happens while a ladder runs. */
function withLadder(fault: (scene: Scene) => Promise<string>) {
  return async (scene: Scene): Promise<string> => {
    if (scene.ladders.length !== 1) throw new Error(`${scene.ladders.length} ladders instead of one`);
    return fault(scene);
  };
}
