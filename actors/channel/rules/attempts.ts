// What follows from an attempt that ended or cannot be shown: another attempt, at once or after a pause, here or at another node.

import { backoffMs } from "#runtime/base/backoff.ts";
import type { SourceProblem } from "#schema/api/broadcasts.ts";
import type { Message, Outcome } from "./messages.ts";
import type { OnAir, Pause, Unfit } from "./state.ts";

/** So many pulls in a row without a byte: another node may have a better way to nginx. */
const PULLS_FAILED_MAX = 2;
/** It is asked for no more often than this for the same cause, by whichever node. */
const UNFIT_EVERY_MS = 30_000;
/** The first restart comes at once, the others after these. */
const RESTART_PAUSES = { firstMs: 250, longestMs: 10_000 };
/** After so many attempts without a segment the streamer is told. */
const FAILURES_TOLD = 5;
/** A source that gave no picture is tried again after so long: the streamer may have mended it without reconnecting. */
const PROBLEM_RETRY_MS = 30_000;
const FOR_GOOD = new Set<SourceProblem["code"]>(["unsupported_video_codec", "unsupported_audio_codec"]);

type Exited = Extract<Message, { type: "transcoderExited" }>;

/** `pulled` false: it got nothing out of nginx. */
export function exited(state: OnAir, { problem, pulled }: Exited, nowMs: number): Outcome {
  if (problem) return failedBy(problem, nowMs);
  const { failures } = state;
  const pause = failures === 0 ? null : { untilMs: nowMs + backoffMs(RESTART_PAUSES, failures - 1) };
  const outcome = failed(failures + 1 >= FAILURES_TOLD ? transcoderFailing : null, pause, pulled);
  const { pullsFailed = 0, unfitAtMs } = state;
  if (pulled || pullsFailed + 1 < PULLS_FAILED_MAX || isRecent(unfitAtMs, nowMs)) return outcome;
  const elsewhere = handElsewhere(state, "pulls fail", nowMs);
  return { ...elsewhere, events: [...(outcome.events ?? []), ...(elsewhere.events ?? [])] };
}

/** The source itself cannot be shown: a new attempt follows when the streamer may have mended it, or never. */
export function failedBy(problem: SourceProblem, nowMs: number): Outcome {
  const untilMs = FOR_GOOD.has(problem.code) ? null : nowMs + PROBLEM_RETRY_MS;
  return failed(problem, { untilMs }, true);
}

/** Another node is not asked for again so soon. */
export const isRecent = (atMs: number | undefined, nowMs: number) =>
  atMs !== undefined && nowMs - atMs < UNFIT_EVERY_MS;

/** Asks another node to take the channel. */
export const handElsewhere = ({ session }: OnAir, why: Unfit, nowMs: number): Outcome => ({
  events: [{ type: "unfit", why, atMs: nowMs }],
  effects: [{ type: "handElsewhere", session, why }],
});

const failed = (problem: SourceProblem | null, pause: Pause | null, pulled: boolean): Outcome => ({
  events: [{ type: "failed", problem, pause, pulled }],
});

/** FFmpeg runs, and nothing has been shown for long. */
export const withoutPicture = (nowMs: number): Outcome =>
  failed(noPicture, { untilMs: nowMs + PROBLEM_RETRY_MS }, true);

const noPicture: SourceProblem = {
  code: "no_video",
  detail:
    "Your encoder is connected but sends no picture we can show: in OBS, add a video source and choose an H.264 encoder with a keyframe interval of 2 s.",
};

const transcoderFailing: SourceProblem = {
  code: "transcoder_failing",
  detail: "Your stream cannot be read right now; we keep trying. If it stays so, stop and start streaming in OBS.",
};
