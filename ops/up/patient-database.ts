// The first connection to PostgreSQL of a start: a machine under load may need long to accept it, and an error names the store.

import { connectDatabase, type Database, sqlState } from "#schema/database.ts";

interface PatientOptions {
  url: string;
  applicationName: string;
  /** Where PostgreSQL writes what is wrong with it; for the error. */
  logFile?: string;
  /** For tests. Default 2 minutes. */
  withinMs?: number;
}

const WITHIN_MS = 120_000;
const PAUSE_MS = 250;
/** SQLSTATE of a server that starts, shuts down, recovers, or has no place left. Any other answer would be the same later. */
const LATER = /^(57P0|53)/;

/** One connection that works, without the limit for the time of a statement, and with a longer one for a pause within a transaction.
 *  Tries again while there is no answer; the error says where PostgreSQL was looked for, why in vain, and what to do. */
export async function connectPatiently(options: PatientOptions): Promise<Database> {
  const { url, applicationName, withinMs = WITHIN_MS } = options;
  const database = connectDatabase({ url, applicationName, connectionsMax: 1 });
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    try {
      await database.sql`SELECT set_config('statement_timeout', '0', false),
        set_config('idle_in_transaction_session_timeout', '1min', false)`;
      return database;
    } catch (error) {
      const state = sqlState(error);
      const isHopeless = state !== undefined && !LATER.test(state);
      if (isHopeless || performance.now() > deadlineMs) {
        await database.close();
        throw fault(error, options, isHopeless);
      }
    }
    await Bun.sleep(PAUSE_MS);
  }
}

function fault(error: unknown, { url, logFile, withinMs = WITHIN_MS }: PatientOptions, isHopeless: boolean): Error {
  const { host, pathname } = new URL(url);
  const place = `PostgreSQL at ${host}${pathname}`;
  const why = error instanceof Error ? error.message : String(error);
  const log = logFile ? ` Its log: ${logFile}` : "";
  if (isHopeless) return new Error(`${place} refuses the connection: ${why}.${log}`, { cause: error });
  const advice = "See whether it runs and whether this machine is overloaded, then start again.";
  return new Error(`${place} gave no answer within ${Math.round(withinMs / 1_000)} s (${why}). ${advice}${log}`, {
    cause: error,
  });
}
