// Reads what a route takes, address, query and body, and holds each against its schema.

import { getSchemaValidator, type TSchema, ValidationError } from "elysia";
import type { Route } from "#schema/api/route.ts";
import { readJson } from "./json-body.ts";
import { andThen, type MaybePromise } from "./maybe-promise.ts";

export interface Inputs {
  query: unknown;
  body: unknown;
}

/** Throws ValidationError; Refusal `malformed_json` or `too_large` for a body. */
export type ReadInputs = (
  request: Request,
  params: Record<string, string>,
  query: Record<string, string> | undefined,
) => MaybePromise<Inputs>;

export function createInputs({ method, params, query, body }: Route): ReadInputs {
  const checkParams = checker("params", params);
  const checkQuery = checker("query", query);
  const checkBody = checker("body", body);
  return (request, inAddress, inQuery) => {
    checkParams(inAddress);
    checkQuery(inQuery);
    if (method === "GET") return { query: inQuery, body: undefined };
    // A body that is there is read, also where none is needed: it must be JSON all the same.
    return andThen(readJson(request), (json) => {
      checkBody(json);
      return { query: inQuery, body: json };
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
