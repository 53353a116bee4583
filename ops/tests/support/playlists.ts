// A low-latency client that only reads playlists and checks each with hls-parser in strict mode.

import * as HLS from "hls-parser";

HLS.setOptions({ strictMode: true });

interface PlaylistReport {
  /** Number of playlists read, all renditions. */
  count: number;
  faults: string[];
  /** EXT-X-MEDIA-SEQUENCE and highest number of each playlist, in order of reading. */
  sequences: Record<string, { first: number; last: number; discontinuity: number }[]>;
  /** Last text of each playlist. */
  texts: Record<string, string>;
}

/** Reads the multivariant playlist and follows every rendition by blocking reload, for `forMs` or until the stream ends. */
export async function followPlaylists(masterUrl: string, forMs: number): Promise<PlaylistReport> {
  const report: PlaylistReport = { count: 0, faults: [], sequences: {}, texts: {} };
  const deadlineMs = performance.now() + forMs;
  const master = await read(masterUrl, report);
  const uris = master.split("\n").filter((line) => line && !line.startsWith("#"));
  if (uris.length === 0) report.faults.push("the multivariant playlist lists nothing");
  await Promise.all(uris.map((uri) => follow(new URL(uri, masterUrl).href, uri, report, deadlineMs)));
  return report;
}

async function follow(url: string, uri: string, report: PlaylistReport, deadlineMs: number) {
  report.sequences[uri] = [];
  let directives = "";
  while (performance.now() < deadlineMs) {
    const text = await read(`${url}${directives}`, report, uri);
    if (!text) return;
    const place = placeOf(text);
    const before = report.sequences[uri]?.at(-1);
    if (
      before &&
      (place.first < before.first || place.last < before.last || place.discontinuity < before.discontinuity)
    )
      report.faults.push(`${uri} decreased: ${JSON.stringify(before)} → ${JSON.stringify(place)}`);
    report.sequences[uri]?.push(place);
    report.texts[uri] = text;
    if (text.includes("#EXT-X-ENDLIST")) return;
    directives = `?_HLS_msn=${place.next.msn}&_HLS_part=${place.next.part}`;
  }
}

/** Position of a media playlist and of its next part. */
export function placeOf(text: string) {
  const number = (tag: string) => Number(new RegExp(`^#${tag}:(\\d+)`, "m").exec(text)?.[1] ?? 0);
  const first = number("EXT-X-MEDIA-SEQUENCE");
  const lines = text.split("\n");
  const segments = lines.filter((line) => line && !line.startsWith("#")).length;
  const lastSegment = lines.findLastIndex((line) => line !== "" && !line.startsWith("#"));
  const parts = lines.slice(lastSegment + 1).filter((line) => line.startsWith("#EXT-X-PART:")).length;
  const last = first + segments - 1;
  return { first, last, discontinuity: number("EXT-X-DISCONTINUITY-SEQUENCE"), next: { msn: last + 1, part: parts } };
}

async function read(url: string, report: PlaylistReport, name = "index.m3u8"): Promise<string> {
  const response = await fetch(url);
  const text = await response.text();
  report.count++;
  if (!response.ok) {
    report.faults.push(`${name}: ${response.status} ${text.slice(0, 200)}`);
    return "";
  }
  try {
    HLS.parse(text);
  } catch (error) {
    if (report.faults.length < 20) report.faults.push(`${name}: ${error}\n${text}`);
  }
  return text;
}
