// Schemas of what we answer, held against the types that handlers return: an answer with another field does not compile.

import { type Static, type TSchema, t } from "elysia";

type Properties = Record<string, TSchema>;

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** `view<ChannelView>()(schema)`: the schema says exactly what the type says. */
export const view =
  <View>() =>
  <Schema extends TSchema>(schema: Same<Static<Schema>, View> extends true ? Schema : never): Schema =>
    schema;

/** An object with these fields and no others; `name` is its name in the documentation. */
export const answer = <Fields extends Properties>(name: string, fields: Fields) =>
  t.Object(fields, { $id: name, additionalProperties: false });

/** As `answer`, for one that has no name of its own. */
export const part = <Fields extends Properties>(fields: Fields) => t.Object(fields, { additionalProperties: false });

/** UUIDv7. */
export const id = t.String({ format: "uuid" });
/** RFC 3339 in UTC, to the millisecond. */
export const moment = t.String({ format: "date-time" });
export const text = t.String();
/** A whole number. Not `t.Integer`, which to Elysia may also be text. */
export const whole = t.Unsafe<number>({ type: "integer" });
export const count = t.Unsafe<number>({ type: "integer", minimum: 0 });
export const yes = t.Boolean();

export const orNull = <Schema extends TSchema>(schema: Schema) => t.Union([schema, t.Null()]);

/** One of these words. */
export const oneOf = <const Words extends readonly string[]>(...words: Words) =>
  t.Unsafe<Words[number]>({ type: "string", enum: [...words] });

/** A list's answer. */
export const pageOf = <Item extends TSchema>(item: Item) =>
  part({ items: t.Array(item), nextCursor: t.Union([text, t.Null()], { description: "null on the last page" }) });
