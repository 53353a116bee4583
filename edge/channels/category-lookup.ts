// Whether there is a category with a slug, for pages: the few slugs are read at most once a minute.

import { type Clock, within } from "#runtime/base/clock.ts";
import type { Sql } from "#schema/database.ts";
import { categorySlugs } from "#schema/queries/channels/categories.ts";

const FRESH_MS = 60_000;
/** A page never waits longer. */
const ANSWER_MS = 100;

interface Read {
  slugs: Promise<ReadonlySet<string>>;
  atMs: number;
}

/** The function answers null while the database does not answer in time. It never rejects. */
export function createCategoryLookup({ sql, clock }: { sql: Sql; clock: Clock }) {
  let last: Read | null = null;

  return async (slug: string): Promise<boolean | null> => {
    if (!last || clock.monoMs() - last.atMs >= FRESH_MS) {
      const read: Read = { slugs: categorySlugs(sql).then((slugs) => new Set(slugs)), atMs: clock.monoMs() };
      last = read;
      read.slugs.catch(() => {
        if (last === read) last = null; // The next page asks again.
      });
    }
    const late = () => new Error("no answer in time");
    return within(clock, ANSWER_MS, last.slugs, late).then(
      (slugs) => slugs.has(slug),
      () => null,
    );
  };
}
