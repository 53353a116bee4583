// Reads a media playlist (RFC 8216bis §4.4) for players and checks. It keeps what is wrong, so that a check can name it.

import { attributes } from "./attributes.ts";

export interface ListedPart {
  uri: string;
  durationS: number;
  independent: boolean;
  gap: boolean;
}

export interface ListedSegment {
  /** Media sequence number. */
  number: number;
  /** Discontinuity sequence number. */
  discontinuity: number;
  /** It has an EXT-X-DISCONTINUITY of its own. */
  begins: boolean;
  /** EXT-X-PROGRAM-DATE-TIME, ms; null: it has none of its own; NaN: it cannot be read. */
  dateMs: number | null;
  /** URI of the EXT-X-MAP in effect. */
  map: string | null;
  gap: boolean;
  parts: ListedPart[];
  /** Null while the segment is open. */
  uri: string | null;
  /** NaN while the segment is open. */
  durationS: number;
}

/** The last listed part: a closed segment counts as its part -1 of the next number. */
export interface Position {
  msn: number;
  /** -1: no part of that segment yet. */
  part: number;
}

export interface MediaPlaylist {
  text: string;
  /** Tag names in order, without `#`; URIs are `""`. */
  tags: string[];
  /** Lines that no rule explains: broken attribute lists, numbers that are none. */
  unreadable: string[];
  version: number;
  targetDurationS: number;
  mediaSequence: number;
  discontinuitySequence: number;
  independentSegments: boolean;
  /** EXT-X-SERVER-CONTROL; empty without the tag. */
  control: Map<string, string>;
  partTargetS: number | null;
  /** Closed segments, ascending. */
  segments: ListedSegment[];
  /** What stands after the last URI; null when nothing does. */
  open: ListedSegment | null;
  skipped: number;
  hints: { type: string; uri: string }[];
  reports: { uri: string; msn: number; part: number }[];
  ended: boolean;
}

/** Never throws: a text that is no playlist gives an empty one whose `tags` say so. */
export function readMediaPlaylist(text: string): MediaPlaylist {
  const playlist: MediaPlaylist = {
    text,
    tags: [],
    unreadable: [],
    version: 1,
    targetDurationS: Number.NaN,
    mediaSequence: 0,
    discontinuitySequence: 0,
    independentSegments: false,
    control: new Map(),
    partTargetS: null,
    segments: [],
    open: null,
    skipped: 0,
    hints: [],
    reports: [],
    ended: false,
  };
  new Reading(playlist).all(text.split(/\r?\n/));
  return playlist;
}

/** Where the playlist ends. */
export function positionOf({ segments, open, mediaSequence, skipped }: MediaPlaylist): Position {
  const msn = mediaSequence + skipped + segments.length;
  return { msn, part: (open?.parts.length ?? 0) - 1 };
}

/** Below 0: `one` comes first. */
export const comparePositions = (one: Position, other: Position) => one.msn - other.msn || one.part - other.part;

/** Closed segments and the open one. */
export const allSegments = ({ segments, open }: MediaPlaylist) => (open ? [...segments, open] : segments);

/** Sum of the durations of everything listed, the open segment's parts included. */
export function durationS(playlist: MediaPlaylist): number {
  return allSegments(playlist).reduce((sum, segment) => sum + segmentDurationS(segment), 0);
}

/** Of an open segment: of its parts so far. */
export const segmentDurationS = ({ uri, durationS, parts }: ListedSegment) =>
  uri === null ? parts.reduce((sum, part) => sum + part.durationS, 0) : durationS;

class Reading {
  #map: string | null = null;
  #discontinuity = 0;
  #segment: ListedSegment | null = null;

  constructor(private readonly playlist: MediaPlaylist) {}

  all(lines: string[]) {
    for (const line of lines) {
      if (line === "") continue;
      if (!line.startsWith("#")) this.#uri(line);
      else if (line.startsWith("#EXT")) this.#tag(line);
    }
    this.playlist.open = this.#segment;
  }

  /** The segment that the next tags belong to. */
  get #current(): ListedSegment {
    const { playlist } = this;
    this.#segment ??= {
      number: playlist.mediaSequence + playlist.skipped + playlist.segments.length,
      discontinuity: playlist.discontinuitySequence + this.#discontinuity,
      begins: false,
      dateMs: null,
      map: this.#map,
      gap: false,
      parts: [],
      uri: null,
      durationS: Number.NaN,
    };
    return this.#segment;
  }

  #uri(line: string) {
    const { playlist } = this;
    playlist.tags.push("");
    const segment = this.#current;
    segment.uri = line;
    playlist.segments.push(segment);
    this.#segment = null;
  }

  #tag(line: string) {
    const { playlist } = this;
    const colon = line.indexOf(":");
    const name = colon < 0 ? line.slice(1) : line.slice(1, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1);
    playlist.tags.push(name);
    const number = () => this.#number(value, line);
    const list = () => this.#list(value, line);
    if (name === "EXT-X-VERSION") playlist.version = number();
    else if (name === "EXT-X-TARGETDURATION") playlist.targetDurationS = number();
    else if (name === "EXT-X-MEDIA-SEQUENCE") playlist.mediaSequence = number();
    else if (name === "EXT-X-DISCONTINUITY-SEQUENCE") playlist.discontinuitySequence = number();
    else if (name === "EXT-X-INDEPENDENT-SEGMENTS") playlist.independentSegments = true;
    else if (name === "EXT-X-SERVER-CONTROL") playlist.control = list();
    else if (name === "EXT-X-PART-INF") playlist.partTargetS = this.#number(list().get("PART-TARGET"), line);
    else if (name === "EXT-X-SKIP") playlist.skipped = this.#number(list().get("SKIPPED-SEGMENTS"), line);
    else if (name === "EXT-X-ENDLIST") playlist.ended = true;
    else if (name === "EXT-X-PRELOAD-HINT") {
      const hint = list();
      playlist.hints.push({ type: hint.get("TYPE") ?? "", uri: hint.get("URI") ?? "" });
    } else if (name === "EXT-X-RENDITION-REPORT") {
      const report = list();
      const at = (attribute: string) => this.#number(report.get(attribute), line);
      playlist.reports.push({ uri: report.get("URI") ?? "", msn: at("LAST-MSN"), part: at("LAST-PART") });
    } else this.#segmentTag(name, value, line);
  }

  #segmentTag(name: string, value: string, line: string) {
    if (name === "EXTINF") this.#current.durationS = this.#number(value.split(",")[0], line);
    else if (name === "EXT-X-GAP") this.#current.gap = true;
    else if (name === "EXT-X-PROGRAM-DATE-TIME") this.#current.dateMs = Date.parse(value);
    else if (name === "EXT-X-DISCONTINUITY") {
      this.#discontinuity++;
      const segment = this.#current;
      segment.begins = true;
      segment.discontinuity = this.playlist.discontinuitySequence + this.#discontinuity;
    } else if (name === "EXT-X-MAP") {
      this.#map = this.#list(value, line).get("URI") ?? null;
      this.#current.map = this.#map;
    } else if (name === "EXT-X-PART") {
      const part = this.#list(value, line);
      this.#current.parts.push({
        uri: part.get("URI") ?? "",
        durationS: this.#number(part.get("DURATION"), line),
        independent: part.get("INDEPENDENT") === "YES",
        gap: part.get("GAP") === "YES",
      });
    }
  }

  #number(text: string | undefined, line: string): number {
    const value = /^\d+(\.\d+)?$/.test(text ?? "") ? Number(text) : Number.NaN;
    if (Number.isNaN(value)) this.playlist.unreadable.push(line);
    return value;
  }

  #list(text: string, line: string): Map<string, string> {
    const found = attributes(text);
    if (!found) this.playlist.unreadable.push(line);
    return found ?? new Map();
  }
}
