// The faults: what is done, how it shows that it happened, what may take how long. Numbers as in the project's list of faults.

import { survivors } from "#ops/e2e/descendants.ts";
import { until } from "#ops/e2e/until.ts";
import { hangUpdates, killThroughUpdates } from "./edge-faults.ts";
import type { Owner, Show } from "./show.ts";
import type { Stage } from "./stage.ts";
import { blackholeDatabase, loseCommits, stopInsideStatement } from "./store-faults.ts";
import { metricOf, type Recovery } from "./strike.ts";

export interface Scene {
  stage: Stage;
  show: Show;
  /** Before the fault. */
  owner: Owner;
  /** To be called once, at the moment of the fault: from then on recovery is measured. */
  strike(): void;
}

export interface FaultRow {
  id: string;
  name: string;
  /** Does it; resolves with the proof that it happened, throws when it did not. */
  inject(scene: Scene): Promise<string>;
  /** Whether the channel must have another owner afterwards, by exactly one claim; else the owner must have stayed. */
  takenOver: boolean;
  limits: Partial<Record<keyof Recovery, number>>;
  /** More that must hold; resolves with what was looked at. */
  after?(scene: Omit<Scene, "strike">): Promise<string>;
}

/** SIGSTOP for `ms`, then CONT; the proof is what the kernel says of the process. */
const pauseOwner =
  (ms: number) =>
  async ({ stage, owner, strike }: Scene): Promise<string> => {
    const pid = stage.system.pidOf(owner.node);
    process.kill(pid, "SIGSTOP");
    strike();
    await until("the kernel to stop it", () => stateOf(pid).then((state) => state === "T"), { everyMs: 5 });
    await Bun.sleep(ms);
    if ((await stateOf(pid)) !== "T") throw new Error(`${owner.node} did not stay stopped`);
    process.kill(pid, "SIGCONT");
    return `${owner.node} stood in state T for ${ms} ms`;
  };

/** What a replaced owner left: its FFmpeg gone, and it knows that it lost. */
async function zombieIsGone({ stage, show, owner }: Omit<Scene, "strike">): Promise<string> {
  const contMs = performance.now();
  const { node } = await show.owner();
  if (node === owner.node) {
    // It came back as a new incarnation and may have been chosen again; its old processes died with it.
    return "the node itself was chosen again, as a new incarnation";
  }
  await until("the zombie's FFmpeg to be gone", () => show.transcodersOf(owner.node).length === 0, {
    withinMs: 10_000,
  });
  const goneMs = Math.round(performance.now() - contMs);
  const [row] = await stage.sql<{ node: string }[]>`
    SELECT name AS node FROM nodes WHERE name = ${owner.node} AND left_at IS NULL ORDER BY started_at DESC LIMIT 1`;
  const starts = stage.system.startsOf(owner.node);
  const noticed = await metricOf(stage, owner.node, "actor_fenced_total");
  if (starts === 1 && noticed === 0) throw new Error("the zombie never noticed that it was replaced");
  const transcoders = stage.actors.flatMap((name) => show.transcodersOf(name));
  if (transcoders.length !== 1) throw new Error(`${transcoders.length} FFmpeg carry the show`);
  return `FFmpeg of the zombie gone ≤ ${goneMs} ms after it ran again, one is left; actor_fenced_total ${noticed}, starts ${starts}, row ${row ? "there" : "gone"}`;
}

export const rows: FaultRow[] = [
  {
    id: "F-01",
    name: "kill -9 of the owner's node",
    takenOver: true,
    limits: { callMs: 1_500, lineMs: 3_000, pictureMs: 4_000, numberMs: 6_000 },
    async inject({ stage, show, owner, strike }) {
      const { system } = stage;
      const transcoders = show.transcodersOf(owner.node);
      if (transcoders.length !== 1) throw new Error(`the owner runs ${transcoders.length} FFmpeg`);
      const starts = system.startsOf(owner.node);
      process.kill(system.pidOf(owner.node), "SIGKILL");
      strike();
      await until("its FFmpeg to die with it", () => survivors(transcoders).length === 0, { withinMs: 2_000 });
      await system.restarted(owner.node, starts);
      return `${owner.node} died with its FFmpeg and was started again`;
    },
  },
  {
    id: "F-02a",
    name: "SIGSTOP of the owner for 2 s: it stays the owner",
    takenOver: false,
    limits: { callMs: 3_500, lineMs: 5_000, pictureMs: 5_000 },
    inject: pauseOwner(2_000),
  },
  {
    id: "F-02b",
    name: "SIGSTOP of the owner for 15 s: taken over, the zombie does no harm",
    takenOver: true,
    limits: { takeOverMs: 12_000, callMs: 13_000, pictureMs: 15_000 },
    inject: pauseOwner(15_000),
    after: zombieIsGone,
  },
  {
    id: "F-02c",
    name: "SIGSTOP of the owner for 30 s: taken over, the zombie does no harm",
    takenOver: true,
    limits: { takeOverMs: 12_000, callMs: 13_000, pictureMs: 15_000 },
    inject: pauseOwner(30_000),
    after: zombieIsGone,
  },
  {
    id: "F-05",
    name: "the owner's connections to PostgreSQL hang",
    takenOver: true,
    limits: { takeOverMs: 13_000, pictureMs: 5_000 },
    inject: blackholeDatabase(20_000),
    after: zombieIsGone,
  },
  {
    id: "F-09",
    name: "commit unknown: the answer to an insert is lost, then the connection is reset",
    takenOver: false,
    limits: { callMs: 1_000, lineMs: 3_000, pictureMs: 3_000 },
    inject: loseCommits(5),
  },
  {
    id: "E-01",
    name: "SIGSTOP of the owner inside a statement that waits for its row",
    takenOver: true,
    limits: { takeOverMs: 13_000, pictureMs: 16_000 },
    inject: stopInsideStatement(20_000),
    after: zombieIsGone,
  },
  {
    id: "E-02",
    name: "the hook's edge is dead whenever on_update fires",
    takenOver: false,
    limits: { callMs: 1_000 },
    inject: killThroughUpdates(25_000),
  },
  {
    id: "E-03",
    name: "the hook's edge hangs while on_update fires",
    takenOver: false,
    limits: { callMs: 1_000 },
    inject: hangUpdates(25_000),
  },
];

/** Of a process, as the kernel says it: `T` is stopped. */
async function stateOf(pid: number): Promise<string> {
  const text = await Bun.file(`/proc/${pid}/stat`).text();
  return text.split(") ").at(-1)?.split(" ")[0] ?? "";
}
