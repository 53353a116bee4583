// Compares the tables of a restored copy with those of the database that it is a copy of, which is in use meanwhile.

import type { TableFacts } from "#schema/queries/operator/backups.ts";

type Changes = Pick<TableFacts, "name" | "inserted" | "updated" | "deleted">;

interface Compared {
  /** Of the database, before the place that the copy was restored to. */
  before: TableFacts[];
  /** Of the database, well after it: PostgreSQL counts up to ten seconds late. */
  after: Changes[];
  restored: TableFacts[];
}

/** What differs, in words. A table in which nothing changed meanwhile must be the same; another one must have as many rows as it can have. */
export function differences({ before, after, restored }: Compared): string[] {
  const copies = new Map(restored.map((table) => [table.name, table]));
  const later = new Map(after.map((table) => [table.name, table]));
  const found: string[] = [];
  for (const table of before) {
    const copy = copies.get(table.name);
    const changes = later.get(table.name);
    copies.delete(table.name);
    if (!copy) found.push(`${table.name} is missing`);
    else if (changes) found.push(...differencesOf(table, changes, copy));
  }
  for (const name of copies.keys()) found.push(`${name} should not be there`);
  return found;
}

function differencesOf(before: TableFacts, after: Changes, copy: TableFacts): string[] {
  const inserted = after.inserted - before.inserted;
  const deleted = after.deleted - before.deleted;
  // PostgreSQL's counts may begin anew, as after a crash: then nothing is known of the table.
  if (before.rows === null || copy.rows === null || inserted < 0 || deleted < 0) return [];
  const [least, most] = [before.rows - deleted, before.rows + inserted];
  if (copy.rows < least || copy.rows > most) {
    const wanted = least === most ? String(most) : `${least} to ${most}`;
    return [`${before.name} has ${copy.rows} rows instead of ${wanted}`];
  }
  const isUnchanged = inserted === 0 && deleted === 0 && after.updated === before.updated;
  const isDigested = before.digest !== null && copy.digest !== null;
  return isUnchanged && isDigested && before.digest !== copy.digest ? [`${before.name} has other rows`] : [];
}
