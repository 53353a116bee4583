// Durations as moderators type them: `90`, `10m`, `1h30m`, `2 d`.

const UNITS_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const PART = /(\d{1,7})\s*([smhdw])/gi;

/** In ms; a bare number is seconds. Null: it is none. */
export function durationMsOf(text: string): number | null {
  const trimmed = text.trim();
  if (/^\d{1,7}$/.test(trimmed)) return Number(trimmed) * 1_000;
  if (trimmed === "" || trimmed.replace(PART, "").trim() !== "") return null;
  return [...trimmed.matchAll(PART)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNITS_MS[unit!.toLowerCase()]!,
    0,
  );
}
