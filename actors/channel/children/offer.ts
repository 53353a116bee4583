// What viewers of a broadcast are offered: the source and its rungs, or the rungs alone where browsers cannot play the source.

import { isReplaced } from "../rules/ladder.ts";
import { pullOf } from "../rules/state.ts";
import type { ChannelChild } from "./child.ts";
import type { PackagerParts } from "./packager.ts";

interface Offer {
  broadcastId: string;
  sourceOffered: boolean;
}

/** Runs once the source is known. Until then the packager goes on with what it offered before. */
export const offer: ChannelChild<Pick<PackagerParts, "packagers">, Offer> = {
  name: "offer",
  runs(state) {
    const pull = pullOf(state);
    return pull?.ladder ? [{ broadcastId: pull.broadcast.id, sourceOffered: !isReplaced(pull.ladder) }] : [];
  },
  key: ({ broadcastId, sourceOffered }) => `${broadcastId} ${sourceOffered ? "with" : "without"} source`,
  start({ broadcastId, sourceOffered }, { parts: { packagers } }) {
    packagers.get(broadcastId)?.offerSource(sourceOffered);
    return { stop: async () => {} };
  },
};
