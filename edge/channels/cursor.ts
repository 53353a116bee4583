// Where a page ended, as text that clients carry and nobody reads.

import { FieldRefusal } from "../gateway/problems/problem.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The last entry of a page: its id, and the number it was sorted by, if any. */
export interface Cursor {
  sort: "viewers" | "recent";
  viewers: number;
  id: string;
}

export const writeCursor = ({ sort, viewers, id }: Cursor) =>
  Buffer.from(`${sort}.${viewers}.${id}`).toString("base64url");

/** Null for none. Throws FieldRefusal for one that we did not write. */
export function readCursor(text: string | undefined): Cursor | null {
  if (!text) return null;
  const [sort, viewers, id = ""] = Buffer.from(text, "base64url").toString("latin1").split(".");
  if ((sort !== "viewers" && sort !== "recent") || !/^\d{1,9}$/.test(viewers ?? "") || !UUID.test(id))
    throw new FieldRefusal([{ path: "cursor", message: "nextCursor of the page before" }]);
  return { sort, viewers: Number(viewers), id };
}
