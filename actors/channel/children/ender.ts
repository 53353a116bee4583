// Ends the playlists of a broadcast that is over: ENDLIST.

import type { ChannelChild } from "./child.ts";
import type { PackagerParts } from "./packager.ts";

export type EnderParts = Pick<PackagerParts, "packagers">;

/** Runs beside the packager, which stays until viewers had time to read the end. */
export const ender: ChannelChild<EnderParts, string> = {
  name: "ender",
  runs: (state) => (state.phase === "offline" && state.over ? [state.over.broadcast.id] : []),
  key: (broadcastId) => broadcastId,
  start(broadcastId, { parts: { packagers } }) {
    packagers.get(broadcastId)?.end();
    return { stop: async () => {} };
  },
};
