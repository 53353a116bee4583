// The ladder of a channel: one FFmpeg that encodes the rungs from what the intake pulls. The source never waits for it.

import type { Child } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { ProcessHost } from "#runtime/process/process.ts";
import { startLadder } from "#transcoding/ladder/ladder.ts";
import type { LadderPlan } from "../ladder-plan.ts";
import { type Ladder, type Pull, pullOf } from "../rules/state.ts";
import type { Sources } from "../sources.ts";
import type { ChannelChild } from "./child.ts";

/** Earlier failures are over once a run has lagged by no more than this for so long. */
const KEEPS_UP_LAG_MS = 4_000;
const KEPT_UP_MS = 10_000;

export interface LadderParts {
  clock: Clock;
  processes: ProcessHost;
  ffmpegPath: string;
  /** Folder of the sockets between FFmpeg and the packager. */
  socketDir: string;
  sources: Sources;
  ladderPlan: LadderPlan;
}

interface RunningLadder extends Pull {
  ladder: Ladder;
}

/** Tells `ladderKeptUp` once, and `ladderEnded` when FFmpeg ends without being asked to. */
export const ladder: ChannelChild<LadderParts, RunningLadder> = {
  name: "ladder",
  runs(state) {
    const pull = pullOf(state);
    return pull?.ladder && pull.ladder.rungs.length > 0 && !pull.ladder.pause ? [{ ...pull, ladder: pull.ladder }] : [];
  },
  key: ({ session, attempt, ladder: { run } }) => `${session.publicName}#${attempt} ladder ${run}`,
  start(
    { session: { publicName }, attempt, broadcast, ladder: { rungs: names, run } },
    { parts, channel, self },
  ): Child {
    const { clock, processes, ffmpegPath, socketDir, sources, ladderPlan } = parts;
    const source = sources.get(publicName);
    const rungs = ladderPlan.rungsOf(publicName, names);
    // A new owner's intake has not begun yet: it chooses the rungs again.
    if (!source?.media || rungs.length === 0) return { stop: async () => {} };
    const { init, sinks } = source.media;
    const ref = { publicName, attempt, run };
    const keptUp = whenKeptUp(() => self.tell({ type: "ladderKeptUp", ...ref }));
    const running = startLadder({
      ...{ clock, processes, ffmpegPath, socketDir, rungs, encoder: ladderPlan.encoder },
      log: channel.log.child({ broadcast: broadcast.id, attempt, run }),
      headers: init.headers,
      atMs: source.atMs,
      sink: (rung) => sinks.rung(rung),
      // After weeks FLV can count no further: the next run begins at once, like after any other end.
      onExit: () => self.tell({ type: "ladderEnded", ...ref }),
      onSpeed: (speed) => {
        ladderPlan.measured(publicName, speed);
        keptUp(speed?.lagMs ?? null, clock.monoMs());
      },
    });
    const stopListening = source.listen(running);
    return {
      stop(how) {
        stopListening();
        ladderPlan.measured(publicName, null);
        return running.stop(how);
      },
    };
  },
};

/** Calls `tell` once, when the lags given to the returned function have been small for long enough. */
function whenKeptUp(tell: () => void): (lagMs: number | null, monoMs: number) => void {
  let sinceMs: number | null = null;
  let told = false;
  return (lagMs, monoMs) => {
    sinceMs = lagMs === null || lagMs > KEEPS_UP_LAG_MS ? null : (sinceMs ?? monoMs);
    if (told || sinceMs === null || monoMs - sinceMs < KEPT_UP_MS) return;
    told = true;
    tell();
  };
}
