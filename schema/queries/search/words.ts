// The words of a search, as `tsquery`s.
//
// Texts are compared by their `search_key` and found by their `search_lexemes` (migration 0012). Both are functions in the database, so that a
// query and what it finds are always folded alike; the indexes need no extension.

import type { Fragment, Sql } from "../../database.ts";

/** Further words of a query are ignored. */
const WORDS_MAX = 5;
/** As in the lexemes. */
const WORD_LENGTH_MAX = 60;

/** A query as `searchKey` folded it: one blank between two words. */
export type Key = string;

/** Empty: the query has no letter and no digit, and finds nothing. */
export async function searchKey(sql: Sql, query: string): Promise<Key> {
  const [row] = await sql<[{ key: Key }]>`SELECT search_key(${query}) AS key`;
  return row.key;
}

export const wordsOf = (key: Key): string[] =>
  [...new Set(key.split(" "))]
    .filter((word) => word !== "")
    .slice(0, WORDS_MAX)
    .map((word) => cutWord(word));

/** By code points, as PostgreSQL's `left`. */
const cutWord = (word: string) => [...word].slice(0, WORD_LENGTH_MAX).join("");

/** As a `tsquery`. A key has neither quotes nor backslashes. */
export const beginningOfWord = (word: string) => `'^${word}':*`;

/** As a `tsquery`. One and two letters must begin a word. */
export const partOfWord = (word: string) =>
  [...word].length < 3 ? beginningOfWord(word) : `(${beginningOfWord(word)} | '${word}':*)`;

/** The `tsquery` of titles in which each word of the key begins a word; null: the key has none. */
export const titleWords = (key: Key) => allOf(key, beginningOfWord);

/** The `tsquery` of names of which each word of the key is a part; null: the key has none. */
export const nameWords = (key: Key) => allOf(key, partOfWord);

function allOf(key: Key, each: (word: string) => string): string | null {
  const words = wordsOf(key);
  return words.length === 0 ? null : words.map(each).join(" & ");
}

/** Condition on `users AS u`, with its index. */
export const hasName = (sql: Sql, query: string): Fragment =>
  sql`search_lexemes(search_key(u.login || ' ' || u.display_name), true) @@ ${query}::tsquery`;

/** Condition on `channels AS c`, with its index. */
export const hasChannelTitle = (sql: Sql, query: string): Fragment =>
  sql`search_lexemes(search_key(c.title), false) @@ ${query}::tsquery`;

/** Condition on `videos AS v`, with its index. */
export const hasVideoTitle = (sql: Sql, query: string): Fragment =>
  sql`search_lexemes(search_key(v.title), false) @@ ${query}::tsquery`;
