// What nginx-rtmp wrote of a stream in the last minutes, by the listing of its folder (ops/nginx/rtmp.conf.ts).

/** What a node reads at once must not hold up its other channels: 30 s at 8 Mbit/s. */
export const RECENT_BYTES_MAX = 32 * 1024 * 1024;

interface RecentFile {
  name: string;
  /** The last write. */
  mtime: string;
  size: number;
}

/** Names of a stream's files, oldest first: as far back as is wanted, and as fits into memory. `listed`: nginx' autoindex as JSON. */
export function recentFiles(listed: unknown, { name, sinceMs }: { name: string; sinceMs: number }): string[] {
  const own = (listed as RecentFile[])
    .map((file) => ({ ...file, begunS: begunOf(file.name, name) }))
    .filter(({ begunS, mtime }) => begunS !== null && Date.parse(mtime) >= sinceMs)
    .sort((a, b) => b.begunS! - a.begunS!);
  let bytes = 0;
  const fits: string[] = [];
  for (const file of own) {
    bytes += file.size;
    if (bytes > RECENT_BYTES_MAX) break;
    fits.unshift(file.name);
  }
  return fits;
}

/** `<stream>-<seconds since 1970>.flv`. Null: a file of another stream. */
function begunOf(file: string, stream: string): number | null {
  const rest = file.startsWith(`${stream}-`) ? /^(\d+)\.flv$/.exec(file.slice(stream.length + 1)) : null;
  return rest ? Number(rest[1]) : null;
}
