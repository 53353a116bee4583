// The level of a process's logs on its internal port: `GET /log-level`, and `POST /log-level {level, forMs}`.

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { LOG_LEVELS, type LogLevel, type LogLevelName } from "../base/log-level.ts";

interface PortOptions {
  level: LogLevel;
  clock: Clock;
  log: Pick<Log, "info">;
}

export const LOG_LEVEL_PATH = "/log-level";
const FOR_MS_MAX = 24 * 3_600_000;
const BODY_LENGTH_MAX = 1_000;

/** The body of an answer. */
export interface LogLevelState {
  level: LogLevelName;
  usual: LogLevelName;
}

/** Answers 200 with the state, or 422 for a body that is none of ours. JSON alone is taken: a page of a browser cannot send it unasked. */
export async function answerLogLevel(request: Request, { level, clock, log }: PortOptions): Promise<Response> {
  if (request.method === "POST") {
    const asked = await orderIn(request);
    if (!asked) return Response.json({ error: `level: one of ${LOG_LEVELS.join(", ")}; forMs` }, { status: 422 });
    level.set(asked.level, { forMs: asked.forMs, clock });
    // `info` may be below the new level; this line then tells by its absence.
    log.info({ level: asked.level, forMs: asked.forMs }, "level of logs was changed");
  } else if (request.method !== "GET") return new Response(null, { status: 405 });
  return Response.json({ level: level.name, usual: level.usual } satisfies LogLevelState);
}

async function orderIn(request: Request): Promise<{ level: LogLevelName; forMs: number } | null> {
  if (!request.headers.get("content-type")?.startsWith("application/json")) return null;
  try {
    const text = await request.text();
    const { level, forMs } = JSON.parse(text.slice(0, BODY_LENGTH_MAX)) as Partial<Record<string, unknown>>;
    const isTime = typeof forMs === "number" && forMs > 0 && forMs <= FOR_MS_MAX;
    return LOG_LEVELS.includes(level as LogLevelName) && isTime ? { level: level as LogLevelName, forMs } : null;
  } catch {
    return null; // Not JSON.
  }
}
