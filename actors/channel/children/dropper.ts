// Drops an encoder at nginx until the encoder is gone: after a newer encoder has replaced it, or after its broadcast was stopped.

import { type Clock, every } from "#runtime/base/clock.ts";
import type { Ingests } from "../ingest.ts";
import type { Session } from "../rules/state.ts";
import type { ChannelChild } from "./child.ts";

const DROP_EVERY_MS = 300;
/** How long the session must be unlisted: a publish hook in flight during the drop can bring the session back. */
const DROPPED_AFTER_MS = 2_000;
/** An nginx that is cut off from this node keeps its encoders. After this silence nginx and its encoders count as gone. */
const NGINX_GONE_MS = 60_000;

export interface DropperParts {
  clock: Clock;
  ingests: Ingests;
}

/** Tells `dropped` once: when the session was unlisted for 2 s, or when nginx was silent for 60 s. */
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
      await ingest?.dropPublisher(publicName).catch(() => {}); // The list read below shows whether the drop worked.
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
