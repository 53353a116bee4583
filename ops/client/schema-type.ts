// Converts JSON Schema to the text of a TypeScript type. It supports what our schemas use and throws on anything else.

type Schema = Record<string, unknown>;

export interface TypeWriter {
  /** The type of a schema. A schema with an `$id` gives that name, and its type goes to `declarations`. */
  typeOf(schema: unknown): string;
  /** All named types so far, as exported interfaces, sorted by name. */
  declarations(): string;
}

export function createTypeWriter(): TypeWriter {
  const named = new Map<string, string>();

  function typeOf(given: unknown): string {
    const { $id, ...schema } = given as Schema;
    if (typeof $id !== "string") return plain(schema);
    if (!named.has($id)) {
      named.set($id, ""); // Set first, in case the type refers to itself.
      named.set($id, plain(schema));
    }
    return $id;
  }

  function plain(schema: Schema): string {
    const { type, anyOf, enum: words } = schema as { type?: string; anyOf?: unknown[]; enum?: unknown[] };
    if ("const" in schema) return JSON.stringify(schema.const);
    if (words) return words.map((word) => JSON.stringify(word)).join(" | ");
    if (anyOf) return [...new Set(anyOf.map(typeOf))].join(" | ");
    switch (type) {
      case "object":
        return objectType(schema);
      case "array":
        return `Array<${typeOf(schema.items)}>`;
      case "integer":
      case "number":
        return "number";
      case "string":
      case "boolean":
      case "null":
        return type;
      case undefined:
        return "unknown";
      default:
        throw new Error(`no type for ${JSON.stringify(schema)}`);
    }
  }

  function objectType(schema: Schema): string {
    const { properties, patternProperties } = schema as Record<string, Record<string, Schema> | undefined>;
    if (patternProperties) return `Record<string, ${Object.values(patternProperties).map(typeOf).join(" | ")}>`;
    const required = new Set((schema.required as string[] | undefined) ?? []);
    const fields = Object.entries(properties ?? {}).map(([name, field]) => {
      const about = typeof field.description === "string" ? `/** ${field.description} */\n` : "";
      return `${about}${nameOf(name)}${required.has(name) ? "" : "?"}: ${typeOf(field)};`;
    });
    return fields.length === 0 ? "Record<string, never>" : `{\n${fields.join("\n")}\n}`;
  }

  return {
    typeOf,
    declarations: () =>
      [...named]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, body]) =>
          body.startsWith("{") ? `export interface ${name} ${body}` : `export type ${name} = ${body};`,
        )
        .join("\n\n"),
  };
}

export const nameOf = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
