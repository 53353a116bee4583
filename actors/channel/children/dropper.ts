// Drops an encoder at nginx until it is gone: one that a newer one has replaced, or whose broadcast was stopped.

import { type Clock, every } from "#runtime/base/clock.ts";
import type { Ingests } from "../ingest.ts";
import type { Session } from "../rules/state.ts";
import type { ChannelChild } from "./child.ts";

const DROP_EVERY_MS = 300;
/** A hook that was still under way when we dropped may bring the session in late. */
const DROPPED_AFTER_MS = 2_000;
/** An nginx that is cut off from us keeps its encoders; one that is silent for so long is gone, and they with it. */
const NGINX_GONE_MS = 60_000;

export interface DropperParts {
  clock: Clock;
  ingests: Ingests;
}

/** Tells `dropped` once, when the session has not been listed for a while, or its nginx has not answered for a long one. */
export const dropper: ChannelChild<DropperParts, Session> = {
  name: "dropper",
  runs: ({ dropping }) => dropping,
  key: ({ publicName }) => publicName,
  start({ ingest: id, publicName }, { parts: { clock, ingests }, self }) {
    const ingest = ingests.get(id);
    let goneSinceMs = clock.monoMs();
    let heardMs = clock.monoMs();
    let told = false;
    const turn = async () => {
      await ingest?.dropPublisher(publicName).catch(() => {}); // The list below tells whether it worked.
      const names = await ingest?.publishing({ fresh: true });
      const nowMs = clock.monoMs();
      if (names) heardMs = nowMs;
      if (names?.has(publicName)) goneSinceMs = nowMs;
      const gone = names ? nowMs - goneSinceMs >= DROPPED_AFTER_MS : nowMs - heardMs >= NGINX_GONE_MS;
      if (told || !gone) return;
      told = true;
      self.tell({ type: "dropped", publicName });
    };
    void turn();
    const stop = every(clock, DROP_EVERY_MS, turn);
    return { stop: async () => stop() };
  },
};
