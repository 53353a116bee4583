// Writes the phase of a broadcast to the list of broadcasts, and retries until the write has worked.

import { Backoff } from "#runtime/base/backoff.ts";
import { type Clock, within } from "#runtime/base/clock.ts";
import { reason } from "#runtime/base/log.ts";
import type { BroadcastEntry } from "#schema/queries/channels/broadcast-writes.ts";
import { isLongOver } from "../rules/absence.ts";
import type { State } from "../rules/state.ts";
import { shownPhase } from "../rules/status.ts";
import type { ChannelChild } from "./child.ts";

const RETRY_PAUSES = { firstMs: 200, longestMs: 5_000 };
/** Above the server's statement timeout of 5 s. A cut connection stays silent for many minutes. */
const ANSWER_MS = 6_000;

export interface RegistrarParts {
  clock: Clock;
  broadcasts: BroadcastList;
}

/** Both reject while the store is away. */
export interface BroadcastList {
  /** False: this epoch does not own the channel any more, the channel is gone, or the broadcast has ended. */
  write(entry: BroadcastEntry): Promise<boolean>;
  hasChannel(channelId: string): Promise<boolean>;
}

type Entry = Omit<BroadcastEntry, "channelId" | "epoch">;

/** Tells `recorded` once the end of a broadcast is written. */
export const registrar: ChannelChild<RegistrarParts, Entry> = {
  name: "registrar",
  runs: (state) => [...state.unrecorded.map((over): Entry => ({ ...over, phase: "ended" })), ...shown(state)],
  key: ({ id, phase }) => `${id} ${phase}`,
  start(entry, { parts: { clock, broadcasts }, channel: { channelId, epoch, log }, self }) {
    let stopped = false;
    const inTime = <T>(work: Promise<T>) =>
      within(clock, ANSWER_MS, work, () => new Error(`no answer in ${ANSWER_MS} ms`));
    const work = async () => {
      const pauses = new Backoff(RETRY_PAUSES);
      while (!stopped)
        try {
          const written = await inTime(broadcasts.write({ ...entry, channelId, epoch }));
          // Not written means: this owner was replaced (the cell finds out by itself), or the channel was deleted with its broadcasts.
          const done = written || !(await inTime(broadcasts.hasChannel(channelId)));
          if (done && entry.phase === "ended") self.tell({ type: "recorded", broadcastId: entry.id });
          return;
        } catch (error) {
          log.warn({ broadcast: entry.id, reason: reason(error) }, "broadcast not written yet");
          await clock.sleep(pauses.nextMs());
        }
    };
    void work();
    return {
      stop: async () => {
        stopped = true;
      },
    };
  },
};

/** The entry of a running broadcast; empty until viewers could see it, and while it is in doubt whether it runs. */
function shown(state: State): Entry[] {
  if (state.phase === "offline" || isLongOver(state)) return [];
  const { id, liveAtMs } = state.broadcast;
  if (liveAtMs === null) return [];
  return [{ id, phase: shownPhase(state) === "live" ? "live" : "lost", liveAtMs, endedAtMs: null }];
}
