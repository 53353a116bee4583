// Watches a live broadcast as a low-latency player does: blocking reloads, and the bytes of what is new.

const REQUEST_WITHIN_MS = 15_000;
/** Longest time without a new part that counts as playing. */
const STALL_MS_MAX = 3_000;

/** Resolves with what was seen. Throws when the playlist goes back, stands still for 3 s, or lists what cannot be fetched. */
export async function watchLive(masterUrl: string, forMs: number): Promise<string> {
  const variant = (await textOf(masterUrl)).split("\n").find((line) => line !== "" && !line.startsWith("#"));
  if (variant === undefined) throw new Error("the multivariant playlist lists nothing");
  const url = new URL(variant, masterUrl).href;
  const startMs = performance.now();
  let [seen, newAt, longestMs, parts, bytes, directives] = [-1, startMs, 0, 0, 0, ""];
  let fetched = "";
  while (performance.now() - startMs < forMs) {
    const playlist = readPlaylist(await textOf(`${url}${directives}`));
    const position = playlist.next.msn * 1_000 + playlist.next.part;
    if (position < seen) throw new Error(`the playlist went back from ${seen} to ${position}`);
    const nowMs = performance.now();
    if (position > seen) {
      if (seen >= 0) longestMs = Math.max(longestMs, nowMs - newAt);
      [seen, newAt] = [position, nowMs];
      parts++;
    }
    if (nowMs - newAt > STALL_MS_MAX) throw new Error(`no new part for ${Math.round(nowMs - newAt)} ms`);
    if (playlist.segment && playlist.segment !== fetched) {
      fetched = playlist.segment;
      bytes += (await bodyOf(new URL(fetched, url).href)).byteLength;
    }
    directives = `?_HLS_msn=${playlist.next.msn}&_HLS_part=${playlist.next.part}`;
  }
  if (bytes === 0) throw new Error("no segment had a byte");
  return `${parts} new parts, ${Math.round(bytes / 1024)} KB, longest pause ${Math.round(longestMs)} ms`;
}

/** Newest whole segment, null when it is a gap; numbers of the part that comes next. */
export function readPlaylist(text: string): { segment: string | null; next: { msn: number; part: number } } {
  const first = Number(/^#EXT-X-MEDIA-SEQUENCE:(\d+)/m.exec(text)?.[1] ?? 0);
  let [segment, count, part, isGap]: [string | null, number, number, boolean] = [null, 0, 0, false];
  for (const line of text.split("\n")) {
    if (line === "#EXT-X-GAP") isGap = true;
    if (line.startsWith("#EXT-X-PART:")) part++;
    if (line === "" || line.startsWith("#")) continue;
    segment = isGap ? null : line;
    [count, part, isGap] = [count + 1, 0, false];
  }
  return { segment, next: { msn: first + count, part } };
}

const textOf = async (url: string) => new TextDecoder().decode(await bodyOf(url));

async function bodyOf(url: string): Promise<ArrayBuffer> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(REQUEST_WITHIN_MS) });
  if (!answer.ok) throw new Error(`${new URL(url).pathname} answers ${answer.status}`);
  return answer.arrayBuffer();
}
