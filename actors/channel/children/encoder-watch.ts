// Checks whether nginx still has the encoder.

import { type Clock, every } from "#runtime/base/clock.ts";
import { sessionKey } from "#schema/wire/channel.ts";
import type { Ingests } from "../ingest.ts";
import { isOnAir, type Session } from "../rules/state.ts";
import type { ChannelChild } from "./child.ts";

const WATCH_MS = 1_000;
/** After this time unlisted, the encoder counts as gone. */
const GONE_AFTER_MS = 5_000;
/** After this silence, nginx is gone with its encoders or this node is cut off from nginx. */
const SILENT_AFTER_MS = 5_000;
/** After this silence no other node has taken the channel, so the encoder counts as gone. */
const SILENT_GONE_MS = 10_000;
/** nginx lists a new session only after its publish hook was answered. */
const APPEARS_WITHIN_MS = 10_000;

export interface EncoderWatchParts {
  clock: Clock;
  ingests: Ingests;
}

/** `absent`: nobody watched the session for a while, so that it is not new to nginx. */
type WatchedSession = Session & { absent?: true };

/** Tells `encoderGone` once when the encoder is gone, `encoderSeen` once when nginx lists it, and `ingestSilent` once per silence of nginx. */
export const encoderWatch: ChannelChild<EncoderWatchParts, WatchedSession> = {
  name: "encoder watch",
  runs: (state) => (isOnAir(state) ? [{ ...state.session, ...(state.absence && { absent: true }) }] : []),
  key: sessionKey,
  start(session, { parts: { clock, ingests }, self }) {
    const ingest = ingests.get(session.ingest);
    let goneAtMs = clock.monoMs() + (session.absent ? 0 : APPEARS_WITHIN_MS);
    let heardMs = clock.monoMs();
    const told = new Set<string>();
    const tellOnce = (type: "encoderGone" | "encoderSeen" | "ingestSilent") => {
      if (told.has(type)) return;
      told.add(type);
      self.tell({ type, session: sessionKey(session) });
    };
    const look = async () => {
      const names = (await ingest?.publishing()) ?? null;
      const nowMs = clock.monoMs();
      if (names) {
        heardMs = nowMs;
        told.delete("ingestSilent");
        if (names.has(session.publicName)) {
          goneAtMs = nowMs + GONE_AFTER_MS;
          if (session.absent) tellOnce("encoderSeen");
        } else if (nowMs >= goneAtMs) tellOnce("encoderGone");
      } else if (nowMs - heardMs >= SILENT_GONE_MS) tellOnce("encoderGone");
      else if (nowMs - heardMs >= SILENT_AFTER_MS) tellOnce("ingestSilent");
    };
    if (session.absent) void look();
    const stop = every(clock, WATCH_MS, look);
    return { stop: async () => stop() };
  },
};
