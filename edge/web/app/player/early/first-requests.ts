// Reads from playlist texts what a player will ask for first (RFC 8216bis §4.4). Unknown or odd lines are skipped: hls.js judges them later.

export interface FirstVariant {
  uri: string;
  /** RFC 6381; null: not listed. */
  codecs: string | null;
}

/** The variant to begin with: the best one within `bitsPerSecond`, else the smallest. Null: no variant. */
export function firstVariant(multivariant: string, bitsPerSecond: number): FirstVariant | null {
  const lines = multivariant.split(/\r?\n/);
  const variants = lines.flatMap((line, index) => {
    const bandwidth = /^#EXT-X-STREAM-INF:(?:.*,)?BANDWIDTH=(\d+)/.exec(line)?.[1];
    const uri = lines.slice(index + 1).find((next) => next !== "" && !next.startsWith("#"));
    if (bandwidth === undefined || uri === undefined) return [];
    return [{ uri, codecs: /[:,]CODECS="([^"]+)"/.exec(line)?.[1] ?? null, bandwidth: Number(bandwidth) }];
  });
  variants.sort((a, b) => a.bandwidth - b.bandwidth);
  return variants.findLast(({ bandwidth }) => bandwidth <= bitsPerSecond) ?? variants[0] ?? null;
}

/** PART-TARGET in seconds; null: a playlist without parts. */
export function partTargetSeconds(playlist: string): number | null {
  const target = /^#EXT-X-PART-INF:(?:.*,)?PART-TARGET=([\d.]+)/m.exec(playlist)?.[1];
  return target === undefined ? null : Number(target);
}

interface Listed {
  uri: string;
  seconds: number;
  /** From the beginning of the playlist. */
  beginsSeconds: number;
  /** INDEPENDENT=YES: decoding can begin here. */
  independent: boolean;
  gap: boolean;
  map: string | null;
}

export interface FirstMedia {
  /** URIs of the init segments of the parts; more than one where the source changed on the way. */
  maps: string[];
  /** URIs of the parts, oldest first. */
  parts: string[];
  /** Beginning of the first part, and end of the last, from the beginning of the playlist. */
  beginsSeconds: number;
  endsSeconds: number;
}

/**
 * What to fetch first: the parts from the newest independent one that leaves `behindSeconds` to the end of the playlist, and their init
 * segments. Null for a playlist without such a part.
 */
export function firstMedia(playlist: string, behindSeconds: number): FirstMedia | null {
  const parts = partsOf(playlist);
  const last = parts.at(-1);
  if (!last) return null;
  const endsSeconds = last.beginsSeconds + last.seconds;
  for (let first = parts.length - 1; first >= 0; first--) {
    const part = parts[first];
    if (!part || part.gap) return null;
    if (!part.independent || endsSeconds - part.beginsSeconds < behindSeconds - 0.001) continue;
    const needed = parts.slice(first);
    const maps = [...new Set(needed.flatMap(({ map }) => map ?? []))];
    return { maps, parts: needed.map(({ uri }) => uri), beginsSeconds: part.beginsSeconds, endsSeconds };
  }
  return null;
}

/** The parts behind the one with this URI; null where they do not follow on from it: it is not listed, or gaps or another init segment come. */
export function partsAfter(playlist: string, uri: string): string[] | null {
  const parts = partsOf(playlist);
  const at = parts.findIndex((part) => part.uri === uri);
  const after = parts.slice(at + 1);
  if (at < 0 || after.some(({ gap, map }) => gap || map !== parts[at]?.map)) return null;
  return after.map((part) => part.uri);
}

/** Where the playlist goes on, for a blocking reload (RFC 8216bis §6.2.5.2); null: the server does not block, or the list has ended. */
export function nextInPlaylist(playlist: string): { msn: number; part: number } | null {
  const first = /^#EXT-X-MEDIA-SEQUENCE:(\d+)/m.exec(playlist)?.[1];
  if (first === undefined || !playlist.includes("CAN-BLOCK-RELOAD=YES") || playlist.includes("#EXT-X-ENDLIST"))
    return null;
  const lines = playlist.split(/\r?\n/);
  const whole = lines.filter((line) => line.startsWith("#EXTINF:")).length;
  const open = lines.slice(lines.findLastIndex((line) => line.startsWith("#EXTINF:")) + 1);
  return { msn: Number(first) + whole, part: open.filter((line) => line.startsWith("#EXT-X-PART:")).length };
}

function partsOf(playlist: string): Listed[] {
  const parts: Listed[] = [];
  let map: string | null = null;
  let segmentSeconds = 0;
  let inSegmentSeconds = 0;
  for (const line of playlist.split(/\r?\n/)) {
    if (line.startsWith("#EXT-X-MAP:")) map = uriOf(line);
    else if (line.startsWith("#EXTINF:")) {
      segmentSeconds += Number.parseFloat(line.slice("#EXTINF:".length));
      inSegmentSeconds = 0;
    } else if (line.startsWith("#EXT-X-PART:")) {
      const uri = uriOf(line);
      const seconds = Number(/[:,]DURATION=([\d.]+)/.exec(line)?.[1]);
      if (uri === null || !(seconds > 0)) continue;
      const beginsSeconds = segmentSeconds + inSegmentSeconds;
      inSegmentSeconds += seconds;
      const independent = /[:,]INDEPENDENT=YES/.test(line);
      parts.push({ uri, seconds, beginsSeconds, map, independent, gap: /[:,]GAP=YES/.test(line) });
    }
  }
  return parts;
}

const uriOf = (line: string) => /[:,]URI="([^"]+)"/.exec(line)?.[1] ?? null;
