// Renders the text of playlists (RFC 8216bis).

import { mediaPath } from "#schema/wire/media.ts";
import type { Variant } from "../numbers/saved.ts";
import { SEGMENTS_WITH_PARTS, type Segment } from "../shelf/shelf.ts";

/** RFC 8216bis §4.4.3.8: the skip boundary is at least six target durations. */
const SKIP_TARGET_DURATIONS = 6;
const HOLD_BACK_PARTS = 3;

export interface MediaView {
  broadcastId: string;
  rendition: string;
  epoch: number;
  targetDurationMs: number;
  partTargetMs: number;
  discontinuitySequence: number;
  /** At least one. */
  segments: Segment[];
  /** The next part; null once the broadcast has ended. */
  hint: { take: number; n: number } | null;
  /** EXT-X-RENDITION-REPORT: the last segment and part of the other renditions. */
  renditionReports: { rendition: string; number: number; part: number }[];
}

/** `skip`: renders a delta update if there are segments to skip (RFC 8216bis §6.2.5.1). */
export function mediaPlaylist(view: MediaView, { skip }: { skip: boolean }): string {
  const { segments, targetDurationMs, partTargetMs, hint } = view;
  const lines = [
    "#EXTM3U",
    "#EXT-X-VERSION:9",
    `#EXT-X-TARGETDURATION:${targetDurationMs / 1000}`,
    `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${seconds(HOLD_BACK_PARTS * partTargetMs)},CAN-SKIP-UNTIL=${seconds(SKIP_TARGET_DURATIONS * targetDurationMs)}`,
    `#EXT-X-PART-INF:PART-TARGET=${seconds(partTargetMs)}`,
    `#EXT-X-MEDIA-SEQUENCE:${segments[0]!.slot.number}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${view.discontinuitySequence}`,
    // No EXT-X-INDEPENDENT-SEGMENTS: a long GOP may still be cut without a keyframe, and a playlist must not take it back.
  ];
  const skipped = skip ? skippable(segments, SKIP_TARGET_DURATIONS * targetDurationMs) : 0;
  if (skipped > 0) lines.push(`#EXT-X-SKIP:SKIPPED-SEGMENTS=${skipped}`);
  // A hinted part belongs to the open segment. When no segment is open, the hint begins one more.
  const withParts = segments.length - SEGMENTS_WITH_PARTS + (hint && segments.at(-1)!.closed ? 1 : 0);
  let map: string | null = null;
  for (const [i, segment] of segments.entries()) {
    if (segment.slot.discontinuity) map = null;
    const changed = segment.initHash !== null && segment.initHash !== map;
    if (segment.initHash !== null) map = segment.initHash;
    if (i >= skipped) appendSegment(lines, view, segment, { map: changed, parts: i >= withParts });
  }
  if (hint) {
    lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${mediaPath.part(view.rendition, view.epoch, hint.take, hint.n)}"`);
    for (const { rendition, number, part } of view.renditionReports)
      lines.push(`#EXT-X-RENDITION-REPORT:URI="${mediaPath.playlist(rendition)}",LAST-MSN=${number},LAST-PART=${part}`);
  } else lines.push("#EXT-X-ENDLIST");
  return `${lines.join("\n")}\n`;
}

function appendSegment(lines: string[], view: MediaView, segment: Segment, show: { map: boolean; parts: boolean }) {
  const { broadcastId, rendition, epoch } = view;
  const { slot, atMs, initHash, parts, closed, durationMs } = segment;
  if (slot.discontinuity) lines.push("#EXT-X-DISCONTINUITY");
  if (show.map && initHash) lines.push(`#EXT-X-MAP:URI="${mediaPath.init(rendition, initHash)}"`);
  lines.push(`#EXT-X-PROGRAM-DATE-TIME:${dateOf(atMs)}`);
  if (initHash === null) {
    lines.push("#EXT-X-GAP");
    if (show.parts) lines.push(...gapParts(view, segment));
  } else if (show.parts)
    for (const part of parts)
      lines.push(
        `#EXT-X-PART:DURATION=${seconds(part.durationMs)},URI="${mediaPath.part(rendition, epoch, part.take, part.n)}"${part.independent ? ",INDEPENDENT=YES" : ""}`,
      );
  if (closed) lines.push(`#EXTINF:${seconds(durationMs)},`, mediaPath.segment(broadcastId, rendition, slot.number));
}

/** Parts of a gap (§4.4.4.9, GAP=YES). Without them hls.js loads no parts after the hole until a whole segment is there. */
function gapParts({ rendition, partTargetMs }: MediaView, { slot, durationMs }: Segment): string[] {
  return Array.from({ length: gapPartsOf(durationMs, partTargetMs) }, (_, n) => {
    const leftMs = durationMs - n * partTargetMs;
    return `#EXT-X-PART:DURATION=${seconds(Math.min(partTargetMs, leftMs))},URI="${mediaPath.gapPart(rendition, slot.number, n)}",GAP=YES`;
  });
}

/** Number of parts that a gap is listed with. */
export const gapPartsOf = (durationMs: number, partTargetMs: number) =>
  partTargetMs > 0 ? Math.max(0, Math.ceil((durationMs - 1) / partTargetMs)) : 0;

/** The latest time of a Date (ECMA-262 §21.4.1.1). */
const DATE_MAX_MS = 8.64e15;

/** ISO 8601; never throws, whatever clock the time came from. */
const dateOf = (ms: number) =>
  new Date(Math.min(DATE_MAX_MS, Math.max(-DATE_MAX_MS, Number.isNaN(ms) ? 0 : ms))).toISOString();

/** How many of the oldest segments end before the skip boundary. */
function skippable(segments: Segment[], boundaryMs: number): number {
  let afterMs = segments.reduce((sum, { durationMs }) => sum + durationMs, 0);
  let count = 0;
  for (const { durationMs } of segments) {
    afterMs -= durationMs;
    if (afterMs < boundaryMs) break;
    count++;
  }
  return count;
}

export function multivariantPlaylist(variants: [rendition: string, Variant][]): string {
  const lines = ["#EXTM3U", "#EXT-X-VERSION:9"];
  for (const [rendition, { bandwidth, averageBandwidth, codecs, width, height, fps }] of variants) {
    const average = averageBandwidth ? `,AVERAGE-BANDWIDTH=${averageBandwidth}` : "";
    const picture = width > 0 ? `,RESOLUTION=${width}x${height}` : "";
    const rate = fps > 0 ? `,FRAME-RATE=${fps.toFixed(3)}` : "";
    lines.push(
      `#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth}${average},CODECS="${codecs.join(",")}"${picture}${rate}`,
      mediaPath.playlist(rendition),
    );
  }
  return `${lines.join("\n")}\n`;
}

const seconds = (ms: number) => (ms / 1000).toFixed(5);
