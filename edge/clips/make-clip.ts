// Makes a clip: finds the pointer to what is asked for, and waits a little where that is on its way into the object store.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { Random } from "#runtime/base/random.ts";
import type { Sql } from "#schema/database.ts";
import { CLIPS_PER_CHANNEL_MAX, createClip } from "#schema/queries/clips/clips.ts";
import { playableVideo } from "#schema/queries/videos/playable.ts";
import { renditionsWith } from "#schema/queries/videos/segments.ts";
import type { VideoPlaylists } from "../videos/playlists.ts";
import { type Pointer, pointerTo, type Wanted } from "./span.ts";

/** What is live is stored within about a segment and a second. */
const WAIT_MS = 5_000;
/** Lower qualities are stored at about the same time. One that is not made any more is not waited for longer. */
const RENDITIONS_WAIT_MS = 500;
const LOOK_MS = 250;

interface MakerParts {
  sql: Sql;
  clock: Clock;
  random: Random;
  playlists: Pick<VideoPlaylists, "reference">;
}

interface ClipRequest extends Wanted {
  videoId: string;
  userId: string;
  title: string;
}

/** Returns its id. Throws Refusal: `not_found`, `not_stored_yet`, `part_unavailable`, `too_many`. */
export async function makeClip(parts: MakerParts, { videoId, userId, title, ...wanted }: ClipRequest): Promise<string> {
  const { sql, clock, random } = parts;
  const pointer = await stored(parts, videoId, wanted);
  const id = random.uuid(clock.wallMs());
  const outcome = await createClip(sql, { id, videoId, userId, title, ...pointer });
  if (outcome === "gone") throw new Refusal("not_found");
  if (outcome === "too many") throw new Refusal("too_many", `At most ${CLIPS_PER_CHANNEL_MAX} clips of a channel.`);
  return id;
}

async function stored({ sql, clock, playlists }: MakerParts, videoId: string, wanted: Wanted): Promise<Pointer> {
  for (const startMs = clock.monoMs(); ; await clock.sleep(LOOK_MS)) {
    const video = await playableVideo(sql, videoId);
    if (!video) throw new Refusal("not_found");
    const isRecording = video.status === "recording";
    const pointer = pointerTo(await playlists.reference(video), wanted, { isRecording });
    const waitedMs = clock.monoMs() - startMs;
    if (pointer === "later") {
      if (waitedMs >= WAIT_MS) throw new Refusal("not_stored_yet", "try again in a moment", LOOK_MS * 4);
      continue;
    }
    const { length } = await renditionsWith(sql, { videoId, number: pointer.lastNumber });
    if (!isRecording || length >= video.renditions.length || waitedMs >= RENDITIONS_WAIT_MS) return pointer;
  }
}
