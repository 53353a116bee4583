// An audio or video message as it came: read, with its timestamp and its time of arrival.

import { type AudioTag, readAudioTag } from "./flv/audio-tag.ts";
import { readVideoTag, type VideoTag } from "./flv/video-tag.ts";
import { MESSAGE, type RtmpMessage } from "./rtmp/message.ts";

interface When {
  /** The encoder's 32 bits. */
  timestamp: number;
  /** Monotonic ms. */
  arrivalMs: number;
  body: Uint8Array;
}

export type VideoArrival = When & { kind: "video"; tag: VideoTag };
export type AudioArrival = When & { kind: "audio"; tag: AudioTag };
export type Arrival = VideoArrival | AudioArrival;

/** Null for a message that is neither. Never throws. */
export function arrivalOf({ type, timestamp, body }: RtmpMessage, arrivalMs: number): Arrival | null {
  const when = { timestamp, arrivalMs, body };
  if (type === MESSAGE.video) return { ...when, kind: "video", tag: readVideoTag(body) };
  if (type === MESSAGE.audio) return { ...when, kind: "audio", tag: readAudioTag(body) };
  return null;
}
