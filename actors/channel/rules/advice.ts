// What the intake found out about a source, as warnings for the streamer, in plain words and with numbers. A warning is taken back when its cause is gone.

import type { SourceProblem } from "#schema/api/broadcasts.ts";
import type { IntakeFact } from "#transcoding/intake/facts.ts";
import { problemSeen } from "./attempts.ts";
import type { Outcome } from "./messages.ts";
import type { OnAir } from "./state.ts";

/** A warning about something momentary stays this long after its last cause. */
const MOMENTARY_MS = 5 * 60_000;

/** Facts that only the log needs change nothing. */
export function advise(state: OnAir, fact: IntakeFact, nowMs: number): Outcome {
  switch (fact.fact) {
    case "clockJumped":
      return warned(clockJumped(fact.byMs), nowMs + MOMENTARY_MS);
    case "futureFrame":
      return warned(frameElsewhere(fact.byMs), nowMs + MOMENTARY_MS);
    case "tracksApart":
      return warned(tracksApart(fact.byMs), nowMs + MOMENTARY_MS);
    case "clockStands":
      return warned(clockStands(fact.kind));
    case "clockWalks":
      return { events: [{ type: "unwarned", codes: ["clock_stands_still"] }] };
    case "encoderTooSlow":
      return only(tooSlow(fact.speed), "encoder_too_fast");
    case "encoderTooFast":
      return only(tooFast(fact.speed), "encoder_too_slow");
    case "encoderOnTime":
      return { events: [{ type: "unwarned", codes: ["encoder_too_slow", "encoder_too_fast"] }] };
    case "problem":
      return problemSeen(state, fact.problem);
    case "problemOver":
      return state.problem?.code === fact.code ? { events: [{ type: "problemOver" }] } : {};
    default:
      return {};
  }
}

const warned = (problem: SourceProblem, untilMs?: number): Outcome => ({
  events: [{ type: "warned", problem, ...(untilMs !== undefined && { untilMs }) }],
});

const only = (problem: SourceProblem, instead: SourceProblem["code"]): Outcome => ({
  events: [
    { type: "unwarned", codes: [instead] },
    { type: "warned", problem },
  ],
});

const seconds = (ms: number) => `${+(Math.abs(ms) / 1000).toFixed(Math.abs(ms) < 10_000 ? 1 : 0)} s`;

const clockJumped = (byMs: number): SourceProblem => ({
  code: "clock_jumped",
  detail: `Your encoder's clock jumped ${byMs < 0 ? "back" : "ahead"} by ${seconds(byMs)}. The stream goes on; if it happens again, restart the encoder, or look for a capture device or plug-in that changes its time.`,
});

const frameElsewhere = (byMs: number): SourceProblem => ({
  code: "clock_jumped",
  detail: `Your encoder dated single frames ${seconds(byMs)} ${byMs < 0 ? "too early" : "too late"}. They were shown at the right time; if it happens often, update the encoder.`,
});

const tracksApart = (byMs: number): SourceProblem => ({
  code: "sound_and_picture_apart",
  detail: `Your encoder dates sound and picture ${seconds(byMs)} apart. They were laid together by their arrival; if lips and voice do not match, restart the stream, and check Sync Offset in OBS under Advanced Audio Properties.`,
});

const clockStands = (kind: "video" | "audio"): SourceProblem => ({
  code: "clock_stands_still",
  detail: `Your encoder's clock for the ${kind === "video" ? "picture" : "sound"} stands still. The stream is shown by the time of its arrival, less evenly than it could be: restart the encoder.`,
});

const tooSlow = (speed: number): SourceProblem => ({
  code: "encoder_too_slow",
  detail: `Your encoder sends ${speed.toFixed(2)} s of stream each second, so viewers see pauses: in OBS choose a faster encoder preset, a lower resolution or a lower frame rate, or check the network.`,
});

const tooFast = (speed: number): SourceProblem => ({
  code: "encoder_too_fast",
  detail: `Your encoder sends ${speed.toFixed(2)} s of stream each second, so viewers skip ahead: send at the speed of playback (with FFmpeg: -re).`,
});
