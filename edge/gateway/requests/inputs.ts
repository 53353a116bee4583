// Reads the inputs of a route (path parameters, query, body) and checks each against its schema.

import { getSchemaValidator, type TSchema, ValidationError } from "elysia";
import type { Clock } from "#runtime/base/clock.ts";
import type { Route } from "#schema/api/route.ts";
import { fileBody } from "./file-body.ts";
import { readJson } from "./json-body.ts";
import { andThen, type MaybePromise } from "./maybe-promise.ts";

interface Inputs {
  query: unknown;
  body: unknown;
}

/** Throws ValidationError; Refusal `malformed_json`, `too_large` or `validation_failed` for a body. */
type ReadInputs = (
  request: Request,
  params: Record<string, string>,
  query: Record<string, string> | undefined,
) => MaybePromise<Inputs>;

export function createInputs(
  { method, params, query, body, mended, file }: Route,
  clock: Pick<Clock, "timer">,
): ReadInputs {
  const checkParams = checker("params", params);
  const readQuery = queryReader(query);
  const checkQuery = checker("query", query);
  const checkBody = checker("body", body);
  return (request, pathParams, queryParams) => {
    checkParams(pathParams);
    const query = readQuery(queryParams);
    checkQuery(query);
    if (method === "GET") return { query, body: undefined };
    if (file) return { query, body: fileBody(request, { bytesMax: file.bytesMax, clock }) };
    // A body is read even by routes that take none: it must be JSON.
    return andThen(readJson(request, mended), (json) => {
      checkBody(json);
      return { query, body: json };
    });
  };
}

/** Text that stands for a value of this type in a query; null: none does. */
const VALUES: Record<string, (text: string) => number | boolean | null> = {
  number: (text) => (/^-?\d{1,16}$/.test(text) ? Number(text) : null),
  boolean: (text) => (/^(true|1)$/.test(text) ? true : /^(false|0)$/.test(text) ? false : null),
};

/** The fields of the schema, as values of their types. Other fields are ignored, and an empty value counts as absent. */
function queryReader(schema: TSchema | undefined): (given: Record<string, unknown> | undefined) => unknown {
  if (!schema) return () => undefined;
  const fields = Object.entries(schema.properties as Record<string, TSchema>).map(
    ([name, { type }]) => [name, VALUES[type as string]] as const,
  );
  return (given = {}) => {
    const read: Record<string, unknown> = {};
    for (const [name, valueIn] of fields) {
      const text = given[name];
      if (text === undefined || text === "") continue;
      // What stands for no value is left as it is, for the check to refuse.
      read[name] = typeof text === "string" ? (valueIn?.(text) ?? text) : text;
    }
    return read;
  };
}

function checker(type: "params" | "query" | "body", schema: TSchema | undefined): (value: unknown) => void {
  if (!schema) return () => {};
  const validator = getSchemaValidator(schema, { normalize: false });
  return (value) => {
    if (!validator.Check(value)) throw new ValidationError(type, validator, value);
  };
}
