// Keeps a broadcast's parts and segments in memory through all its sessions and attempts.

import type { Clock } from "#runtime/base/clock.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import { VERDICT_MS_MIN } from "#runtime/cluster/judge.ts";
import { SOURCE_RENDITION } from "#schema/wire/media.ts";
import type { PackagerEvent } from "#transcoding/packager/numbers/saved.ts";
import { Packager } from "#transcoding/packager/packager.ts";
import type { Message } from "../rules/messages.ts";
import { type Broadcast, broadcastOf, type State } from "../rules/state.ts";
import type { ChannelChild } from "./child.ts";

/** A node whose bus link was alive is not judged dead within this time, a little less than a verdict takes. One whose process has ended is, and
 *  lists nothing. */
const SOLE_FOR_MS = VERDICT_MS_MIN - 40;

export interface PackagerParts {
  clock: Clock;
  bus: Pick<Bus, "link">;
  /** Wanted length of parts. */
  partMs: number;
  /** By broadcast: what the origin serves. */
  packagers: Map<string, Packager>;
}

export const packager: ChannelChild<PackagerParts, Broadcast> = {
  name: "packager",
  runs(state) {
    const broadcast = broadcastOf(state);
    return broadcast ? [broadcast] : [];
  },
  key: ({ id }) => id,
  start(broadcast, { parts: { clock, bus, partMs, packagers }, channel, self }) {
    const headNumber = broadcast.media?.headNumber ?? -1;
    const made = new Packager({
      broadcastId: broadcast.id,
      epoch: channel.epoch,
      renditions: [SOURCE_RENDITION],
      partMs,
      clock,
      resume: broadcast.media,
      // A packager restarted by the same owner (after being cut off) must not reuse numbers that viewers may have seen. Its media comes
      // from memory: the row may be older.
      startNumber: Math.max(broadcast.startNumber, headNumber + 1),
      resumesUnsaved: headNumber >= broadcast.startNumber,
      // A link that is newer than `sinceMs` was down in between, so this owner may have been judged dead.
      soleUntilMs: (sinceMs) => (bus.link.sinceMs <= sinceMs ? bus.link.heardMs + SOLE_FOR_MS : sinceMs),
      onEvent: (event) => self.tell(messageOf(broadcast.id, event, channel.viewers)),
    });
    packagers.set(broadcast.id, made);
    return {
      stop: async () => {
        if (packagers.get(broadcast.id) === made) packagers.delete(broadcast.id);
        made.stop();
      },
      saved(state, sentMonoMs) {
        const saved = state as State;
        const media = saved.phase !== "offline" && saved.broadcast.id === broadcast.id ? saved.broadcast.media : null;
        if (!media) return;
        made.savedFrom(media.window[0]?.number ?? 0);
        made.covered(media.headNumber, sentMonoMs);
      },
    };
  },
};

/** The channel's message for a packager event. What a packager calls a session has one clock: here that is the public name of a pull. */
function messageOf(broadcastId: string, event: PackagerEvent, viewers: number): Message {
  switch (event.type) {
    case "opened":
      return { type: "numberOpened", broadcastId, number: event.number };
    case "closed":
      return { type: "segmentClosed", broadcastId, media: event.media, viewers };
    case "listed":
      return { type: "listed", broadcastId };
    case "source":
      return { type: "sourceSeen", publicName: event.session, info: event.info };
    case "failed": {
      const { session: publicName, attempt, problem } = event;
      return { type: "attemptFailed", publicName, attempt, problem };
    }
    case "ready":
      return { type: "ready", publicName: event.session, attempt: event.attempt };
    case "cleared":
      return { type: "unwarned", publicName: event.session, code: event.code };
    case "warned":
      return { type: "warned", publicName: event.session, problem: event.problem };
  }
}
