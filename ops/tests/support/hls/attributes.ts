// Attribute lists of tags (RFC 8216bis §4.2).

const ATTRIBUTE = /([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s][^",]*)(?:,|$)/y;

/** By name, quotes taken off. Null when the text is no attribute list, or names an attribute twice. */
export function attributes(text: string): Map<string, string> | null {
  const found = new Map<string, string>();
  ATTRIBUTE.lastIndex = 0;
  while (ATTRIBUTE.lastIndex < text.length) {
    const match = ATTRIBUTE.exec(text);
    if (!match) return null;
    const [, name = "", value = ""] = match;
    if (found.has(name)) return null;
    found.set(name, value.startsWith('"') ? value.slice(1, -1) : value);
  }
  return found;
}
