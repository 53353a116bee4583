// Statements that carry a comment in front, such as the trace of the request that asked for them. PostgreSQL shows it in pg_stat_activity and
// in its log of slow statements.

import type { Sql } from "./sql.ts";

/** Null: no comment, and nothing is paid. Otherwise text that holds no end of a comment. */
export type CommentOf = () => string | null;

/** The driver's own fields of a query that has not been sent. Its handler is called with it when it is sent. */
interface UnsentQuery {
  strings: readonly string[];
  options: { prepare?: boolean };
  handler: (query: UnsentQuery) => unknown;
}

/** The same pool, or transaction, with comments. A statement with a comment is not prepared: its text never comes again. */
export function commented(sql: Sql, commentOf: CommentOf): Sql {
  const mark = <Asked>(asked: Asked): Asked => {
    const comment = commentOf();
    if (comment !== null && isQuery(asked)) setComment(asked, comment);
    return asked;
  };
  const tagged = (first: TemplateStringsArray, ...rest: never[]) => mark(sql(first, ...rest));
  return Object.assign(tagged, sql, {
    unsafe: (...given: Parameters<Sql["unsafe"]>) => mark(sql.unsafe(...given)),
    begin: (...given: unknown[]) => {
      const work = given.at(-1) as (transaction: Sql) => unknown;
      const begin = sql.begin as (...words: unknown[]) => Promise<unknown>;
      return begin(...given.slice(0, -1), (transaction: Sql) => work(commented(transaction, commentOf)));
    },
  }) as unknown as Sql;
}

/** Not a fragment's: those are never sent by themselves, and so never marked in the end. */
function setComment(query: UnsentQuery, comment: string) {
  const { handler } = query;
  query.handler = (sent) => {
    const [first = "", ...others] = sent.strings;
    sent.strings = [`/* ${comment.replaceAll("*/", "")} */ ${first}`, ...others];
    sent.options.prepare = false;
    // The driver keeps the place of each text that it has seen, for its errors; these are seen once.
    Object.defineProperty(sent, "origin", { value: "" });
    return handler(sent);
  };
}

const isQuery = (asked: unknown): asked is UnsentQuery & Promise<unknown> =>
  asked instanceof Promise && "strings" in asked && "handler" in asked;
