// Which pictures people, channels, videos and categories have, and which objects of them nobody needs any more.
//
// Objects are stored between `beginPicture` and `setPicture`, in that order: whatever dies in between, a row of `picture_removals` is left.

import type { Sql } from "../../database.ts";
import { type PictureKind, pictureStem, picturesOf, pictureUrl } from "../../wire/pictures.ts";
import { videoKey } from "../../wire/video-keys.ts";

/** Whose picture: the id of the user, the channel, the video or the category. */
export interface PictureOwner {
  kind: PictureKind;
  id: string;
}

/** By kind: where it stands, what stands there, and what the keys of what stood there begin with. */
const PLACES = {
  portrait: { table: "users", column: "picture_url", stem: pictureStem, value: pictureUrl },
  category: { table: "categories", column: "picture_url", stem: pictureStem, value: pictureUrl },
  banner: { table: "channels", column: "banner_url", stem: pictureStem, value: pictureUrl },
  poster: {
    table: "videos",
    column: "poster_hash",
    stem: videoKey.ownPosterStem,
    value: (stem: string) => stem.slice(stem.lastIndexOf("-") + 1),
  },
} as const;

export const stemOf = ({ kind, id }: PictureOwner, hash: string) => PLACES[kind].stem(id, hash);

/** Before its objects are stored. The picture that stands there is never one to be removed. */
export async function beginPicture(sql: Sql, owner: PictureOwner, stem: string): Promise<void> {
  const { table, column, value } = PLACES[owner.kind];
  await sql`
    INSERT INTO picture_removals (prefix) SELECT ${stem} WHERE NOT EXISTS (
      SELECT 1 FROM ${sql(table)} WHERE id = ${owner.id} AND ${sql(column)} = ${value(stem, owner.kind)})
    ON CONFLICT (prefix) DO UPDATE SET at = now()`;
}

/** Null for `stem`: none any more. The objects of the picture before go later. Returns what stands there now; false: no such owner. */
export async function setPicture(sql: Sql, owner: PictureOwner, stem: string | null): Promise<string | null | false> {
  const { table, column, value } = PLACES[owner.kind];
  const now = stem === null ? null : value(stem, owner.kind);
  const before =
    owner.kind === "poster"
      ? sql`${videoKey.ownPosterStem(owner.id, "")} || before.was`
      : sql`regexp_replace(ltrim(before.was, '/'), '-[0-9]+[.]webp$', '')`;
  const rows = await sql`
    WITH before AS (SELECT ${sql(column)} AS was FROM ${sql(table)} WHERE id = ${owner.id} FOR UPDATE),
    changed AS (UPDATE ${sql(table)} SET ${sql(column)} = ${now} FROM before WHERE id = ${owner.id} RETURNING 1),
    gone AS (
      INSERT INTO picture_removals (prefix)
      SELECT ${before} FROM before WHERE was IS NOT NULL AND was IS DISTINCT FROM ${now}
      ON CONFLICT (prefix) DO UPDATE SET at = now()
    ), kept AS (DELETE FROM picture_removals WHERE prefix = ${stem} AND EXISTS (SELECT 1 FROM before))
    SELECT 1 FROM changed`;
  return rows.length === 1 && now;
}

/** Everything of an owner that is deleted in this transaction. */
export async function removePicturesOf(tx: Sql, ids: readonly string[]): Promise<void> {
  const prefixes = ids.map(picturesOf);
  await tx`INSERT INTO picture_removals (prefix) SELECT unnest(${prefixes}::text[]) ON CONFLICT (prefix) DO UPDATE SET at = now()`;
}

/** Oldest first. */
export async function removalsDue(
  sql: Sql,
  { olderThanMs, limit }: { olderThanMs: number; limit: number },
): Promise<string[]> {
  const rows = await sql<{ prefix: string }[]>`
    SELECT prefix FROM picture_removals WHERE at <= now() - ${olderThanMs} * interval '1 ms' ORDER BY at LIMIT ${limit}`;
  return rows.map(({ prefix }) => prefix);
}

/** Once its objects are gone. One that was asked for anew meanwhile stays. */
export async function endRemoval(sql: Sql, prefix: string, { olderThanMs }: { olderThanMs: number }): Promise<void> {
  await sql`DELETE FROM picture_removals WHERE prefix = ${prefix} AND at <= now() - ${olderThanMs} * interval '1 ms'`;
}
