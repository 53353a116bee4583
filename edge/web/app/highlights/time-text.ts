// Places in a video as people write them.

const TIME = /^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:[.,]\d{1,3})?)$/;

/** `1:02:03`, `62:03`, `3723` or `3723.5` → ms; null: it is no time. */
export function readTime(text: string): number | null {
  const [, hours = "0", minutes = "0", seconds] = TIME.exec(text.trim()) ?? [];
  if (seconds === undefined) return null;
  return Math.round((Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds.replace(",", "."))) * 1_000);
}
