// How the operator's tool prints tables, durations and sizes.

/** Lines: the head, then the rows. Each column is as wide as its widest cell. */
export function table(head: string[], rows: string[][]): string[] {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** `0.4 s`, `12 s`, `3 min`, `2 h 10 min`, `4 d 3 h`. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** `512 MB`, `3.4 GB`. */
export function bytes(count: number): string {
  return count < 1e9 ? `${Math.round(count / 1e6)} MB` : `${(count / 1e9).toFixed(1)} GB`;
}

/** A dash for an unknown value. */
export const orDash = (value: string | number | null | undefined) =>
  value === null || value === undefined ? "-" : String(value);

/** The time from which an actor must be awake, RFC 3339; `now` for a time in the past. */
export const wakeTime = (wakeAt: string | null) =>
  wakeAt === null ? "-" : Date.parse(wakeAt) <= Date.now() ? "now" : wakeAt;
