// Checks of a show's recording: everything is stored or marked, rows and objects agree.

import { call } from "#ops/tests/support/api.ts";
import { mustVerify } from "#ops/tests/support/operator-verb.ts";
import { holesOf, lengthMs, playThrough, recordedSegments } from "#ops/tests/support/recorded-video.ts";
import { until } from "#ops/tests/support/until.ts";
import type { Scene } from "../scene.ts";
import type { Stage } from "../stage.ts";
import { metricSum } from "./ingest-facts.ts";

type Played = Pick<Scene, "stage" | "show">;

/** After the longest fault about a minute of media waits. */
const CAUGHT_UP_WITHIN_MS = 60_000;
/** A node that died has been started again and has swept its spool; a refill tries for a minute. */
const AGREED_WITHIN_MS = 90_000;
const FINISHED_WITHIN_MS = 60_000;
const PICTURE_STEP_MAX_S = 0.2;

export async function videoOf({ stage, show }: Played): Promise<string> {
  const [row] = await stage.sql<{ id: string }[]>`
    SELECT id FROM videos WHERE channel_id = ${show.channel.id} AND kind = 'recording'`;
  if (!row) throw new Error("there is no recording");
  return row.id;
}

/** Segments that recorders of all nodes have lost so far. */
export const lostSegments = (stage: Stage) => metricSum(stage, stage.actors, "recorder_lost_segments_total");

/** Waits until nothing waits for the object store any more, and rows and objects agree: what an owner left behind comes last. */
export async function hasCaughtUp(played: Played): Promise<string> {
  const { stage } = played;
  const fromMs = performance.now();
  const waiting = () => metricSum(stage, stage.actors, "recorder_waiting_segments");
  await until("nothing to wait for the object store", async () => (await waiting()) === 0, {
    withinMs: CAUGHT_UP_WITHIN_MS,
  });
  const videoId = await videoOf(played);
  const verified = await until("rows and objects to agree", () => mustVerify(stage.system, videoId), {
    ...{ withinMs: AGREED_WITHIN_MS, everyMs: 1_000 },
  });
  return `all is stored ${Math.round(performance.now() - fromMs)} ms later, ${verified}`;
}

export interface Kept {
  /** Media that may be marked as lost. Default: none. */
  lostMsMax?: number;
  /** Media that must be marked as lost. */
  lostMsMin?: number;
}

/** Ends the broadcast; each number of its recording must be stored or marked, and what is stored must play. */
export const isKept =
  ({ lostMsMax = 0, lostMsMin = 0 }: Kept = {}) =>
  async (played: Played): Promise<string> => {
    const { stage, show } = played;
    const videoId = await videoOf(played);
    const { url } = stage.system;
    await call(`${url}/api/v1/channels/${show.channel.login}/broadcast/stop`, {
      method: "POST",
      token: show.streamer.accessToken,
    });
    const status = async () => (await stage.sql`SELECT status FROM videos WHERE id = ${videoId}`)[0]?.status;
    await until("a finished video", async () => (await status()) === "ready", { withinMs: FINISHED_WITHIN_MS });
    const segments = await recordedSegments(stage.sql, videoId);
    const holes = holesOf(segments);
    if (holes.length > 0) throw new Error(holes.join("\n"));
    // Numbers that an owner left out where it went on without a hole have no duration.
    const gaps = segments.filter(({ isGap, durationMs }) => isGap && durationMs > 0);
    const lostMs = Math.round(lengthMs(gaps));
    if (lostMs > lostMsMax || lostMs < lostMsMin)
      throw new Error(`${gaps.length} segments, ${lostMs} ms, are marked as lost`);
    const verified = await mustVerify(stage.system, videoId);
    const playlist = await (await fetch(`${url}/videos/${videoId}/source.m3u8`)).text();
    const marked = playlist.match(/^#EXT-X-GAP$/gm)?.length ?? 0;
    if (marked !== gaps.length) throw new Error(`${gaps.length} gaps, and ${marked} in the playlist`);
    const ofMs = Math.round(lengthMs(segments));
    if (gaps.length > 0) return `${lostMs} of ${ofMs} ms are marked as lost, ${verified}`;
    const { longestStepS, packets } = await playThrough(`${url}/videos/${videoId}/index.m3u8`);
    if (longestStepS > PICTURE_STEP_MAX_S) throw new Error(`a step of ${longestStepS} s between two pictures`);
    return `${ofMs} ms, nothing lost, ${packets} pictures in order, ${verified}`;
  };
