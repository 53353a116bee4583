// Logs: one JSON object a line on standard output. Constant lower-case messages, values as fields; never keys, tokens, passwords.

import pino from "pino";

export type Log = pino.Logger;

/** `name` is the process (`edge-1`, `actor-2`). */
export function createLog({ name, level }: { name: string; level: string }): Log {
  return pino({
    name,
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // A second line of defence: these must not be logged at all.
    redact: {
      paths: [
        "password",
        "token",
        "accessToken",
        "refreshToken",
        "streamKey",
        "key",
        "authorization",
        "cookie",
        "*.password",
        "*.token",
        "*.streamKey",
      ],
      censor: "[redacted]",
    },
  });
}

/** Text of a caught value, for a log field. */
export const reason = (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
