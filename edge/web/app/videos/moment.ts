// The moment in the address of a video: `?t=4324`, `?t=1h12m4s`, as other sites have it.

const PARTS = /^(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,7})s?)?$/;

/** Null: the address names none. */
export function momentIn(search: string): number | null {
  const text = new URLSearchParams(search).get("t") ?? "";
  const parts = text === "" ? null : PARTS.exec(text);
  if (!parts) return null;
  const [hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0)) as [number, number, number];
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000;
}

/** The page of a video, with what makes a highlight of it. */
export const highlightPath = (videoId: string) => `/videos/${videoId}?highlight`;
export const asksForHighlight = (search: string) => new URLSearchParams(search).has("highlight");

export const momentPath = (videoId: string, ms: number) => `/videos/${videoId}?t=${Math.floor(ms / 1_000)}`;
