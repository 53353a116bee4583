// Reads from playlist texts what a player will ask for first (RFC 8216bis §4.4). Unknown or odd lines are skipped: hls.js judges them later.

/** URI of the variant to begin with: the best one within `bitsPerSecond`, else the smallest. Null: no variant. */
export function firstVariant(multivariant: string, bitsPerSecond: number): string | null {
  const lines = multivariant.split(/\r?\n/);
  const variants = lines.flatMap((line, index) => {
    const bandwidth = /^#EXT-X-STREAM-INF:(?:.*,)?BANDWIDTH=(\d+)/.exec(line)?.[1];
    const uri = lines.slice(index + 1).find((next) => next !== "" && !next.startsWith("#"));
    return bandwidth !== undefined && uri !== undefined ? [{ uri, bandwidth: Number(bandwidth) }] : [];
  });
  variants.sort((a, b) => a.bandwidth - b.bandwidth);
  return (variants.findLast(({ bandwidth }) => bandwidth <= bitsPerSecond) ?? variants[0])?.uri ?? null;
}

/** PART-TARGET in seconds; null: a playlist without parts. */
export function partTargetSeconds(playlist: string): number | null {
  const target = /^#EXT-X-PART-INF:(?:.*,)?PART-TARGET=([\d.]+)/m.exec(playlist)?.[1];
  return target === undefined ? null : Number(target);
}

interface Listed {
  uri: string;
  seconds: number;
  /** INDEPENDENT=YES: decoding can begin here. */
  independent: boolean;
  gap: boolean;
  map: string | null;
}

/**
 * URIs of the init segment and of the parts to fetch first, oldest first: from the newest independent part that leaves
 * `behindSeconds` to the end of the playlist. Empty for a playlist without such a part.
 */
export function firstMedia(playlist: string, behindSeconds: number): string[] {
  const parts = partsOf(playlist);
  let untilEnd = 0;
  for (let first = parts.length - 1; first >= 0; first--) {
    const part = parts[first];
    if (!part || part.gap) return [];
    untilEnd += part.seconds;
    if (!part.independent || untilEnd < behindSeconds) continue;
    const needed = parts.slice(first);
    const maps = new Set(needed.flatMap(({ map }) => map ?? []));
    return [...maps, ...needed.map(({ uri }) => uri)];
  }
  return [];
}

function partsOf(playlist: string): Listed[] {
  const parts: Listed[] = [];
  let map: string | null = null;
  for (const line of playlist.split(/\r?\n/)) {
    if (line.startsWith("#EXT-X-MAP:")) map = uriOf(line);
    if (!line.startsWith("#EXT-X-PART:")) continue;
    const uri = uriOf(line);
    const seconds = Number(/[:,]DURATION=([\d.]+)/.exec(line)?.[1]);
    if (uri === null || !(seconds > 0)) continue;
    parts.push({ uri, seconds, map, independent: /[:,]INDEPENDENT=YES/.test(line), gap: /[:,]GAP=YES/.test(line) });
  }
  return parts;
}

const uriOf = (line: string) => /[:,]URI="([^"]+)"/.exec(line)?.[1] ?? null;
