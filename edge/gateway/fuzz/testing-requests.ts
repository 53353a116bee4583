// For tests only: requests generated from the OpenAPI document: right ones, nearly right ones, and hostile ones.

import fc from "fast-check";
import type { OpenApiDocument, OpenApiOperation } from "../openapi/document.ts";

const ASKERS = ["visitor", "user", "owner", "editor", "moderator", "staff", "admin", "bot", "forger"] as const;
export type Asker = (typeof ASKERS)[number];

export interface FuzzRequest {
  method: string;
  /** The path in the document. */
  pattern: string;
  /** With its query. */
  path: string;
  asker: Asker;
  headers: Record<string, string>;
  body: string | null;
}

/** Existing logins and ids, so that not every request is answered "not found". */
export interface Pool {
  logins: string[];
  ids: string[];
}

type Json = Record<string, unknown>;
type Operation = { method: string; pattern: string; operation: OpenApiOperation };

const ODD_TEXT = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\r\nx-evil: 1",
  "\ud800",
  "\u202eabc",
  "аdа",
  "👩‍👩‍👧‍👦",
  "*",
  ">",
  "a.b",
  "$SYS.>",
  "../../etc/passwd",
  "..%2f..%2f",
  "%00",
  "%",
  "%zz",
  "' OR 1=1 --",
  "\\",
  "{{7*7}}",
  "<script>alert(1)</script>",
  "__proto__",
  "constructor",
  "null",
  "NaN",
  "-1",
  "1e309",
  "9".repeat(40),
  "x".repeat(5_000),
  "00000000-0000-0000-0000-000000000000",
  "ffffffff-ffff-ffff-ffff-ffffffffffff",
  "0x7f.1",
  "http://169.254.169.254/",
];
const oddText = fc.oneof(fc.constantFrom(...ODD_TEXT), fc.string({ unit: "binary", maxLength: 60 }));
const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 2 ** 53, -0, [], {}, [[]], [null], { a: 1 }),
  fc.double(),
  fc.array(fc.string(), { maxLength: 30 }),
);

/** Bodies that are no JSON, or hostile JSON. */
const ODD_BODIES = [
  "",
  "{",
  "null",
  "[]",
  '"text"',
  "0",
  "\u0000",
  '{"a":1,}',
  '{"__proto__":{"role":"admin"}}',
  '{"constructor":{"prototype":{"role":"admin"}}}',
  '{"title":1e309}',
  `${'{"a":'.repeat(200)}1${"}".repeat(200)}`,
  "[".repeat(5_000),
  `{"login":"${"x".repeat(70_000)}"}`,
  '{"login":"\\ud800"}',
  "login=ada&password=x",
];
const ODD_HEADERS: Record<string, string>[] = [
  { "content-type": "text/plain" },
  { "content-type": "multipart/form-data; boundary=x" },
  { "content-type": "application/json; charset=utf-16" },
  { "x-forwarded-for": "127.0.0.1, <script>" },
  { "x-forwarded-host": "evil.example", "x-forwarded-proto": "javascript" },
  { origin: "null" },
  { origin: "https://evil.example", "access-control-request-method": "DELETE" },
  { "x-request-id": "a b\t\"'<" },
  { "x-request-id": "x".repeat(10_000) },
  { cookie: "refresh_token=AAAA; refresh_token=../../x" },
  { cookie: `refresh_token=${"a".repeat(400)}` },
  { authorization: "Bearer" },
  { authorization: "Basic YWRtaW46YWRtaW4=" },
  { authorization: `Bearer ${"a".repeat(50_000)}` },
  { authorization: "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0." },
  { accept: "text/html" },
  { range: "bytes=0-1,2-3,-1" },
  { "accept-language": "x".repeat(3_000) },
];

export function requestsOf(document: OpenApiDocument, pool: Pool): fc.Arbitrary<FuzzRequest> {
  const operations: Operation[] = Object.entries(document.paths).flatMap(([pattern, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), pattern, operation })),
  );
  const schemas = document.components.schemas;
  return fc
    .tuple(fc.constantFrom(...operations), fc.constantFrom("right", "right", "nearly", "hostile" as const))
    .chain(([one, manner]) => requestOf(one, manner));

  function requestOf({ method, pattern, operation }: Operation, manner: string): fc.Arbitrary<FuzzRequest> {
    const hostile = manner === "hostile";
    const path = pathOf(pattern, operation, manner);
    const query = queryOf(operation, manner);
    return fc
      .record({
        path,
        query,
        asker: fc.constantFrom(...ASKERS),
        headers: hostile ? fc.constantFrom({}, ...ODD_HEADERS) : fc.constant({}),
        body: bodyOf(operation, manner),
      })
      .map(({ path, query, asker, headers, body }) => ({
        method,
        pattern,
        path: query ? `${path}?${query}` : path,
        asker,
        headers: body === null ? headers : { "content-type": "application/json", ...headers },
        body,
      }));
  }

  function pathOf(pattern: string, { parameters }: OpenApiOperation, manner: string): fc.Arbitrary<string> {
    const names = parameters.filter((one) => one.in === "path");
    const values = names.map(({ name, schema }) => {
      const known = name === "id" ? pool.ids : [...pool.logins, ...(name === "channel" ? pool.ids : [])];
      const there = fc.constantFrom(...known);
      if (manner === "right")
        return fc.oneof({ weight: 4, arbitrary: there }, { weight: 1, arbitrary: rightValue(schema) });
      return fc.oneof(there, rightValue(schema), oddText);
    });
    return fc
      .tuple(...values)
      .map((chosen) =>
        names.reduce((path, { name }, i) => path.replace(`{${name}}`, segment(String(chosen[i]), manner)), pattern),
      );
  }

  function queryOf({ parameters }: OpenApiOperation, manner: string): fc.Arbitrary<string> {
    const fields = parameters.filter((one) => one.in === "query");
    const right = fc.record(Object.fromEntries(fields.map(({ name, schema }) => [name, rightValue(schema)])), {
      requiredKeys: fields.filter(({ required }) => required).map(({ name }) => name),
    });
    const pairs = right.map((chosen) => Object.entries(chosen).map(([name, value]) => [name, String(value)] as const));
    if (manner === "right") return pairs.map(encoded);
    const odd = fc.array(
      fc.tuple(fc.constantFrom("limit", "cursor", "__proto__", "foo", ...fields.map(({ name }) => name)), oddText),
      { maxLength: 4 },
    );
    return fc.oneof(
      pairs.map(encoded),
      odd.map(encoded),
      odd.map((pairs) => pairs.map((pair) => pair.join("=")).join("&")).map(inUrl),
    );
  }

  function bodyOf({ requestBody }: OpenApiOperation, manner: string): fc.Arbitrary<string | null> {
    const schema = requestBody?.content["application/json"]?.schema;
    if (!schema) return manner === "hostile" ? fc.constantFrom(null, ...ODD_BODIES) : fc.constant(null);
    const right = rightValue(schema) as fc.Arbitrary<Json>;
    if (manner === "right") return right.map(text);
    const nearly = fc.oneof(
      fc
        .tuple(right, fc.constantFrom(...Object.keys(fieldsOf(schema)), "extra"), oddValue)
        .map(([body, key, value]) => text({ ...body, [key]: value })),
      fc
        .tuple(right, fc.nat(5))
        .map(([body, drop]) => text(Object.fromEntries(Object.entries(body).filter((_, i) => i !== drop)))),
    );
    return manner === "nearly" ? nearly : fc.oneof(nearly, fc.constantFrom(...ODD_BODIES), oddValue.map(text));
  }

  function fieldsOf(schema: Json): Record<string, Json> {
    return (resolve(schema).properties as Record<string, Json> | undefined) ?? {};
  }

  function resolve(schema: Json): Json {
    const name = /^#\/components\/schemas\/(\w+)$/.exec(String(schema.$ref ?? ""))?.[1];
    return name ? schemas[name]! : schema;
  }

  /** A value that should satisfy the schema. */
  function rightValue(given: Json): fc.Arbitrary<unknown> {
    const schema = resolve(given);
    if ("const" in schema) return fc.constant(schema.const);
    if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]));
    const either = (schema.anyOf ?? schema.oneOf) as Json[] | undefined;
    if (either) return fc.oneof(...either.map(rightValue));
    switch (schema.type) {
      case "object": {
        const fields = fieldsOf(schema);
        const requiredKeys = ((schema.required as string[] | undefined) ?? []).filter((key) => key in fields);
        return fc.record(Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, rightValue(one)])), {
          requiredKeys,
        });
      }
      case "array":
        return fc.array(rightValue((schema.items as Json | undefined) ?? { type: "string" }), {
          minLength: Number(schema.minItems ?? 0),
          maxLength: Math.min(Number(schema.maxItems ?? 4), 12),
        });
      case "boolean":
        return fc.boolean();
      case "null":
        return fc.constant(null);
      case "integer":
        return fc.integer({ min: Number(schema.minimum ?? 0), max: Number(schema.maximum ?? 2 ** 31) });
      case "number":
        return fc.double({ min: Number(schema.minimum ?? 0), max: Number(schema.maximum ?? 1e12), noNaN: true });
      default:
        return rightText(schema);
    }
  }

  function rightText({ pattern, format, minLength, maxLength }: Json): fc.Arbitrary<string> {
    const [least, most] = [Number(minLength ?? 0), Math.min(Number(maxLength ?? 60), 400)];
    if (format === "uuid") return fc.oneof(fc.constantFrom(...pool.ids), fc.uuid({ version: 7 }));
    if (format === "date-time") return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
    const plain = fc.oneof(fc.constantFrom(...pool.logins), fc.string({ minLength: least, maxLength: most }));
    if (typeof pattern !== "string") return plain;
    const fits = (value: string) => value.length >= least && value.length <= Number(maxLength ?? 1_000);
    if (pattern.includes("@")) return fc.emailAddress().filter(fits);
    // The generator cannot handle `[^…]` with escapes: then plain text, which the pattern may refuse.
    return pattern.includes("[^") ? plain : fc.stringMatching(new RegExp(pattern)).filter(fits);
  }
}

const text = (value: unknown) => JSON.stringify(value) ?? "";
const encoded = (pairs: readonly (readonly [string, string])[]) =>
  pairs
    .map(([name, value]) => `${encodeURIComponent(wellFormed(name))}=${encodeURIComponent(wellFormed(value))}`)
    .join("&");
const wellFormed = (value: string) => value.toWellFormed();

/** Percent-encoded, as clients do it. In hostile requests only as far as the URL stays valid. */
const segment = (value: string, manner: string) =>
  (manner === "hostile" ? inUrl(value) : encodeURIComponent(wellFormed(value))) || "-";
const inUrl = (value: string) => wellFormed(value).replace(/[\s?#/\\\u0000-\u001f\u007f]/g, "_");
