// Which pages may use a bucket from browsers (AWS: S3, Using CORS).

import type { Incoming } from "./http.ts";
import { S3Error } from "./s3-error.ts";
import { parseXml, textOf, textsOf } from "./xml.ts";

interface CorsRule {
  origins: string[];
  methods: string[];
  headers: string[];
  exposed: string[];
  maxAgeS: string | undefined;
}

/** Throws S3Error MalformedXML. */
export function readCors(xml: string): CorsRule[] {
  const rules = parseXml(xml).elements.filter(({ name }) => name === "CORSRule");
  return rules.map((rule) => ({
    origins: textsOf(rule, "AllowedOrigin"),
    methods: textsOf(rule, "AllowedMethod"),
    headers: textsOf(rule, "AllowedHeader"),
    exposed: textsOf(rule, "ExposeHeader"),
    maxAgeS: textOf(rule, "MaxAgeSeconds"),
  }));
}

/** The rule of a new bucket: every page may use addresses that are signed, since an address is the permission. */
export const OPEN_CORS = `<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedMethod>HEAD</AllowedMethod><AllowedMethod>PUT</AllowedMethod><AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>3600</MaxAgeSeconds></CORSRule></CORSConfiguration>`;

/** Headers for an answer to this request; null: no rule permits it. For a preflight, of what it asks for. */
export function corsHeaders(
  request: Pick<Incoming, "method" | "headers">,
  xml: string | null,
): Record<string, string> | null {
  const origin = request.headers.get("origin");
  if (origin === null || xml === null) return null;
  const asked = request.headers.get("access-control-request-headers");
  const isPreflight = request.method === "OPTIONS";
  const method = isPreflight ? request.headers.get("access-control-request-method") : request.method;
  const wanted = (isPreflight ? (asked ?? "") : "").split(",").map((name) => name.trim().toLowerCase());
  const rule = readCors(xml).find(
    ({ origins, methods, headers }) =>
      origins.some((pattern) => matches(pattern, origin)) &&
      methods.includes(method ?? "") &&
      wanted.filter(Boolean).every((name) => headers.some((pattern) => matches(pattern.toLowerCase(), name))),
  );
  if (!rule) return null;
  return {
    "access-control-allow-origin": rule.origins.includes("*") ? "*" : origin,
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    ...(rule.exposed.length > 0 && { "access-control-expose-headers": rule.exposed.join(", ") }),
    ...(isPreflight && {
      "access-control-allow-methods": rule.methods.join(", "),
      ...(asked !== null && { "access-control-allow-headers": asked }),
      ...(rule.maxAgeS !== undefined && { "access-control-max-age": rule.maxAgeS }),
    }),
  };
}

export const refusedPreflight = () => new S3Error("AccessForbidden", "no CORS rule permits this request");

/** One `*` stands for any text. */
function matches(pattern: string, text: string): boolean {
  const [before = "", after] = pattern.split("*");
  if (after === undefined) return pattern === text;
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}
