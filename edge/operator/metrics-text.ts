// Reads single metrics from a process's `/metrics`.

const ANSWER_WITHIN_MS = 1_000;

/** The text of `<address>/metrics`; null if there is no answer within a second. Never throws. */
export async function readMetrics(address: string): Promise<string | null> {
  try {
    const response = await fetch(`${address}/metrics`, {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      redirect: "error",
    });
    const text = await response.text();
    return response.ok ? text : null;
  } catch {
    return null; // Dead, paused or cut off: `standing` shows that.
  }
}

/** The sum over all labels of a metric, from Prometheus' text format; 0 for an absent one. Null: no text. */
export function metricIn(text: string | null, name: string): number | null {
  if (text === null) return null;
  let sum = 0;
  for (const line of text.split("\n")) {
    if (!line.startsWith(name) || !/^[{ ]/.test(line.slice(name.length))) continue;
    const value = Number(line.slice(line.lastIndexOf(" ") + 1));
    if (Number.isFinite(value)) sum += value;
  }
  return sum;
}
