// `errors`: the errors that processes have logged, grouped, the newest first.

import { UsageError } from "#ops/up/flags.ts";
import { type ErrorGroupRow, newestErrors } from "#schema/queries/operator/error-groups.ts";
import { duration, table } from "./format.ts";
import { withDatabase } from "./system.ts";
import { type Verb, wholeNumber } from "./verb.ts";

const LIMIT = { fallback: 20, min: 1, max: 1_000 };
const REASON_LENGTH_MAX = 80;

export const errors: Verb = {
  use: "errors [--limit 20] [--json]      errors that processes logged, grouped: how often, when, where; --json with stacks",
  options: { limit: "text", json: "flag" },
  async run(words, { system, options, say }) {
    if (words.length > 0) throw new UsageError("errors takes no words");
    const limit = wholeNumber(options, "limit", LIMIT);
    const rows = await withDatabase(system(), (sql) => newestErrors(sql, { before: null, limit }));
    if (options.json) say(JSON.stringify({ items: rows }, null, 2));
    else if (rows.length === 0) say("no process has logged an error in the last 30 days");
    else for (const line of errorLines(rows)) say(line);
    return 0;
  },
};

const errorLines = (rows: readonly ErrorGroupRow[]) =>
  table(
    ["last", "count", "level", "process", "message", "reason", "place", "request"],
    rows.map((row) => [
      `${duration(Math.max(0, Date.now() - row.lastAt.getTime()))} ago`,
      String(row.count),
      row.level,
      row.node,
      row.message,
      row.reason.slice(0, REASON_LENGTH_MAX),
      row.place,
      row.request ?? row.trace ?? "-",
    ]),
  );
