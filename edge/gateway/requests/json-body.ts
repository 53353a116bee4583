// Reads a request's body as JSON. The limit is enforced while the body arrives, whatever its headers claim.

import { Refusal } from "#runtime/actor/actor.ts";
import { halfPairAt } from "#schema/wire/unicode.ts";
import { FieldRefusal } from "../problems/problem-details.ts";

export const BODY_BYTES_MAX = 64 * 1024;
/** No route takes more than 3. The text of a validation error grows with the square of the depth. */
const BODY_DEPTH_MAX = 16;

const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;

/**
 * An empty body is `{}`, so that the schema lists the missing fields. Throws Refusal: `too_large`, `malformed_json`, and
 * FieldRefusal for a text with half of a surrogate pair, which JSON can escape: such a text could not be stored as it is.
 * In the fields `mended` of the body it becomes U+FFFD instead.
 * Any content type but JSON is `malformed_json`, so that a form on a foreign page cannot send requests.
 */
export async function readJson(request: Request, mended: readonly string[] = []): Promise<unknown> {
  if (Number(request.headers.get("content-length") ?? 0) > BODY_BYTES_MAX) throw tooLarge();
  const bytes = await readBounded(request);
  if (bytes.byteLength === 0) return {};
  if (!JSON_TYPE.test(request.headers.get("content-type") ?? ""))
    throw notJson("the content type is not application/json");
  if (isDeep(bytes)) throw notJson(`a body is nested ${BODY_DEPTH_MAX} times at most`);
  const value = parsed(bytes);
  for (const field of mended) mend(value, field);
  const path = halfPairAt(value);
  if (path !== null)
    throw new FieldRefusal([{ path, message: "must be well-formed Unicode: half of a surrogate pair" }]);
  return value;
}

function mend(value: unknown, field: string) {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, field)) return;
  const fields = value as Record<string, unknown>;
  const text = fields[field];
  if (typeof text === "string") fields[field] = text.toWellFormed();
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw notJson("the body cannot be read as JSON in UTF-8"); // The parser's own message quotes the body, which must not be logged.
  }
}

async function readBounded(request: Request): Promise<Uint8Array> {
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > BODY_BYTES_MAX) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Counts brackets outside strings; the parser checks whether they match. */
function isDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > BODY_DEPTH_MAX) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return false;
}

const tooLarge = () => new Refusal("too_large", `a body has at most ${BODY_BYTES_MAX} bytes`);
const notJson = (detail: string) => new Refusal("malformed_json", detail);
