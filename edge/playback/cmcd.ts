// CMCD: what players say of themselves in the query of media requests (CTA-5004 and its second version): session, buffer, latency.

import type { PlayerReport } from "./player-reports.ts";

const PARAMETER = /[?&]CMCD=([^&#]{1,2000})/;
const SESSION_LENGTH_MAX = 64;
/** Longer durations are no sense, or a clock that is wrong. */
const MS_MAX = 3_600_000;

export interface CmcdReport {
  /** `sid`; null: not given. */
  session: string | null;
  report: PlayerReport;
}

/** Null: no CMCD, or nothing in it that we use. `bl`: buffer length, `ltc`: live latency, both in ms. */
export function cmcdIn(url: string): CmcdReport | null {
  if (!url.includes("CMCD=")) return null;
  const text = decoded(PARAMETER.exec(url)?.[1]);
  if (text === null) return null;
  const bufferMs = durationIn(text, "bl");
  const latencyMs = durationIn(text, "ltc");
  if (bufferMs === null && latencyMs === null) return null;
  const session = /(?:^|,)sid="([^"\\]*)"/.exec(text)?.[1] ?? "";
  const isNamed = session !== "" && session.length <= SESSION_LENGTH_MAX;
  return { session: isNamed ? session : null, report: { bufferMs, latencyMs, stalls: null, stalledMs: null } };
}

function decoded(text: string | undefined): string | null {
  if (text === undefined) return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return null; // A malformed percent-encoding.
  }
}

function durationIn(text: string, key: "bl" | "ltc"): number | null {
  // The second version writes numbers that differ by kind of media as a list: `bl=(2300;v 1900;a)`.
  const value = new RegExp(`(?:^|,)${key}=\\(?(\\d{1,10})`).exec(text)?.[1];
  const ms = value === undefined ? Number.NaN : Number(value);
  return ms <= MS_MAX ? ms : null;
}
