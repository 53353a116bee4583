// Drills of the gate: an owner loses its actor while it can still answer, misses what is written at its successor, and hears reads again.

import { count } from "../clients.ts";
import { ownerOf } from "../faults.ts";
import type { SimNode } from "../node.ts";
import { type Drill, type DrillTargets, whenTaken } from "./drill.ts";

/** Nodes trust the age of `seen_at` after SILENT_MS of unbroken heartbeats. */
const TRUSTED_MS = 11_000;
const DEAF_MS = 1_000;
/** Its last heartbeat will not count for much longer. */
const SHORTLY_DEAF_MS = 300;
/** Longer than a confirmation counts. */
const UNTIL_CONFIRMED_MS = 5_000;
const READERS = 3;

/** Clients that read without a pause worth mentioning, so that an owner that answers too late is caught. */
function read({ edges, counter, answerByMs }: DrillTargets, untilMs: number) {
  for (let n = 1; n <= READERS; n++) {
    const edge = edges[n % edges.length]!;
    void count({ edge, key: counter, name: `r${n}`, untilMs, answerByMs, pauseMs: [30, 150], reads: 1 });
  }
}

/** From now on the owner does not learn that it was replaced: its confirmations fail, and the first writes at its successor are lost to it. */
function keepInTheDark({ sim }: DrillTargets, { link, store }: SimNode, deafMs = DEAF_MS) {
  store.failing.add("ownedBy");
  link.deaf = true;
  sim.after(deafMs, () => {
    link.deaf = false;
  });
  sim.after(UNTIL_CONFIRMED_MS, () => store.failing.clear());
}

/** The owner's heartbeats fail for so long that it is replaced; its bus and its confirmations are as ever. `afterwards`: they go on failing. */
const withoutHeartbeats = (afterwards: "fail" | "land"): Drill => ({
  untilMs: 28_000,
  plan(at) {
    read(at, this.untilMs);
    at.sim.after(TRUSTED_MS, () => {
      const victim = ownerOf(at, at.counter);
      victim.store.failing.add("beat");
      whenTaken(at, victim, at.counter, () => {
        if (afterwards === "land") victim.store.failing.delete("beat");
        keepInTheDark(at, victim);
      });
    });
  },
});

export const ownSignOfLife = withoutHeartbeats("fail");

export const firstHeartbeatAfterABreak = withoutHeartbeats("land");

/** The store fails over to a server whose clock is ahead, so that a living node seems to be silent. Its own confirmations have failed for longer
 *  than they count by then. */
export const ageOfConfirmation: Drill = {
  untilMs: 24_000,
  plan(at) {
    const { sim, database, counter } = at;
    read(at, this.untilMs);
    sim.after(TRUSTED_MS, () => {
      const victim = ownerOf(at, counter);
      victim.store.failing.add("ownedBy");
      sim.after(sim.between(2_000, 2_600), () => {
        database.aheadMs = 12_000;
        sim.after(UNTIL_CONFIRMED_MS, () => victim.store.failing.clear()); // Also if nobody found it silent.
        whenTaken(at, victim, counter, () => keepInTheDark(at, victim, SHORTLY_DEAF_MS));
      });
    });
  },
};

/** A node is found dead while its link is down, and is back before it is claimed from by statements that are slow. It can confirm, but its
 *  heartbeats fail, so that nothing stops the claim. */
export const backBeforeTheClaim: Drill = {
  untilMs: 24_000,
  plan(at) {
    const { sim, nodes, counter } = at;
    read(at, this.untilMs);
    sim.after(TRUSTED_MS, () => {
      const victim = ownerOf(at, counter);
      const others = nodes.filter((node) => node !== victim);
      victim.store.failing.add("beat");
      victim.link.reset();
      victim.link.cut("both", sim.between(300, 450));
      for (const { store } of others) store.slowMs = 200;
      const heal = () => {
        for (const { store } of others) store.slowMs = 0;
      };
      whenTaken(at, victim, counter, () => {
        heal();
        keepInTheDark(at, victim, SHORTLY_DEAF_MS);
      });
      sim.after(UNTIL_CONFIRMED_MS, () => {
        victim.store.failing.clear(); // Also if nobody found it dead.
        heal();
      });
    });
  },
};
