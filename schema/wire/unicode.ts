// Well-formed Unicode. A JavaScript text may hold half of a surrogate pair, which UTF-8 cannot carry: on the way it would become
// U+FFFD, and two different texts one.

/** True: no text in this JSON value, names of fields included, has half of a surrogate pair (RFC 7493 §2.1). */
export const isWellFormed = (value: unknown): boolean => halfPairAt(value) === null;

/**
 * Path of the first text in this JSON value with half of a surrogate pair, with dots: `tags.3`; null: every text is whole.
 * Empty: the value itself. For a field whose name is broken it is the path of the object around it.
 */
export function halfPairAt(value: unknown): string | null {
  if (typeof value === "string") return value.isWellFormed() ? null : "";
  if (typeof value !== "object" || value === null) return null;
  for (const [name, member] of Object.entries(value)) {
    if (!name.isWellFormed()) return "";
    const inside = halfPairAt(member);
    if (inside !== null) return inside === "" ? name : `${name}.${inside}`;
  }
  return null;
}

/** The first `lengthMax` UTF-16 units; a surrogate pair is kept whole or left out. */
export function cutText(text: string, lengthMax: number): string {
  const cut = text.slice(0, lengthMax);
  return cut.length < text.length && /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}
