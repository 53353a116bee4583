// What the made-up site has of its videos' media: the playlist and small pictures. Segments never come, so that each look at a page sees the
// same picture.

import { thumbnail } from "./thumbnails.ts";

const LENGTH_SECONDS = 9_360;
const SEGMENT_SECONDS = 6;
const PICTURE_SECONDS = 10;

/** Below `/videos/`; null: it is no file of a video. */
export function recordedMedia(path: string): Response | null {
  if (path.endsWith("/index.m3u8")) return new Response(playlist, { headers: { "content-type": HLS } });
  if (path.endsWith("/storyboard.vtt")) return new Response(storyboard, { headers: { "content-type": "text/vtt" } });
  if (path.endsWith("/sheet.svg")) return thumbnail("tidewalker");
  return path.endsWith(".mp4") || path.endsWith(".m4s") ? new Response(new ReadableStream()) : null;
}

const HLS = "application/vnd.apple.mpegurl";
const playlist = [
  ...["#EXTM3U", "#EXT-X-VERSION:7", `#EXT-X-TARGETDURATION:${SEGMENT_SECONDS}`, "#EXT-X-PLAYLIST-TYPE:VOD"],
  '#EXT-X-MAP:URI="init.mp4"',
  ...Array.from({ length: LENGTH_SECONDS / SEGMENT_SECONDS }, (_, at) => `#EXTINF:${SEGMENT_SECONDS},\n${at}.m4s`),
  "#EXT-X-ENDLIST\n",
].join("\n");

const moment = (seconds: number) => `${new Date(seconds * 1_000).toISOString().slice(11, 23)}`;
/** Each is a piece of one drawing. */
const storyboard = `WEBVTT\n\n${Array.from({ length: LENGTH_SECONDS / PICTURE_SECONDS }, (_, at) => {
  const seconds = at * PICTURE_SECONDS;
  const place = `${(at % 8) * 160},${(at % 4) * 90},160,90`;
  return `${moment(seconds)} --> ${moment(seconds + PICTURE_SECONDS)}\nsheet.svg#xywh=${place}`;
}).join("\n\n")}\n`;
