// Parses and renders media playlists (RFC 8216bis §4.4), and makes the edge's two edits: gaps for lost segments, and delta updates.

interface ListedPart {
  uri: string;
  durationS: number;
}

export interface ListedSegment {
  /** Media sequence number. */
  number: number;
  /** The last line is the URI. */
  lines: readonly string[];
  uri: string;
  durationS: number;
  gap: boolean;
  parts: readonly ListedPart[];
  /** The EXT-X-MAP line in effect. */
  map: string | null;
}

export interface Playlist {
  /** Lines before the first segment's tags. */
  header: readonly string[];
  /** Closed segments, ascending without holes. */
  segments: readonly ListedSegment[];
  /** Lines after the last closed segment: parts of the open segment, preload hint, rendition reports, end. */
  tail: readonly string[];
  mediaSequence: number;
  targetDurationS: number;
  /** Null: the origin offers no delta updates. */
  canSkipUntilS: number | null;
  openParts: readonly ListedPart[];
  /** URI of the next part; null: none is hinted. */
  hint: string | null;
  ended: boolean;
}

const OF_A_SEGMENT =
  /^#(?:EXTINF|EXT-X-(?:GAP|PART|PROGRAM-DATE-TIME|DISCONTINUITY|MAP|KEY|BYTERANGE|BITRATE|PRELOAD-HINT|RENDITION-REPORT|ENDLIST))(?::|$)/;

/** Null for text that is no media playlist. */
export function parsePlaylist(text: string): Playlist | null {
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  if (lines[0] !== "#EXTM3U") return null;
  const bodyAt = lines.findIndex((line) => OF_A_SEGMENT.test(line) || !line.startsWith("#"));
  const header = lines.slice(0, bodyAt < 0 ? lines.length : bodyAt);
  const headerText = header.join("\n");
  const mediaSequence = Number(/^#EXT-X-MEDIA-SEQUENCE:(\d+)$/m.exec(headerText)?.[1] ?? 0);
  const targetDurationS = Number(/^#EXT-X-TARGETDURATION:([\d.]+)$/m.exec(headerText)?.[1] ?? Number.NaN);
  if (Number.isNaN(targetDurationS)) return null;
  const canSkipUntil = /^#EXT-X-SERVER-CONTROL:.*CAN-SKIP-UNTIL=([\d.]+)/m.exec(headerText)?.[1];

  const segments: ListedSegment[] = [];
  let map: string | null = null;
  let own: string[] = [];
  for (const line of lines.slice(header.length)) {
    own.push(line);
    if (line.startsWith("#EXT-X-MAP:")) map = line;
    if (line.startsWith("#")) continue;
    segments.push({
      number: mediaSequence + segments.length,
      lines: own,
      uri: line,
      durationS: Number(/^#EXTINF:([\d.]+)/.exec(own.find((l) => l.startsWith("#EXTINF:")) ?? "")?.[1] ?? 0),
      gap: own.includes("#EXT-X-GAP"),
      parts: partsOf(own),
      map,
    });
    own = [];
  }
  return {
    header,
    segments,
    tail: own,
    mediaSequence,
    targetDurationS,
    canSkipUntilS: canSkipUntil === undefined ? null : Number(canSkipUntil),
    openParts: partsOf(own),
    hint: hintIn(own),
    ended: own.includes("#EXT-X-ENDLIST"),
  };
}

function partsOf(lines: readonly string[]): ListedPart[] {
  const parts: ListedPart[] = [];
  for (const line of lines) {
    if (!line.startsWith("#EXT-X-PART:")) continue;
    const uri = /[:,]URI="([^"]+)"/.exec(line)?.[1];
    const durationS = Number(/[:,]DURATION=([\d.]+)/.exec(line)?.[1]);
    if (uri) parts.push({ uri, durationS });
  }
  return parts;
}

const hintIn = (lines: readonly string[]): string | null =>
  /^#EXT-X-PRELOAD-HINT:TYPE=PART,(?:.*,)?URI="([^"]+)"/m.exec(lines.join("\n"))?.[1] ?? null;

/** The URIs of all media that it names: init segments, segments, parts, and the hinted part. */
export function* mediaIn({ segments, openParts, hint }: Playlist): Iterable<string> {
  let map: string | null = null;
  for (const segment of segments) {
    if (segment.map !== map && segment.map !== null) yield /URI="([^"]+)"/.exec(segment.map)?.[1] ?? "";
    map = segment.map;
    if (!segment.gap) yield segment.uri;
    for (const { uri } of segment.parts) yield uri;
  }
  for (const { uri } of openParts) yield uri;
  if (hint !== null) yield hint;
}

export function renderPlaylist({ header, segments, tail }: Pick<Playlist, "header" | "segments" | "tail">): string {
  return `${[...header, ...segments.flatMap((segment) => segment.lines), ...tail].join("\n")}\n`;
}

/** The last listed number: the open segment's once it has a part. */
export function headNumber({ mediaSequence, segments, openParts }: Playlist): number {
  return mediaSequence + segments.length - (openParts.length > 0 ? 0 : 1);
}

/** True when the playlist answers `_HLS_msn`, `_HLS_part` (RFC 8216bis §6.2.5.2). A part past the end of its segment means the next one's first. */
export function contains(playlist: Playlist, msn: number, part: number | null): boolean {
  const openNumber = playlist.mediaSequence + playlist.segments.length;
  if (playlist.ended) return true;
  if (msn > openNumber) return false;
  if (msn === openNumber) return part !== null && part < playlist.openParts.length;
  if (part === null || msn < openNumber - 1) return true;
  const parts = playlist.segments.at(-1)?.parts.length ?? 0;
  return part < parts || playlist.openParts.length > 0;
}

/** Marks lost segments with EXT-X-GAP and removes their parts: players skip them without a request. */
export function markGaps(playlist: Playlist, isLost: (segment: ListedSegment) => boolean): Playlist {
  let marked = false;
  const segments = playlist.segments.map((segment) => {
    if (segment.gap || !isLost(segment)) return segment;
    marked = true;
    const kept = segment.lines.slice(0, -1).filter((line) => !line.startsWith("#EXT-X-PART:"));
    return { ...segment, lines: [...kept, "#EXT-X-GAP", segment.uri], gap: true, parts: [] };
  });
  return marked ? { ...playlist, segments } : playlist;
}

/** A delta update (RFC 8216bis §6.2.5.1). Null if there is nothing to skip, or if it would skip a gap, which the player would then not know. */
export function deltaOf(playlist: Playlist): Playlist | null {
  if (playlist.canSkipUntilS === null || playlist.ended) return null;
  let fromEndS = playlist.openParts.reduce((sum, part) => sum + part.durationS, 0);
  let keptFrom = playlist.segments.length;
  while (keptFrom > 0 && fromEndS < playlist.canSkipUntilS) fromEndS += playlist.segments[--keptFrom]!.durationS;
  const skipped = playlist.segments.slice(0, keptFrom);
  const first = playlist.segments[keptFrom];
  if (!first || skipped.length === 0 || skipped.some((segment) => segment.gap)) return null;
  // The delta lists the init segment in effect again, so that it can be parsed by itself.
  const named = first.map === null || first.lines.includes(first.map);
  const kept = named ? first : { ...first, lines: [first.map!, ...first.lines] };
  return {
    ...playlist,
    header: [...playlist.header, `#EXT-X-SKIP:SKIPPED-SEGMENTS=${skipped.length}`],
    segments: [kept, ...playlist.segments.slice(keptFrom + 1)],
  };
}
