// Records what viewers could see of a broadcast, and finishes the recording when it is over.

import type { Clock } from "#runtime/base/clock.ts";
import type { Random } from "#runtime/base/random.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import { SOURCE_RENDITION } from "#schema/wire/media.ts";
import { Recorder } from "#transcoding/recorder/recorder.ts";
import { type HoleRows, type RecentMedia, Refiller } from "#transcoding/recorder/refill/refiller.ts";
import type { RecordingRows } from "#transcoding/recorder/rows.ts";
import type { SegmentSpool } from "#transcoding/recorder/spool.ts";
import type { Ingests } from "../ingest.ts";
import { broadcastOf, pullOf, type State } from "../rules/state.ts";
import type { ChannelChild } from "./child.ts";
import type { PackagerParts } from "./packager.ts";

/** What a node needs to record. */
export interface Recording {
  objects: Objects;
  rows: RecordingRows;
  /** Null: what a change of owners leaves out stays marked. */
  holes: HoleRows | null;
  spool: SegmentSpool;
  /** `source`: the source alone is kept, `all`: its rungs too. */
  renditions: "source" | "all";
  /** Broadcasts that a recorder of this node is at. */
  running: Set<string>;
}

export interface RecorderParts {
  clock: Clock;
  random: Random;
  packagers: PackagerParts["packagers"];
  ingests: Ingests;
  /** Null: this system has no object store, and nothing is recorded. */
  recording: Recording | null;
}

interface Recorded {
  broadcastId: string;
  over: boolean;
}

/** Tells `kept` once nothing is left to do for an ended broadcast. */
export const recorder: ChannelChild<RecorderParts, Recorded> = {
  name: "recorder",
  runs(state) {
    const over = (state.unfinished ?? []).map((broadcastId) => ({ broadcastId, over: true }));
    const broadcast = state.phase === "offline" ? null : broadcastOf(state);
    return broadcast?.liveAtMs != null ? [...over, { broadcastId: broadcast.id, over: false }] : over;
  },
  key: ({ broadcastId }) => broadcastId,
  start({ broadcastId, over }, { parts, channel, self }) {
    const { clock, random, packagers, ingests, recording } = parts;
    const onDone = () => self.tell({ type: "kept", broadcastId });
    if (!recording) return nothing(onDone, { broadcastId, over });
    const { renditions, running: ids, holes, ...stores } = recording;
    ids.add(broadcastId);
    const log = channel.log.child({ broadcast: broadcastId });
    const owner = { videoId: broadcastId, channelId: channel.channelId, epoch: channel.epoch };
    let recent: RecentMedia | null = null;
    const running = new Recorder({
      ...{ clock, random, log, ...stores, ...owner, onDone },
      ...(holes && {
        refiller: new Refiller({ clock, random, log, ...stores, ...owner, rows: holes, recent: () => recent }),
      }),
      packager: () => packagers.get(broadcastId) ?? null,
      keeps: (rendition) => renditions === "all" || rendition === SOURCE_RENDITION,
    });
    if (over) running.finish();
    return {
      async stop() {
        await running.stop();
        ids.delete(broadcastId);
      },
      saved: (state) => {
        // A broadcast may be over before the hole at its owner's beginning is filled.
        recent = recentOf(state as State, ingests) ?? recent;
        if (isOver(state as State, broadcastId)) running.finish();
      },
      // The store fences its rows, and what it cannot store waits.
      outlastsCutOff: true,
    };
  },
};

/** What the encoder that is pulled now has sent. Null: none is. */
function recentOf(state: State, ingests: Ingests): RecentMedia | null {
  const session = pullOf(state)?.session;
  const ingest = session && ingests.get(session.ingest);
  return ingest ? { since: (sinceMs) => ingest.recent(session.publicName, sinceMs) } : null;
}

const isOver = ({ unfinished = [] }: State, broadcastId: string) => unfinished.includes(broadcastId);

/** In place of a recorder where nothing is recorded. */
function nothing(onDone: () => void, { broadcastId, over }: Recorded) {
  if (over) onDone();
  return {
    stop: async () => {},
    saved: (state: unknown) => {
      if (isOver(state as State, broadcastId)) onDone();
    },
    outlastsCutOff: true,
  };
}
