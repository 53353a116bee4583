// Decides what follows an attempt that ended or cannot be shown: another attempt, at once or after a pause, here or at another node.

import { backoffMs } from "#runtime/base/backoff.ts";
import type { SourceProblem } from "#schema/api/broadcasts.ts";
import { problems } from "#transcoding/packager/attempt/problems.ts";
import type { Message, Outcome } from "./messages.ts";
import type { OnAir, Pause, Unfit } from "./state.ts";

/** After this many pulls in a row without a byte, another node is asked: it may reach nginx better. */
const PULLS_FAILED_MAX = 2;
/** Another node is asked at most once in this time for the same cause, by whichever node. */
const UNFIT_EVERY_MS = 30_000;
/** Back-off after the first restart, which comes at once. */
const RESTART_PAUSES = { firstMs: 250, longestMs: 10_000 };
/** The streamer is told after this many attempts without a segment. */
const FAILURES_TOLD = 5;
/** A source without a picture is tried again after this time: the streamer may have fixed it without reconnecting. */
const PROBLEM_RETRY_MS = 30_000;
const FOR_GOOD = new Set<SourceProblem["code"]>(["unsupported_video_codec", "unsupported_audio_codec", "over_limit"]);

type Ended = Extract<Message, { type: "intakeEnded" }>;

/** The intake ended by itself. `pulled` false: nginx sent nothing. */
export function intakeEnded(state: OnAir, { problem, pulled }: Ended, nowMs: number): Outcome {
  if (problem) return failedBy(problem, nowMs);
  const { failures } = state;
  const pause = failures === 0 ? null : { untilMs: nowMs + backoffMs(RESTART_PAUSES, failures - 1) };
  const outcome = failed(failures + 1 >= FAILURES_TOLD ? sourceUnreadable : null, pause, pulled);
  const { pullsFailed = 0, unfitAtMs } = state;
  if (pulled || pullsFailed + 1 < PULLS_FAILED_MAX || isRecent(unfitAtMs, nowMs)) return outcome;
  const elsewhere = handElsewhere(state, "pulls fail", nowMs);
  return { ...elsewhere, events: [...(outcome.events ?? []), ...(elsewhere.events ?? [])] };
}

/** The source itself cannot be shown: the next attempt follows after PROBLEM_RETRY_MS, or never if the problem is in FOR_GOOD. */
export function failedBy(problem: SourceProblem, nowMs: number): Outcome {
  const untilMs = FOR_GOOD.has(problem.code) ? null : nowMs + PROBLEM_RETRY_MS;
  return failed(problem, { untilMs }, true);
}

/** Another node was asked too recently to ask again. */
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

/** No full segment has come in time. The pull goes on: the picture may still begin. */
export const withoutPicture = (state: OnAir): Outcome => problemSeen(state, noPicture);

/** The source cannot be shown as it is; the pull goes on. */
export const problemSeen = ({ problem: known }: OnAir, problem: SourceProblem): Outcome =>
  known?.code === problem.code ? {} : { events: [{ type: "problemSeen", problem }] };

/** `stopped`: the source is pulled again, since the fault may lie on our way from nginx. */
export function pictureMissing(state: OnAir, why: "stopped" | "never"): Outcome {
  if (why === "never") return problemSeen(state, problems.noVideo);
  return failed(pictureStopped, null, true);
}

const noPicture: SourceProblem = {
  code: "no_video",
  detail:
    "Your encoder is connected but sends no picture we can show: in OBS, add a video source and choose an H.264 encoder with a keyframe interval of 2 s.",
};

const pictureStopped: SourceProblem = {
  code: "no_picture_since",
  detail:
    "Your encoder sends sound but no picture any more: check in OBS that the scene still shows something, and restart the stream if it does.",
};

const sourceUnreadable: SourceProblem = {
  code: "transcoder_failing",
  detail: "Your stream cannot be read right now; we keep trying. If this continues, stop and start streaming in OBS.",
};
