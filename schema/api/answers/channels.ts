// Answers about channels, their broadcasts and their rooms.

import { t } from "elysia";
import type { BroadcastHealth, SourceProblem } from "../../wire/channel.ts";
import type { Author, LineEntry } from "../../wire/room.ts";
import type {
  BroadcastView,
  ChannelView,
  LiveView,
  NewStreamKeyView,
  StreamKeyView,
  SuspensionView,
} from "../channels.ts";
import type { FollowView } from "../people.ts";
import { answer, count, id, moment, oneOf, orNull, text, view, yes } from "./view.ts";

export const suspensionAnswer = view<SuspensionView>()(answer("Suspension", { reason: text, until: orNull(moment) }));

const liveAnswer = view<LiveView>()(
  answer("Live", {
    phase: oneOf("live", "lost"),
    broadcastId: id,
    startedAt: moment,
    viewers: count,
    hlsUrl: text,
    whepUrl: orNull(text),
    thumbnailUrl: orNull(text),
  }),
);

export const channelAnswer = view<ChannelView>()(
  answer("Channel", {
    id,
    login: text,
    displayName: text,
    title: text,
    category: orNull(text),
    tags: t.Array(text),
    language: orNull(text),
    mature: yes,
    followers: count,
    live: orNull(liveAnswer),
    suspension: t.Optional(suspensionAnswer),
  }),
);

export const followAnswer = view<FollowView>()(answer("Follow", { followedAt: moment, channel: channelAnswer }));

export const streamKeyAnswer = view<StreamKeyView>()(
  answer("StreamKey", { hint: orNull(text), rtmpUrl: text, createdAt: orNull(moment) }),
);
export const newStreamKeyAnswer = view<NewStreamKeyView>()(answer("NewStreamKey", { streamKey: text, rtmpUrl: text }));

export const broadcastAnswer = view<BroadcastView>()(
  answer("Broadcast", {
    id,
    channelId: id,
    title: text,
    phase: oneOf("live", "lost", "ended"),
    startedAt: moment,
    endedAt: orNull(moment),
  }),
);

const sourceProblem = view<SourceProblem>()(
  answer("SourceProblem", {
    code: oneOf(
      "unsupported_video_codec",
      "unsupported_audio_codec",
      "no_video",
      "no_keyframe",
      "transcoder_failing",
      "long_keyframe_interval",
      "several_encoders",
    ),
    detail: text,
  }),
);

export const healthAnswer = view<BroadcastHealth>()(
  answer("BroadcastHealth", {
    phase: oneOf("offline", "starting", "live", "lost"),
    broadcastId: orNull(id),
    startedAt: orNull(moment),
    encoder: orNull(text),
    width: orNull(t.Number()),
    height: orNull(t.Number()),
    fps: orNull(t.Number()),
    bitrateKbps: orNull(t.Number()),
    keyframeIntervalMs: orNull(t.Number()),
    audio: orNull(text),
    restarts: count,
    problem: orNull(sourceProblem),
    warnings: t.Array(sourceProblem),
  }),
);

const author = view<Author>()(
  answer("Author", { id, login: text, displayName: text, color: text, badges: t.Array(text) }),
);

export const entryAnswer = view<LineEntry>()(
  answer("Line", {
    seq: count,
    at: moment,
    kind: t.Literal("line"),
    id,
    user: author,
    body: text,
    replyTo: t.Optional(text),
    action: t.Optional(yes),
    deleted: t.Optional(yes),
  }),
);
