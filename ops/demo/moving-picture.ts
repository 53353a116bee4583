// Whether a channel's picture moves: new media in its playlist. The word `live` may be older than the system's last start.

/** A running stream lists a part much more often. */
const MOVES_WITHIN_MS = 4_000;
const LOOK_EVERY_MS = 250;
const ANSWER_WITHIN_MS = 3_000;

/** The URI of the newest segment or part of a media playlist; gaps have no media. Null: there is none. */
export function newestMedia(playlist: string): string | null {
  let newest: string | null = null;
  let gap = false;
  for (const line of playlist.split("\n")) {
    if (line === "#EXT-X-GAP") gap = true;
    const part = /^#EXT-X-PART:(?!.*\bGAP=YES)(?:.*,)?URI="([^"]+)"/.exec(line)?.[1];
    if (part) newest = part;
    if (line === "" || line.startsWith("#")) continue;
    if (!gap) newest = line;
    gap = false;
  }
  return newest;
}

/** The newest media below a multivariant playlist; null: there is none, or it cannot be read. */
export async function newestBelow(hlsUrl: string): Promise<string | null> {
  const index = await read(hlsUrl);
  const variant = index?.split("\n").find((line) => line !== "" && !line.startsWith("#"));
  const playlist = variant === undefined ? null : await read(new URL(variant, hlsUrl).href);
  return playlist === null ? null : newestMedia(playlist);
}

async function read(url: string): Promise<string | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}

/** `newest`: the newest media of now. False: nothing new came within 4 s, or there was nothing at first. */
export async function moves(newest: () => Promise<string | null>): Promise<boolean> {
  const first = await newest();
  if (first === null) return false;
  for (let waitedMs = 0; waitedMs < MOVES_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
    await Bun.sleep(LOOK_EVERY_MS);
    const next = await newest();
    if (next !== null && next !== first) return true;
  }
  return false;
}
