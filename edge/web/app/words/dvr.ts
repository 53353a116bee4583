// What the bar of a running broadcast says. Apart, for it is loaded when there is something to rewind to.

const plural = (count: number, unit: string) => (count === 0 ? "" : `${count} ${unit}${count === 1 ? "" : "s"}`);

/** `1 hour 4 minutes`, `2 minutes 5 seconds`: the two largest units. */
function spoken(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const units = [plural(hours, "hour"), plural(minutes, "minute"), plural(seconds % 60, "second")];
  return units.filter(Boolean).slice(0, 2).join(" ") || plural(1, "second");
}

export const words = {
  seek: "Place in the broadcast",
  live: "Live",
  noRecording: (from: string, to: string) => `Nothing was recorded ${from}–${to}`,
  behindLive: (ms: number) => `${spoken(ms)} behind live`,
  beforeEnd: (ms: number) => `${spoken(ms)} before the end`,
  atEnd: "The end of the broadcast",
  /** Read after the place. */
  inChapter: (place: string, chapter: string) => `${place}, ${chapter}`,
  /** `−2:05 · 14:03:22` */
  moment: (behind: string, timeOfDay: string) => `−${behind} · ${timeOfDay}`,
  chatIsLive: "You are behind live. The chat goes on as it is now.",
  backToLive: "Back to live",
  stuck: "What was recorded does not come. It is tried again.",
} as const;
