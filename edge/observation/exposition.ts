// Reads Prometheus' text format, as our own processes write it (prom-client; no exemplars, no times).

export type Labels = Record<string, string>;

export interface Sample {
  labels: Labels;
  value: number;
}

const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;
const ESCAPED: Record<string, string> = { "\\\\": "\\", '\\"': '"', "\\n": "\n" };

/** The samples of these metrics, by name. Other lines cost next to nothing. */
export function samplesIn(text: string, wanted: ReadonlySet<string>): Map<string, Sample[]> {
  const found = new Map<string, Sample[]>();
  for (let from = 0; from < text.length; ) {
    const lineEnd = text.indexOf("\n", from);
    const end = lineEnd < 0 ? text.length : lineEnd;
    const name = nameAt(text, from, end);
    if (wanted.has(name)) {
      const sample = sampleOf(text.slice(from + name.length, end));
      if (sample) found.set(name, [...(found.get(name) ?? []), sample]);
    }
    from = end + 1;
  }
  return found;
}

/** Of a line that begins at `from`; of a comment: `#`. */
function nameAt(text: string, from: number, end: number): string {
  let to = from;
  while (to < end && text[to] !== "{" && text[to] !== " ") to++;
  return text.slice(from, to);
}

/** `rest`: a line without its name. Null: not a number. */
function sampleOf(rest: string): Sample | null {
  const valueAt = rest.lastIndexOf(" ");
  const value = numberOf(rest.slice(valueAt + 1));
  if (Number.isNaN(value)) return null;
  const labels: Labels = {};
  for (const [, name = "", text = ""] of rest.slice(0, valueAt).matchAll(LABEL))
    labels[name] = text.replace(/\\./g, (pair) => ESCAPED[pair] ?? pair);
  return { labels, value };
}

const numberOf = (text: string) =>
  text === "+Inf" ? Number.POSITIVE_INFINITY : text === "-Inf" ? Number.NEGATIVE_INFINITY : Number(text || Number.NaN);
