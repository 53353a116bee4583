// Serves schema/api/highlights.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import { createHighlight } from "#schema/api/highlights.ts";
import type { VideoView } from "#schema/api/videos.ts";
import { beginHighlight, type HighlightPart } from "#schema/queries/videos/highlights.ts";
import { playableVideo } from "#schema/queries/videos/playable.ts";
import { HIGHLIGHT_MS_MAX, HIGHLIGHT_PART_MS_MIN } from "#schema/wire/highlight-limits.ts";
import { isUuid } from "#schema/wire/ids.ts";
import { END_SLACK_MS } from "#schema/wire/video-end.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { Who } from "../identity/tokens/who.ts";
import type { EdgeWorld } from "../world.ts";
import { keptVideo } from "./asked.ts";
import type { Listing } from "./listing.ts";
import type { VideoPlaylists } from "./playlists.ts";

interface HighlightParts {
  playlists: Pick<VideoPlaylists, "reference">;
  videoOf(videoId: string, who: Who): Promise<VideoView>;
}

export function highlightRoutes(world: EdgeWorld, { playlists, videoOf }: HighlightParts): Served[] {
  const { database, config, random, clock, log } = world;
  const { sql } = database;
  const { countPerUser: countMax, bytesPerUser: bytesMax } = config.uploads;

  return [
    serve(createHighlight, async ({ channel, body, who }) => {
      const sourceId = body.videoId.toLowerCase();
      if (!isUuid(sourceId)) throw new Refusal("not_found");
      const source = await keptVideo(sql, sourceId, who);
      if (source.channelId !== channel.id) throw new Refusal("not_found");
      if (source.status === "recording") throw new Refusal("still_recording");
      const playable = source.status === "ready" ? await playableVideo(sql, sourceId) : null;
      if (!playable) throw new Refusal("not_found");
      const parts = segmentsOf(body.parts, await playlists.reference(playable));
      const videoId = random.uuid(clock.wallMs());
      const title = body.title ?? (source.title.trim() || source.displayName);
      const begun = await beginHighlight(
        sql,
        { videoId, channelId: channel.id, sourceId, title, visibility: body.visibility ?? source.visibility, parts },
        { countMax, bytesMax },
      );
      if (begun === "gone") throw new Refusal("not_found");
      if (begun === "too many") throw new Refusal("too_many", `At most ${countMax} highlights at a time.`);
      if (begun === "too many bytes") throw new Refusal("quota_reached");
      log.info({ video: videoId, source: sourceId, user: who.userId, parts: parts.length }, "highlight begun");
      return videoOf(videoId, who);
    }),
  ];
}

/** In the order of the video; what lies over or beside each other becomes one. Throws Refusal: `part_unavailable`, `highlight_too_long`. */
export function segmentsOf(
  asked: readonly { startMs: number; endMs: number }[],
  listing: Pick<Listing, "at" | "timeline">,
): HighlightPart[] {
  const parts = asked.map(({ startMs, endMs }) => {
    if (endMs - startMs < HIGHLIGHT_PART_MS_MIN)
      throw new Refusal("part_unavailable", `a part has ${HIGHLIGHT_PART_MS_MIN} ms or more`);
    const storedMs = listing.timeline.durationMs;
    if (endMs > storedMs + END_SLACK_MS) throw new Refusal("part_unavailable", "behind the end");
    const [first, last] = [listing.at(startMs), listing.at(Math.min(endMs, storedMs) - 1)];
    if (!first || !last || first.isGap || last.isGap)
      throw new Refusal("part_unavailable", "where a part begins or ends, the video was lost");
    return { firstNumber: first.number, lastNumber: last.number };
  });
  const merged: HighlightPart[] = [];
  for (const part of parts.toSorted((a, b) => a.firstNumber - b.firstNumber)) {
    const before = merged.at(-1);
    if (before && part.firstNumber <= before.lastNumber + 1)
      before.lastNumber = Math.max(before.lastNumber, part.lastNumber);
    else merged.push({ ...part });
  }
  if (asked.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0) > HIGHLIGHT_MS_MAX)
    throw new Refusal("highlight_too_long", `at most ${HIGHLIGHT_MS_MAX / 3_600_000} hours`);
  return merged;
}
