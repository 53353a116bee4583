// Page cursors: opaque text that says where a page of a list ended. It holds the fields by which the list is sorted.

import { LOGIN_PATTERN, UUID_PATTERN } from "#schema/wire/ids.ts";
import { FieldRefusal } from "../problems/problem-details.ts";

/** One field of a cursor. `pattern` has no capturing groups. */
interface CursorField<Value> {
  pattern: string;
  read(text: string): Value;
}

type Fields = Record<string, CursorField<unknown>>;
type Values<Named extends Fields> = { [Name in keyof Named]: ReturnType<Named[Name]["read"]> };

interface PageCursor<Value> {
  /** Base64url. */
  write(last: Value): string;
  /** Null for no cursor. Throws FieldRefusal for a malformed one. */
  read(cursor: string | null | undefined): Value | null;
}

/** The fields that a `PageCursor` carries. */
export type CursorValue<Cursor> = Cursor extends PageCursor<infer Value> ? Value : never;

export const uuidField: CursorField<string> = { pattern: UUID_PATTERN, read: String };
const loginField: CursorField<string> = { pattern: LOGIN_PATTERN, read: String };
/** An integer from 0. */
export const numberField: CursorField<number> = { pattern: "\\d{1,16}", read: Number };
export const oneOf = <Value extends string>(...values: Value[]): CursorField<Value> => ({
  pattern: values.join("|"),
  read: (text) => text as Value,
});

/** Null is written as an empty text. */
export const orNull = <Value>({ pattern, read }: CursorField<Value>): CursorField<Value | null> => ({
  pattern: `(?:${pattern})?`,
  read: (text) => (text === "" ? null : read(text)),
});

/**
 * A cursor of these fields, in this order. `mark` is a prefix that keeps a list from accepting the cursor of another one.
 * Clients may keep cursors across a release, so a list must keep its mark and its fields.
 */
export function pageCursor<Named extends Fields>(
  fields: Named,
  { mark = "" }: { mark?: string } = {},
): PageCursor<Values<Named>> {
  const names = Object.keys(fields);
  const written = new RegExp(`^${names.map((name) => `(${fields[name]!.pattern})`).join("\\.")}$`);
  return {
    write: (last) => Buffer.from(mark + names.map((name) => last[name] ?? "").join(".")).toString("base64url"),
    read(cursor) {
      if (!cursor) return null;
      const text = Buffer.from(cursor, "base64url").toString("latin1");
      const found = text.startsWith(mark) ? written.exec(text.slice(mark.length)) : null;
      if (!found) throw new FieldRefusal([{ path: "cursor", message: "nextCursor of the previous page" }]);
      return Object.fromEntries(names.map((name, i) => [name, fields[name]!.read(found[i + 1]!)])) as Values<Named>;
    },
  };
}

/** For lists sorted by id, oldest or newest first. */
export const idCursor = pageCursor({ id: uuidField }, { mark: "0." });
export const loginCursor = pageCursor({ login: loginField });
