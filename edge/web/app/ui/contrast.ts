// Readable name colours: the hue stays, the lightness moves until the contrast meets WCAG AA (4.5 : 1), and a little more.

type Rgb = [number, number, number];

const parse = (hex: string): Rgb | null => {
  const digits = /^#([0-9a-f]{6})$/i.exec(hex)?.[1];
  if (!digits) return null;
  return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16)) as Rgb;
};

function luminance(rgb: Rgb): number {
  const [red, green, blue] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast ratio of two `#rrggbb` colours, 1–21, as WCAG 2.2 defines it. */
export function contrast(a: string, b: string): number {
  const [x, y] = [parse(a), parse(b)];
  if (!x || !y) return 1;
  const [high, low] = [luminance(x), luminance(y)].sort((p, q) => q - p) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** A little over the 4.5 of WCAG AA. */
const WANTED = 4.6;
const cache = new Map<string, string>();
const CACHE_LENGTH_MAX = 2_000;

/** `color`, mixed with as little white or black as needed. Text that is not a colour gives `#8b98a8`. */
export function readable(color: string, background: string): string {
  const key = `${color}${background}`;
  const known = cache.get(key);
  if (known) return known;
  const rgb = parse(color) ?? [139, 152, 168];
  const towards = luminance(parse(background) ?? [0, 0, 0]) < 0.18 ? 255 : 0;
  let found = color;
  for (let share = 0; share <= 1; share += 0.05) {
    const mixed = rgb.map((value) => Math.round(value + (towards - value) * share));
    found = `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
    if (contrast(found, background) >= WANTED) break;
  }
  if (cache.size >= CACHE_LENGTH_MAX) cache.clear();
  cache.set(key, found);
  return found;
}

/** The login's hue, 0–359, for avatars and placeholders. */
export function hueOf(login: string): number {
  let hash = 2166136261;
  for (const character of login) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
  return (hash >>> 0) % 360;
}
