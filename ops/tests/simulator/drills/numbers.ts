// Drills of segment numbers: an encoder makes one a second, and two owners are watched.

import { HEALTHY } from "../encoder-source.ts";
import { ownerOf } from "../faults.ts";
import { type Drill, type DrillTargets, whenTaken } from "./drill.ts";

function makeNumbersFast({ ingest }: DrillTargets) {
  ingest.encoderFaults = { ...HEALTHY, gop: "turning" };
}

/** The owner goes on without its store until it is replaced; from then on it is cut off from the bus, too, together with an edge that watches it. */
export const twoOwnersWatched: Drill = {
  untilMs: 30_000,
  plan(at) {
    const { sim, edges, channel } = at;
    makeNumbersFast(at);
    sim.after(12_000, () => {
      const victim = ownerOf(at, channel);
      victim.store.cut("both", 18_000);
      whenTaken(at, victim, channel, () => {
        victim.link.cut("both", 6_000);
        edges[1]!.link.cut("both", 6_000);
      });
    });
  },
};

/** nginx is slow to accept the successor's pull, which had none before, so that viewers go on reading at the old owner. */
export const slowHandOver: Drill = {
  untilMs: 16_000,
  plan(at) {
    const { sim, ingest, channel, nodes } = at;
    makeNumbersFast(at);
    sim.after(10_000, () => {
      ingest.slowMs = 3_000;
      for (const { seconds } of nodes) seconds.stop();
      ownerOf(at, channel).leave();
      sim.after(5_500, () => {
        ingest.slowMs = 0;
      });
    });
  },
};

/** All nodes are cut off for so long that they stop what runs. When it is over, the owner starts again from memory, cannot save, and dies. */
export const diesBeforeItsSave: Drill = {
  untilMs: 31_000,
  plan(at) {
    const { sim, hub, database, channel } = at;
    makeNumbersFast(at);
    sim.after(14_000, () => {
      const victim = ownerOf(at, channel);
      victim.store.failing.add("save");
      database.away = "refuses";
      hub.outage(10_000);
      sim.after(10_000, () => {
        database.away = null;
      });
      sim.after(14_000, () => victim.kill({ silently: false, restartMs: 2_000 }));
    });
  },
};
