// Watches what comes of an encoder: its first picture after a reconnect, a picture that stops or never begins, and a pull that gets nothing.

import { type Clock, every } from "#runtime/base/clock.ts";
import { sessionKey } from "#schema/wire/channel.ts";
import type { Ingests } from "../ingest.ts";
import { isOnAir, type OnAir } from "../rules/state.ts";
import type { Sources } from "../sources.ts";
import type { ChannelChild } from "./child.ts";

const LOOK_MS = 500;
/** Longer than any interval of keyframes that is played (10.4 s, the default of x264 at 24 fps): nginx sends nothing before a keyframe. */
const STILL_MAX_MS = 12_000;

export interface SourceWatchParts {
  clock: Clock;
  ingests: Ingests;
  sources: Sources;
}

/**
 * For each session and attempt it tells once: `pictureSeen`; `pictureMissing` when sound comes without picture, or nginx has never had a
 * picture; `intakeEnded` when nginx has one and the pull gets nothing. Time is counted in looks, so that time in which this process itself stood still
 * does not count.
 */
export const sourceWatch: ChannelChild<SourceWatchParts, OnAir> = {
  name: "source watch",
  runs: (state) => (isOnAir(state) && !state.pause ? [state] : []),
  key: ({ session, attempt }) => `${sessionKey(session)}#${attempt}`,
  start({ session, attempt }, { parts: { clock, ingests, sources }, self }) {
    const { publicName } = session;
    const ingest = ingests.get(session.ingest);
    const source = () => sources.get(publicName);
    const ref = { session: sessionKey(session), attempt };
    const last = { pictures: source()?.pictures ?? 0, bytes: source()?.bytes ?? 0 };
    const still = { pictureMs: 0, bytesMs: 0 };
    let seen = false;
    let over = false;
    const stop = every(clock, LOOK_MS, async () => {
      const { pictures = 0, bytes = 0 } = source() ?? {};
      still.pictureMs = pictures > last.pictures ? 0 : still.pictureMs + LOOK_MS;
      still.bytesMs = bytes > last.bytes ? 0 : still.bytesMs + LOOK_MS;
      if (pictures > last.pictures && !seen) {
        seen = true;
        self.tell({ type: "pictureSeen", ...ref });
      }
      Object.assign(last, { pictures, bytes });
      if (over || still.pictureMs < STILL_MAX_MS) return;
      if (still.bytesMs < STILL_MAX_MS) {
        over = true;
        return self.tell({ type: "pictureMissing", ...ref, why: seen ? "stopped" : "never" });
      }
      const pictured = await ingest?.hasPicture(publicName);
      if (over || still.bytesMs < STILL_MAX_MS) return;
      // An encoder that is gone, and an nginx that does not answer, are for the encoder watch.
      if (pictured === false && !seen) self.tell({ type: "pictureMissing", ...ref, why: "never" });
      else if (pictured) self.tell({ type: "intakeEnded", publicName, attempt, problem: null, pulled: false });
      else return;
      over = pictured === true;
      still.pictureMs = still.bytesMs = 0;
    });
    return { stop: async () => stop() };
  },
};
