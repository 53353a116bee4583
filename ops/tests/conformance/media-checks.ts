// Rules about the bytes behind a playlist: what playlists say of them is compared with what they hold.

import type { Check } from "#ops/tests/support/hls/check.ts";
import type { ListedPart, ListedSegment } from "#ops/tests/support/hls/media-playlist.ts";
import type { ListedVariant } from "#ops/tests/support/hls/multivariant-playlist.ts";
import type { InitTrack, Run } from "./mp4-samples.ts";

/** An answer to a request for a listed URI. */
export interface Fetched {
  uri: string;
  status: number;
  /** Of an earlier answer for the same URI; null: the first one. */
  sameAsBefore: boolean | null;
}

export interface InitSeen {
  variant: ListedVariant;
  tracks: InitTrack[];
}

/** A part beside the part after it, in one discontinuity sequence and without a gap between them. */
export interface PartSeen {
  part: ListedPart;
  runs: Run[];
  /** Null: unknown, or not directly behind. */
  next: Run[] | null;
}

export interface SegmentSeen {
  segment: ListedSegment;
  runs: Run[];
  /** The playlist or the multivariant playlist has EXT-X-INDEPENDENT-SEGMENTS. */
  independent: boolean;
  /** The bytes are those of its parts; null: not all parts are known. */
  isItsParts: boolean | null;
  /** The segment before in the same discontinuity sequence, gaps between them allowed. */
  before: { segment: ListedSegment; runs: Run[] } | null;
  /** What the variant says; null: unknown. */
  frameRate: number | null;
}

export interface BitRates {
  variant: ListedVariant;
  /** Peak segment bit rate as in §4.4.6.2, bit/s. */
  peak: number;
  average: number;
}

/** Durations are foretold in ms and written in five digits. */
const DURATION_TOLERANCE_S = 0.012;
/** Ends of samples are foretold: at an even rate below 1 ms off, more at an uneven one. */
const CONTINUITY_TOLERANCE_S = 0.025;
/** Dates may be slewed against drift, and a picture's date is rounded to ms. */
const DATE_TOLERANCE_MS = 25;
const AVERAGE_TOLERANCE = 0.3;
/** Below this many samples a frame rate is a guess. */
const RATE_SAMPLES_MIN = 20;

export const fetchChecks: Check<Fetched>[] = [
  {
    name: "what is listed can be had",
    section: "6.2.1",
    find: ({ uri, status }) => (status === 200 ? [] : [`${uri}: HTTP ${status}`]),
  },
  {
    name: "the bytes behind a URI never change",
    section: "6.2.1",
    find: ({ uri, sameAsBefore }) => (sameAsBefore === null ? null : sameAsBefore ? [] : [uri]),
  },
];

/** Its subject: the hinted URI, asked before it was listed, and the answer's status. */
export const hintChecks: Check<{ uri: string; status: number; sameAsListed: boolean | null }>[] = [
  {
    name: "a hinted part is held, and answered with the part that is listed then",
    section: "6.2.6",
    find: ({ uri, status, sameAsListed }) =>
      sameAsListed === null ? null : status === 200 && sameAsListed ? [] : [`${uri}: HTTP ${status}`],
  },
];

export const initChecks: Check<InitSeen>[] = [
  {
    name: "CODECS names the codecs of the tracks, and no others",
    section: "4.4.6.2",
    find: ({ variant, tracks }) => {
      const [said, held] = [variant.codecs, tracks.map(({ codec }) => codec)].map((list) =>
        [...new Set(list)].sort().join(),
      );
      return said!.toLowerCase() === held!.toLowerCase() ? [] : [`${said} is said, ${held} is held`];
    },
  },
  {
    name: "RESOLUTION is the size of the picture",
    section: "4.4.6.2",
    find: ({ variant, tracks }) => {
      const picture = tracks.find(({ kind }) => kind === "video");
      if (!picture || variant.resolution === null) return null;
      const held = `${picture.width}x${picture.height}`;
      return held === variant.resolution ? [] : [`${variant.resolution} is said, ${held} is held`];
    },
  },
];

export const partChecks: Check<PartSeen>[] = [
  {
    name: "the duration of a part is that of its samples",
    section: "4.4.4.9",
    find: ({ part, runs, next }) => {
      const lead = next && leading(runs, next);
      return lead ? differs(part.durationS, lead.toS - lead.fromS, part.uri) : null;
    },
  },
  {
    name: "timestamps of every track go on from part to part",
    section: "3",
    find: ({ part, runs, next }) => {
      if (!next) return null;
      return tracksOf(runs).flatMap((track) => {
        const [last, first] = [samples(runs, track).at(-1), samples(next, track)[0]];
        if (!last || !first) return [];
        const holeS = (first.decodeTime - last.decodeTime - last.duration) / track.timescale;
        // Sound may be missing in a part of some ms, and then in the next it is longer: that is a hole too.
        return Math.abs(holeS) > CONTINUITY_TOLERANCE_S ? [`${part.uri}: ${track.kind} off by ${ms(holeS)}`] : [];
      });
    },
  },
  {
    name: "an INDEPENDENT part has an independent picture",
    section: "4.4.4.9",
    find: ({ part, runs }) =>
      part.independent && pictures(runs).length > 0 ? (pictures(runs).some(isIndependent) ? [] : [part.uri]) : null,
  },
  {
    name: "a part with an independent picture is INDEPENDENT",
    section: "4.4.4.9",
    find: ({ part, runs }) => (pictures(runs).some(isIndependent) ? (part.independent ? [] : [part.uri]) : null),
  },
  {
    name: "what the flags call a sync sample is an IDR picture, and nothing else is",
    section: "3.1.2",
    find: ({ part, runs }) => {
      const known = pictures(runs).filter(({ idr }) => idr !== null);
      return known.length === 0 ? null : known.filter(({ sync, idr }) => sync !== idr).map(() => part.uri);
    },
  },
];

export const segmentChecks: Check<SegmentSeen>[] = [
  {
    name: "a segment is the bytes of its parts",
    section: "4.4.4.9",
    find: ({ segment, isItsParts }) => (isItsParts === null ? null : isItsParts ? [] : [segment.uri ?? ""]),
  },
  {
    name: "with EXT-X-INDEPENDENT-SEGMENTS every segment begins independently",
    section: "4.4.2.1",
    find: ({ segment, runs, independent }) => {
      const [first] = pictures(runs);
      return independent && first ? (isIndependent(first) ? [] : [segment.uri ?? ""]) : null;
    },
  },
  {
    name: "EXTINF is the duration of the samples",
    section: "4.4.4.1",
    find: ({ segment, runs, before }) => {
      if (!before || before.segment.number !== segment.number - 1) return null;
      const lead = leading(before.runs, runs);
      return lead ? differs(before.segment.durationS, lead.toS - lead.fromS, before.segment.uri ?? "") : null;
    },
  },
  {
    name: "dates go with the timestamps within a discontinuity sequence",
    section: "4.4.4.6",
    find: ({ segment, runs, before }) => {
      const lead = before && leading(before.runs, runs);
      if (!lead || segment.dateMs === null || before.segment.dateMs === null) return null;
      const offMs = segment.dateMs - before.segment.dateMs - (lead.toS - lead.fromS) * 1_000;
      return Math.abs(offMs) > DATE_TOLERANCE_MS ? [`segment ${segment.number}: off by ${Math.round(offMs)} ms`] : [];
    },
  },
  {
    name: "FRAME-RATE is the rate of the pictures",
    section: "4.4.6.2",
    find: ({ segment, runs, frameRate }) => {
      const track = tracksOf(runs).find(({ kind }) => kind === "video");
      const list = pictures(runs);
      if (!track || frameRate === null || list.length < RATE_SAMPLES_MIN) return null;
      const spanS = (list.at(-1)!.decodeTime - list[0]!.decodeTime) / track.timescale;
      const rate = (list.length - 1) / spanS;
      // Said is the highest rate; an encoder may leave pictures out.
      return rate > frameRate * 1.05 || rate < frameRate * 0.5
        ? [`${frameRate} is said, segment ${segment.number} has ${rate.toFixed(2)}`]
        : [];
    },
  },
];

export const bitRateChecks: Check<BitRates>[] = [
  {
    name: "BANDWIDTH is at least the peak segment bit rate",
    section: "4.4.6.2",
    find: ({ variant, peak }) =>
      peak > variant.bandwidth ? [`${variant.uri}: ${variant.bandwidth} is said, ${Math.round(peak)} is the peak`] : [],
  },
  {
    name: "AVERAGE-BANDWIDTH is about the average segment bit rate",
    section: "4.4.6.2",
    find: ({ variant, average }) => {
      const said = variant.averageBandwidth;
      if (said === null) return null;
      return Math.abs(said / average - 1) > AVERAGE_TOLERANCE
        ? [`${variant.uri}: ${said} is said, ${Math.round(average)} is measured`]
        : [];
    },
  },
];

const isIndependent = ({ sync, idr }: Run["samples"][number]) => idr ?? sync;
const samples = (runs: Run[], track: InitTrack) =>
  runs.filter((run) => run.track.id === track.id).flatMap((run) => run.samples);
const pictures = (runs: Run[]) => runs.filter(({ track }) => track.kind === "video").flatMap((run) => run.samples);
const tracksOf = (runs: Run[]) => [...new Map(runs.map(({ track }) => [track.id, track])).values()];
const ms = (seconds: number) => `${Math.round(seconds * 1_000)} ms`;

/** First decode times of the leading track, the picture if there is one, in two pieces. */
function leading(one: Run[], other: Run[]) {
  const track = tracksOf(one).find(({ kind }) => kind === "video") ?? tracksOf(one)[0];
  const [from, to] = track ? [samples(one, track)[0], samples(other, track)[0]] : [];
  if (!track || !from || !to) return null;
  return { fromS: from.decodeTime / track.timescale, toS: to.decodeTime / track.timescale };
}

const differs = (saidS: number, heldS: number, uri: string) =>
  Math.abs(saidS - heldS) > DURATION_TOLERANCE_S ? [`${uri}: ${saidS} s is said, ${heldS.toFixed(4)} s is held`] : [];
