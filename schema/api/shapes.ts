// Shapes that many answers share. A view's type is `Static` of its schema, so nothing is typed twice.

import { type TSchema, t } from "elysia";

type Properties = Record<string, TSchema>;

/** An object with these fields and no others; `name` is its name in the documentation. */
export const answer = <Fields extends Properties>(name: string, fields: Fields) =>
  t.Object(fields, { $id: name, additionalProperties: false });

/** As `answer`, for an object that has no name of its own. */
export const part = <Fields extends Properties>(fields: Fields) => t.Object(fields, { additionalProperties: false });

/** UUIDv7. */
export const id = t.String({ format: "uuid" });
/** RFC 3339 in UTC, to the millisecond. */
export const moment = t.String({ format: "date-time" });
export const text = t.String();
/** A whole number. `t.Integer` would also take text, as Elysia reads it. */
export const whole = t.Unsafe<number>({ type: "integer" });
/** A whole number from 0 on. */
export const count = t.Unsafe<number>({ type: "integer", minimum: 0 });
export const number = t.Number();
export const bool = t.Boolean();

export const orNull = <Schema extends TSchema>(schema: Schema) => t.Union([schema, t.Null()]);

/** One of these words. */
export const oneOf = <const Words extends readonly string[]>(...words: Words) =>
  t.Unsafe<Words[number]>({ type: "string", enum: [...words] });

/** As `oneOf`, for requests: Elysia cannot check `t.Unsafe`. `description` is what a person reads when the word is another. */
export const word = <const Words extends readonly string[]>(words: Words, description: string) =>
  t.Union(
    words.map((one: Words[number]) => t.Literal(one)),
    { description },
  );

/** The same field with a sentence for the documentation. */
export const described = <Schema extends TSchema>(schema: Schema, description: string): Schema => ({
  ...schema,
  description,
});

/** A list's answer. `nextCursor` goes into `?cursor=`. */
export const pageOf = <Item extends TSchema>(item: Item) =>
  part({ items: t.Array(item), nextCursor: t.Union([text, t.Null()], { description: "null on the last page" }) });

/** A flag in a query string; an empty one counts as not given. */
export const queryFlag = word(["true", "false", ""], "true or false");
