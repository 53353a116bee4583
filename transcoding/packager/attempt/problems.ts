// The problems of a source, each as one sentence for the streamer that says what to change in OBS.

import type { Track } from "#runtime/fmp4/init.ts";
import type { SourceProblem } from "#schema/api/broadcasts.ts";

/** With a longer interval viewers wait noticeably for the first picture. */
export const KEYFRAME_INTERVAL_LONG_MS = 4_000;

export const problems = {
  unsupportedVideo: (codec: string): SourceProblem => ({
    code: "unsupported_video_codec",
    detail: `The video codec is ${codec}, which cannot be shown to viewers: in OBS choose an H.264 encoder under Settings, Output, Streaming.`,
  }),
  unsupportedAudio: (codec: string): SourceProblem => ({
    code: "unsupported_audio_codec",
    detail: `The audio codec is ${codec}, which cannot be played to viewers: in OBS choose AAC as the audio encoder under Settings, Output.`,
  }),
  noVideo: {
    code: "no_video",
    detail:
      "The encoder sends no picture: in OBS add a video source to the scene and choose H.264 under Settings, Output.",
  },
  noCodecHeader: {
    code: "no_codec_header",
    detail:
      "The encoder sends pictures without a valid H.264 header, so nobody can decode them: stop and start streaming in OBS, or choose another H.264 encoder under Settings, Output, Streaming.",
  },
  noKeyframe: {
    code: "no_keyframe",
    detail: "No two keyframes came within 10 seconds: in OBS set Keyframe Interval to 2 s under Settings, Output.",
  },
  longKeyframeInterval: (intervalMs: number): SourceProblem => ({
    code: "long_keyframe_interval",
    detail: `Keyframes come every ${(intervalMs / 1000).toFixed(1)} seconds, so viewers wait long for the picture: in OBS set Keyframe Interval to 2 s under Settings, Output.`,
  }),
} as const satisfies Record<string, SourceProblem | ((value: never) => SourceProblem)>;

/** The reason why these tracks cannot be shown; null: none. A source without sound is fine. */
export function problemOf(tracks: Track[]): SourceProblem | null {
  const video = tracks.find(({ kind }) => kind === "video");
  if (!video) return problems.noVideo;
  if (!/^avc[13]\./.test(video.codec)) return problems.unsupportedVideo(video.codec);
  const audio = tracks.find(({ kind }) => kind === "audio");
  if (audio && !audio.codec.startsWith("mp4a.40.")) return problems.unsupportedAudio(audio.codec);
  return null;
}
