// Drills of the life and death of nodes.

import { ENCODER_GRACE_MS } from "#runtime/config/actor.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import { count, type SimEdge } from "../clients.ts";
import { AWAKE_KEY } from "../counter.ts";
import { ownerOf } from "../faults.ts";
import { ANSWER_WITHIN_MS } from "../lasting.ts";
import { WALL_START_MS } from "../simulation.ts";
import { type Drill, whenTaken } from "./drill.ts";

const EVER_MS = 10_000_000;

/** A link breaks again and again just after it came back: pings find nobody, but the node lives, and its heartbeats land in between. */
export const flappingLink: Drill = {
  untilMs: 18_000,
  plan(at) {
    const { sim, database, channel } = at;
    sim.after(12_000, () => {
      const { link, incarnation } = ownerOf(at, channel);
      database.onTakeover = (from) => {
        if (from === incarnation) sim.violation("a node was replaced although it lives: its link flaps");
      };
      const flap = () => {
        if (sim.nowMs > 17_000) return;
        link.reset();
        // It is up after 250 ms.
        sim.after(sim.between(265, 275), flap);
      };
      flap();
      sim.after(9_000, () => {
        database.onTakeover = () => {};
      });
    });
  },
};

/** The claim of an actor that nobody calls is committed, and its answer is lost: the row names a node that does not run the actor. */
export const answerOfAClaimLost: Drill = {
  untilMs: 17_000,
  plan(at) {
    const { sim, checks, nodes, edges } = at;
    const key = "a7";
    const dueMs = WALL_START_MS + 13_000;
    checks.alarmed(key);
    sim.after(2_000, () => void edges[0]!.callUntil(key, { type: "setAlarm", dueMs }, "drill-alarm", 9_000));
    sim.after(11_000, () => {
      const victim = ownerOf(at, key);
      whenTaken(at, victim, key, () => {
        for (const { store } of nodes) store.unknown.clear();
      });
      victim.kill({ silently: false, restartMs: 1_000 });
    });
    sim.after(12_800, () => {
      for (const { store } of nodes) store.unknown.add("claim");
    });
  },
};

/** Long enough for a verdict by silence, too short for one by age. */
const SICK_MS = 5_000;

/** CUT_OFF_AFTER_MS of the host, the age of the last confirmation, and its next look. */
const STOPPED_WITHIN_MS = 9_500;

/** A node that is cut off from bus and store, but not from nginx, stops what it runs. */
export const cutOff: Drill = {
  untilMs: 24_000,
  plan(at) {
    const { sim, ingest, channel } = at;
    sim.after(12_000, () => {
      const { link, store, process, packagers } = ownerOf(at, channel);
      sim.count("drill: pulls of a node that was cut off", ingest.pullsOf(process));
      link.reset();
      link.cut("both", 11_500);
      store.cut("both", 11_500);
      sim.after(STOPPED_WITHIN_MS, () => {
        const pulls = ingest.pullsOf(process);
        if (pulls + packagers.size > 0)
          sim.violation(`I3: a node that is cut off still runs ${pulls} pulls and ${packagers.size} packagers`);
      });
    });
  },
};

/** A node that was replaced while its link was down is needed again: the other nodes die for good. */
export const neededAgain: Drill = {
  untilMs: 22_000,
  plan(at) {
    const { sim, nodes, edges, answerByMs } = at;
    const edge = edges[0]!;
    const key = `${AWAKE_KEY}7`;
    // Without writes or alarms from then on, so that no save tells the owner.
    void count({ edge, key, name: "q", untilMs: 4_000, answerByMs, pauseMs: [200, 800] });
    sim.after(12_000, () => {
      const victim = ownerOf(at, key);
      victim.link.reset();
      victim.link.cut("both", 8_000);
      whenTaken(at, victim, key, () => {
        sim.after(300, () => victim.mend());
        sim.after(4_000, () => {
          for (const node of nodes) if (node !== victim) node.kill({ silently: false, restartMs: EVER_MS });
          const byMs = sim.nowMs + ANSWER_WITHIN_MS;
          void edge.callUntil(key, { type: "get" }, "drill-needed", byMs).then((answer) => {
            if (answer === null) sim.violation(`I7: ${key} was not answered within ${ANSWER_WITHIN_MS} ms`);
          });
        });
      });
    });
  },
};

/** Two nodes are left. One cannot send heartbeats, and the other hears no answer because its own link hangs: it may not judge. */
export const sickJudge: Drill = {
  untilMs: 24_000,
  plan(at) {
    const { sim, nodes, database, channel } = at;
    sim.after(3_000, () => {
      const victim = ownerOf(at, channel);
      const [gone] = nodes.filter((node) => node !== victim);
      gone?.kill({ silently: false, restartMs: EVER_MS });
    });
    // The third one is on no list any more.
    sim.after(14_000, () => {
      const victim = ownerOf(at, channel);
      database.onTakeover = (from) => {
        if (from === victim.incarnation) sim.violation("a node was replaced by one whose own link hangs");
      };
      sim.count("drill: sick judge");
      victim.store.failing.add("beat");
      for (const node of nodes) if (node !== victim) node.link.cut("both", SICK_MS);
      sim.after(SICK_MS, () => victim.store.failing.clear());
      sim.after(SICK_MS + 3_000, () => {
        database.onTakeover = () => {};
      });
    });
  },
};

/** All machines stand still for longer than a broadcast waits for its encoder, which comes back afterwards: with a broadcast of its own. */
export const allStandStill: Drill = {
  untilMs: 24_000 + ENCODER_GRACE_MS,
  plan(at) {
    const { sim, nodes, edges, encoders, channel, answerByMs } = at;
    const stillMs = ENCODER_GRACE_MS + 10_000;
    const broadcast = () => broadcastOf(edges[0]!, channel, answerByMs);
    sim.after(11_000, async () => {
      const before = await broadcast();
      sim.after(13_000 - sim.nowMs, () => {
        for (const node of nodes) node.pause(stillMs);
        sim.after(3_000, () => encoders[0]!.drop());
      });
      sim.after(answerByMs - 5_000 - sim.nowMs, async () => {
        if ((await broadcast()) === before)
          sim.violation("a broadcast goes on to which nobody could publish for longer than the grace");
      });
    });
  },
};

async function broadcastOf(edge: SimEdge, channel: string, untilMs: number) {
  const id = `drill-${edge.sim.nowMs}`;
  const status = await edge.callUntil<ChannelStatus>(channel, { type: "describe" }, id, untilMs);
  return status?.broadcastId ?? null;
}
