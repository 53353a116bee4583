// Names of PostgreSQL's log files (WAL): 8 hex digits of the timeline, 8 of the upper half of the position, 8 of the file within it.
// (PostgreSQL: src/include/access/xlog_internal.h.)

const SEGMENT = /^[0-9A-F]{24}$/;
const HISTORY = /^[0-9A-F]{8}\.history$/;
/** What an archive holds: files of the log, notes about backups, histories of timelines, and the last, partial file of a timeline. */
const ARCHIVED = /^(?:[0-9A-F]{24}(?:\.partial|\.[0-9A-F]{8}\.backup)?|[0-9A-F]{8}\.history)$/;

export const isSegment = (name: string) => SEGMENT.test(name);
export const isHistory = (name: string) => HISTORY.test(name);
export const isArchived = (name: string) => ARCHIVED.test(name);

export const timelineOf = (name: string) => Number.parseInt(name.slice(0, 8), 16);

const hex8 = (value: number | bigint) => value.toString(16).toUpperCase().padStart(8, "0");

export const historyOf = (timeline: number) => `${hex8(timeline)}.history`;

/** Place of a file in the log, whatever its timeline. */
function indexOf(name: string, segmentBytes: number): bigint {
  const perUpper = 0x1_0000_0000n / BigInt(segmentBytes);
  return BigInt(`0x${name.slice(8, 16)}`) * perUpper + BigInt(`0x${name.slice(16, 24)}`);
}

function segmentBy(name: string, offset: bigint, segmentBytes: number): string {
  const perUpper = 0x1_0000_0000n / BigInt(segmentBytes);
  const index = indexOf(name, segmentBytes) + offset;
  return `${name.slice(0, 8)}${hex8(index / perUpper)}${hex8(index % perUpper)}`;
}

/** The file behind `name` on its timeline. */
export const nextSegment = (name: string, segmentBytes: number) => segmentBy(name, 1n, segmentBytes);

/** The file before `name` on its timeline. PostgreSQL's first file has none, and is never the first of a backup. */
export const previousSegment = (name: string, segmentBytes: number) => segmentBy(name, -1n, segmentBytes);

/** The files from `first` to `last`, both included, on the timeline of `first`. Empty when `last` is before `first`. */
export function segmentsBetween(first: string, last: string, segmentBytes: number): string[] {
  const count = Number(indexOf(last, segmentBytes) - indexOf(first, segmentBytes)) + 1;
  const names: string[] = [];
  for (let name = first; names.length < count; name = nextSegment(name, segmentBytes)) names.push(name);
  return names;
}

/** Whether a file lies before another, whatever their timelines. Names without a place, such as histories, do not. */
export const isBefore = (name: string, other: string) =>
  ARCHIVED.test(name) && !isHistory(name) && name.slice(8, 24) < other.slice(8, 24);
