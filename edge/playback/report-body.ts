// The body of a player's report, `POST /live/:channel/playback`.

import { FieldRefusal } from "../gateway/problems/problem-details.ts";
import type { PlayerReport } from "./player-reports.ts";

/** A playback token has 66 characters, a viewer's name at most 64. */
const SESSION = /^[A-Za-z0-9_-]{16,66}$/;
const RENDITION = /^[a-z0-9]{1,16}$/;
const FIELDS = ["session", "bufferMs", "liveLatencyMs", "stalls", "stalledMs", "rendition", "droppedFrames"];
/** A day: more is a broken clock. */
const NUMBER_MAX = 86_400_000;

/** Durations in ms; `stalls`, `stalledMs` and `droppedFrames` since the session began. Throws Refusal `validation_failed`. */
export function readPlayerReport(body: unknown): { session: string; report: PlayerReport } {
  const fields = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const wrong: { path: string; message: string }[] = [];
  for (const name of Object.keys(fields))
    if (!FIELDS.includes(name)) wrong.push({ path: name, message: "unknown field" });
  const { session, rendition } = fields;
  if (typeof session !== "string" || !SESSION.test(session))
    wrong.push({ path: "session", message: "a playback token, or 16 to 64 of A–Z a–z 0–9 _ -" });
  if (rendition != null && (typeof rendition !== "string" || !RENDITION.test(rendition)))
    wrong.push({ path: "rendition", message: "the name of a rendition, or null" });
  const report = {
    latencyMs: numberAt("liveLatencyMs"),
    bufferMs: numberAt("bufferMs"),
    stalls: numberAt("stalls"),
    stalledMs: numberAt("stalledMs"),
  };
  numberAt("droppedFrames");
  if (wrong.length > 0) throw new FieldRefusal(wrong);
  return { session: session as string, report };

  /** A player that is ahead of its clock says a negative latency. */
  function numberAt(path: string): number | null {
    const value = fields[path];
    if (value == null) return null;
    if (typeof value === "number" && Math.abs(value) <= NUMBER_MAX) return Math.max(0, value);
    wrong.push({ path, message: "a number" });
    return null;
  }
}
