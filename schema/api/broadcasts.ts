// Past and present broadcasts of a channel, and the health of the present one.

import { type Static, t } from "elysia";
import { emptyBody, page } from "./fields.ts";
import { route } from "./route.ts";
import { answer, bool, count, id, moment, number, oneOf, orNull, pageOf, part, text } from "./shapes.ts";

export const broadcastAnswer = answer("Broadcast", {
  id,
  channelId: id,
  title: text,
  phase: oneOf("live", "lost", "ended"),
  startedAt: moment,
  endedAt: orNull(moment),
  /** `stopped` by hand, `encoder_gone` and not back in time, `limit`: a limit of this server. Null while on air, and if not known. */
  endReason: orNull(oneOf("stopped", "encoder_gone", "limit")),
  /** Viewers at the same time. Null: not counted. */
  viewersPeak: orNull(count),
  /** Over the time on air. Null: not counted. */
  viewersAverage: orNull(number),
  /** Different viewers over the time on air, to about 2 %. Null: not counted. */
  viewersUnique: orNull(count),
});
export type BroadcastView = Static<typeof broadcastAnswer>;

/** A problem of the source, for the streamer. */
const sourceProblem = answer("SourceProblem", {
  code: oneOf(
    "unsupported_video_codec",
    "unsupported_audio_codec",
    "no_video",
    "no_keyframe",
    "no_codec_header",
    "transcoder_failing",
    "long_keyframe_interval",
    "several_encoders",
    "no_picture_since",
    "clock_jumped",
    "clock_stands_still",
    "sound_and_picture_apart",
    "encoder_too_slow",
    "encoder_too_fast",
    "unplayable_in_browsers",
    "ladder_short",
    "over_limit",
  ),
  /** One sentence for the streamer, with what to change in OBS. */
  detail: text,
});
export type SourceProblem = Static<typeof sourceProblem>;

/** `starting` is off air for viewers; `preview` too, but for the channel owner and editors. */
const phase = oneOf("offline", "preview", "starting", "live", "lost");
export type Phase = Static<typeof phase>;

/** 5 s of the source, by the time of its arrival. */
const sample = answer("SourceSample", {
  at: moment,
  bitrateKbps: number,
  fps: number,
  /** Null: no two keyframes yet. */
  keyframeIntervalMs: orNull(number),
  /** Always null: loudness cannot be read from AAC without decoding it, which this path does not do. */
  audioLevelDb: orNull(number),
  /** Pictures that are missing by the encoder's own steps. */
  droppedFrames: count,
  /** Media time against the wall clock; 1 is right. */
  speed: number,
  /** See `restarts`. */
  restarts: count,
});
export type SourceSample = Static<typeof sample>;

/** Where the time between the encoder and the screen goes. Null: not known. */
const latency = answer("LatencyBreakdown", {
  /** Always null: RTMP does not say when the encoder sent a frame. */
  encoderToIngestMs: orNull(number),
  /** A frame waits for the end of its part: half a part on average. Null before the first segment. */
  ingestToPackagerMs: orNull(number),
  /** Always null: nothing measures it yet. */
  packagerToEdgeMs: orNull(number),
  playerBufferMs: orNull(number),
});
export type LatencyBreakdown = Static<typeof latency>;
const percentiles = part({ p50: number, p95: number });

/** As players report it, within 30 s and 5 %. Null: no player says. */
const players = answer("PlayersSummary", {
  players: count,
  /** Behind the live edge. */
  latencyMs: orNull(percentiles),
  bufferMs: orNull(percentiles),
  /** Time that a player stood still within 10 s. */
  stalledMs: orNull(percentiles),
  /** Of all players within 10 s. */
  stalls: count,
});

/** Optional fields are absent while the channel's node is of an earlier release. */
export const healthAnswer = answer("BroadcastHealth", {
  phase,
  broadcastId: orNull(id),
  startedAt: orNull(moment),
  encoder: orNull(text),
  width: orNull(number),
  height: orNull(number),
  fps: orNull(number),
  bitrateKbps: orNull(number),
  keyframeIntervalMs: orNull(number),
  audio: orNull(text),
  /** How often the source was pulled anew within this session. */
  restarts: count,
  /** Renditions that are made of the source, the best first. */
  rungs: t.Optional(t.Array(text)),
  /** False: browsers cannot play the encoder's own picture, so viewers are offered the rungs alone. */
  sourceOffered: t.Optional(bool),
  /** Not null while the source cannot be shown; viewers see the channel off air. */
  problem: orNull(sourceProblem),
  /** At most one of each code; taken back when the cause is gone. */
  warnings: t.Array(sourceProblem),
  /** How the latest broadcast that viewers saw ended. */
  lastEnd: t.Optional(
    orNull(part({ why: oneOf("stopped", "encoder_gone", "limit"), detail: orNull(text), endedAt: moment })),
  ),
  /** Phase `lost`: when the broadcast ends unless an encoder comes back. Null in every other phase. */
  graceEndsAt: t.Optional(orNull(moment)),
  /** The last 10 minutes of the source, one sample each 5 s, oldest first. Empty after a change of the node. */
  history: t.Optional(t.Array(sample)),
  latency: t.Optional(latency),
  players: t.Optional(orNull(players)),
});
export type BroadcastHealth = Static<typeof healthAnswer>;

export const listBroadcasts = route("GET /api/v1/channels/:channel/broadcasts", {
  access: "all",
  limit: "read",
  query: t.Object({ ...page }),
  answers: { 200: pageOf(broadcastAnswer) },
  summary: "List past and present broadcasts",
});

export const readBroadcast = route("GET /api/v1/broadcasts/:id", {
  access: "all",
  limit: "read",
  answers: { 200: broadcastAnswer },
  summary: "A broadcast",
});

export const readBroadcastHealth = route("GET /api/v1/channels/:channel/broadcast", {
  access: "editor",
  scope: "channel:read",
  limit: "read",
  answers: { 200: healthAnswer },
  codes: ["busy", "moved"],
  summary: "Phase and health of the broadcast",
});

export const startBroadcast = route("POST /api/v1/channels/:channel/broadcast/start", {
  access: "editor",
  scope: "channel:write",
  limit: "write",
  body: emptyBody,
  answers: { 204: null },
  codes: ["not_publishing", "busy", "moved"],
  summary: "Put the preview on air",
});

export const stopBroadcast = route("POST /api/v1/channels/:channel/broadcast/stop", {
  access: "editor",
  scope: "channel:write",
  limit: "write",
  body: emptyBody,
  answers: { 204: null },
  codes: ["not_publishing", "busy", "moved"],
  summary: "End the broadcast and drop the encoder",
});
