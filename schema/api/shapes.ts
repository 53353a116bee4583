// Schemas that many answers share. A view's type is `Static` of its schema.

import { type TSchema, t } from "elysia";

type Properties = Record<string, TSchema>;

/**
 * An object with exactly these fields; `name` is its name in the documentation. Clients must expect more fields (contract: additions are
 * welcome), so the documentation leaves `additionalProperties: false` out; the tests do not.
 */
export const answer = <Fields extends Properties>(name: string, fields: Fields) =>
  t.Object(fields, { $id: name, additionalProperties: false });

/** Like `answer`, without a name. */
export const part = <Fields extends Properties>(fields: Fields) => t.Object(fields, { additionalProperties: false });

/** UUIDv7. */
export const id = t.String({ format: "uuid" });
/** RFC 3339 in UTC, to the millisecond. */
export const moment = t.String({ format: "date-time" });
export const text = t.String();
/** An integer. Elysia would also accept text for `t.Integer`. */
export const whole = t.Unsafe<number>({ type: "integer" });
/** An integer from 0. */
export const count = t.Unsafe<number>({ type: "integer", minimum: 0 });
export const number = t.Number();
export const bool = t.Boolean();

export const orNull = <Schema extends TSchema>(schema: Schema) => t.Union([schema, t.Null()]);

/** One of these words. */
export const oneOf = <const Words extends readonly string[]>(...words: Words) =>
  t.Unsafe<Words[number]>({ type: "string", enum: [...words] });

/** Like `oneOf`, for requests: Elysia cannot check `t.Unsafe`. `description` is the text of the validation error. */
export const word = <const Words extends readonly string[]>(words: Words, description: string) =>
  t.Union(
    words.map((one: Words[number]) => t.Literal(one)),
    { description },
  );

/** The same schema with a description. */
export const described = <Schema extends TSchema>(schema: Schema, description: string): Schema => ({
  ...schema,
  description,
});

/** The answer of a list. Clients send `nextCursor` as `?cursor=`. */
export const pageOf = <Item extends TSchema>(item: Item) =>
  part({ items: t.Array(item), nextCursor: t.Union([text, t.Null()], { description: "null on the last page" }) });

/** A flag in a query: `true` or `1`, `false` or `0`. */
export const queryFlag = t.Boolean({ description: "true or false" });

/** A whole number of a request. `description` is the text of the validation error. */
export const wholeNumber = (options: { minimum: number; maximum: number; description: string }) =>
  t.Number({ multipleOf: 1, ...options });
