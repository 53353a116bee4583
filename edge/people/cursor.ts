// Where a page ended, as text that clients carry and nobody reads: a number to sort by and an id, a bare id, or a login.

import { FieldRefusal } from "../gateway/problems/problem.ts";

export interface Place {
  at: number;
  id: string;
}

const PLACE = /^(\d{1,16})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const LOGIN = /^[a-z0-9_]{1,25}$/;

export const writePlace = ({ at, id }: Place) => Buffer.from(`${at}.${id}`).toString("base64url");

/** Null for none. Throws FieldRefusal for one that we did not write, as do the others. */
export function readPlace(cursor: string | undefined): Place | null {
  if (!cursor) return null;
  const [, at, id] = PLACE.exec(text(cursor)) ?? [];
  if (at === undefined || id === undefined) throw wrong();
  return { at: Number(at), id };
}

export const writeId = (id: string) => writePlace({ at: 0, id });
export const readId = (cursor: string | undefined) => readPlace(cursor)?.id ?? null;

export const writeLogin = (login: string) => Buffer.from(login).toString("base64url");

export function readLogin(cursor: string | undefined): string | null {
  if (!cursor) return null;
  const login = text(cursor);
  if (!LOGIN.test(login)) throw wrong();
  return login;
}

const text = (cursor: string) => Buffer.from(cursor, "base64url").toString("latin1");
const wrong = () => new FieldRefusal([{ path: "cursor", message: "nextCursor of the page before" }]);
