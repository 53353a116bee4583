// Colours of names in chat: what people may choose, and what everybody has who did not. Pages adjust what they show to its background.

/** By name; each is readable on light and dark backgrounds. */
export const NAME_COLORS = {
  raspberry: "#d1435b",
  orange: "#c2570c",
  amber: "#a16a07",
  lime: "#5f8a10",
  green: "#15803d",
  teal: "#0f8a7a",
  ocean: "#0e7fa8",
  blue: "#2f6fdb",
  indigo: "#5b5bd6",
  violet: "#7c4fe0",
  purple: "#a33fd0",
  pink: "#c2369b",
  brick: "#b4533c",
  moss: "#6b7f2a",
  pine: "#3a7d6e",
} as const;

/** A colour that people chose, as they chose it, or one of the palette's names. Without anchors. */
export const NAME_COLOR_PATTERN = `#[0-9A-Fa-f]{6}|${Object.keys(NAME_COLORS).join("|")}`;

/** `#rrggbb` of what matches the pattern. */
export const hexOf = (color: string): string => NAME_COLORS[color as keyof typeof NAME_COLORS] ?? color;

const VALUES = Object.values(NAME_COLORS);

/** Of somebody who chose none: always the same. */
export function ownColor(userId: string): string {
  let hash = 0;
  for (const char of userId) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) | 0;
  return VALUES[Math.abs(hash) % VALUES.length]!;
}
