// Logs: one JSON object a line on standard output. Constant lower-case messages, values as fields; never keys, tokens, passwords.
// A line that is written for a request carries its id and its trace by itself.

import pino from "pino";
import type { ErrorGroups } from "./error-groups.ts";
import { LogLevel, type LogLevelName } from "./log-level.ts";
import { Counter } from "./metrics.ts";
import { withoutSecrets } from "./secrets-in-text.ts";
import { currentTrace } from "./trace.ts";

export type Log = pino.Logger;

interface LogOptions {
  /** Of the process: `edge-1`, `actor-2`. */
  name: string;
  /** A LogLevel may be changed while the process runs. A word: one of LOG_LEVELS, or `silent` for tests. */
  level: LogLevel | string;
  /** Get each line from `error` on. Default: none. */
  errors?: ErrorGroups;
  /** Where lines go. Default: standard output. */
  to?: { write(line: string): void };
}

/** Levels that are counted: those that an operator wants to be few. */
const COUNTED: Record<number, string> = { 40: "warn", 50: "error", 60: "fatal" };
const ERROR = 50;

const lines = new Counter({
  name: "log_lines_total",
  help: "Lines logged as warnings, errors and fatal errors",
  labelNames: ["level"],
});
for (const level of Object.values(COUNTED)) lines.inc({ level }, 0);

/** Names of fields whose values are never written, at the first three levels of a line. */
const SECRET_FIELDS = [
  "password",
  "token",
  "accessToken",
  "refreshToken",
  "streamKey",
  "key",
  "secret",
  "authorization",
  "cookie",
];

export function createLog({ name, level, errors, to = pino.destination({ fd: 1, sync: true }) }: LogOptions): Log {
  if (level === "silent") return pino({ level });
  const threshold = typeof level === "string" ? new LogLevel(level as LogLevelName) : level;
  return pino(
    {
      name,
      // Loggers of channels, which live for hours, have the level that they were made with: so it is looked at for each line instead.
      level: "trace",
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: traceFields,
      hooks: {
        logMethod(given, write, value) {
          const counted = COUNTED[value];
          if (counted) lines.inc({ level: counted });
          if (errors && value >= ERROR) errors.note(value > ERROR ? "fatal" : "error", given);
          if (value >= threshold.value) write.apply(this, given);
        },
      },
      redact: {
        paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: "[redacted]",
      },
    },
    { write: (line: string) => to.write(withoutSecrets(line)) },
  );
}

function traceFields(): object {
  const trace = currentTrace();
  if (!trace) return {};
  return { trace: trace.traceId, ...(trace.request !== null && { request: trace.request }) };
}

/** Text of a caught value, for a log field. */
export const reason = (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
