// JSON Schema for the documents, from our schemas: TypeBox is JSON Schema already.

export type Json = Record<string, unknown>;

/** Named schemas of a document, by name. */
export type Components = Record<string, Json>;

interface SpecOptions {
  /**
   * Answers may gain fields, so that a client must not refuse unknown ones: `additionalProperties: false` is left out. Requests keep it,
   * since unknown fields of a body are refused.
   */
  grows: boolean;
}

/** A schema with `$id` goes to `components`, and becomes a reference to it. */
export function toSpec(schema: unknown, components: Components, { grows }: SpecOptions): Json {
  return convert(schema) as Json;

  function convert(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(convert);
    if (typeof value !== "object" || value === null) return value;
    const { $id, ...fields } = value as Json;
    if (typeof $id !== "string") return plain(fields);
    if (!components[$id]) {
      components[$id] = {}; // Set first, in case the schema refers to itself.
      Object.assign(components[$id], plain(fields));
    }
    return { $ref: `#/components/schemas/${$id}` };
  }

  function plain({ multipleOf, ...fields }: Json): Json {
    const spec = Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, convert(one)]));
    if (grows && spec.additionalProperties === false) delete spec.additionalProperties;
    // Our validator knows whole numbers only as multiples of 1.
    if (multipleOf === 1 && spec.type === "number") spec.type = "integer";
    else if (multipleOf !== undefined) spec.multipleOf = multipleOf;
    return wordsOf(spec) ?? spec;
  }
}

/** A choice of words is shorter as `enum`. Null: the schema is not one. */
function wordsOf({ anyOf, ...rest }: Json): Json | null {
  if (!Array.isArray(anyOf)) return null;
  const words = anyOf.map((one: Json) => one.const);
  return words.every((word) => typeof word === "string") ? { ...rest, type: "string", enum: words } : null;
}
