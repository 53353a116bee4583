// Reads the inputs of a route (path parameters, query, body) and checks each against its schema.

import { getSchemaValidator, type TSchema, ValidationError } from "elysia";
import type { Route } from "#schema/api/route.ts";
import { readJson } from "./json-body.ts";
import { andThen, type MaybePromise } from "./maybe-promise.ts";

interface Inputs {
  query: unknown;
  body: unknown;
}

/** Throws ValidationError; Refusal `malformed_json` or `too_large` for a body. */
type ReadInputs = (
  request: Request,
  params: Record<string, string>,
  query: Record<string, string> | undefined,
) => MaybePromise<Inputs>;

export function createInputs({ method, params, query, body }: Route): ReadInputs {
  const checkParams = checker("params", params);
  const checkQuery = checker("query", query);
  const checkBody = checker("body", body);
  return (request, pathParams, queryParams) => {
    checkParams(pathParams);
    checkQuery(queryParams);
    if (method === "GET") return { query: queryParams, body: undefined };
    // A body is read even by routes that take none: it must be JSON.
    return andThen(readJson(request), (json) => {
      checkBody(json);
      return { query: queryParams, body: json };
    });
  };
}

function checker(type: "params" | "query" | "body", schema: TSchema | undefined): (value: unknown) => void {
  if (!schema) return () => {};
  const validator = getSchemaValidator(schema, { normalize: false });
  return (value) => {
    if (!validator.Check(value)) throw new ValidationError(type, validator, value);
  };
}
