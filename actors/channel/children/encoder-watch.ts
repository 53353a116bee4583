// Looks whether nginx still has the encoder.

import { type Clock, every } from "#runtime/base/clock.ts";
import { sessionKey } from "#schema/wire/channel.ts";
import type { Ingests } from "../ingest.ts";
import { isOnAir, type Session } from "../rules/state.ts";
import type { ChannelChild } from "./child.ts";

const WATCH_MS = 1_000;
/** Not listed for so long: the encoder is gone. */
const GONE_AFTER_MS = 5_000;
/** nginx silent for so long: it is gone with its encoders, or this node is cut off from it. */
const SILENT_AFTER_MS = 5_000;
/** Still here and still silent: no other node was found, so it counts as gone. */
const SILENT_GONE_MS = 10_000;
/** A new session appears in the list only after its hook was answered. */
const APPEARS_WITHIN_MS = 10_000;

export interface EncoderWatchParts {
  clock: Clock;
  ingests: Ingests;
}

/** Tells `encoderGone` once, when nginx does not list the session any more; before that perhaps `ingestSilent`. */
export const encoderWatch: ChannelChild<EncoderWatchParts, Session> = {
  name: "encoder watch",
  runs: (state) => (isOnAir(state) ? [state.session] : []),
  key: sessionKey,
  start(session, { parts: { clock, ingests }, self }) {
    const ingest = ingests.get(session.ingest);
    let goneAtMs = clock.monoMs() + APPEARS_WITHIN_MS;
    let heardMs = clock.monoMs();
    const told = new Set<string>();
    const tellOnce = (type: "encoderGone" | "ingestSilent") => {
      if (told.has(type)) return;
      told.add(type);
      self.tell({ type, session: sessionKey(session) });
    };
    const stop = every(clock, WATCH_MS, async () => {
      const names = (await ingest?.publishing()) ?? null;
      const nowMs = clock.monoMs();
      if (names) {
        heardMs = nowMs;
        told.delete("ingestSilent");
        if (names.has(session.publicName)) goneAtMs = nowMs + GONE_AFTER_MS;
        else if (nowMs >= goneAtMs) tellOnce("encoderGone");
      } else if (nowMs - heardMs >= SILENT_GONE_MS) tellOnce("encoderGone");
      else if (nowMs - heardMs >= SILENT_AFTER_MS) tellOnce("ingestSilent");
    });
    return { stop: async () => stop() };
  },
};
