// Well-formed Unicode. A JavaScript text may hold half of a surrogate pair, which UTF-8 cannot carry: on the way it would become
// U+FFFD, and two different texts one.

/** True: no text in this JSON value, names of fields included, has half of a surrogate pair (RFC 7493 §2.1). */
export function isWellFormed(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isWellFormed);
  return Object.entries(value).every(([name, member]) => name.isWellFormed() && isWellFormed(member));
}

/** The first `lengthMax` UTF-16 units; a surrogate pair is kept whole or left out. */
export function cutText(text: string, lengthMax: number): string {
  const cut = text.slice(0, lengthMax);
  return cut.length < text.length && /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}
