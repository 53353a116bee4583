// Reads a request's body as JSON: bounded while it arrives, whatever its headers claim.

import { Refusal } from "#runtime/actor/actor.ts";

export const BODY_BYTES_MAX = 64 * 1024;
/** No request of ours is deeper than 3. What is reported about a wrong value grows with the square of its depth. */
export const BODY_DEPTH_MAX = 16;

const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;

/**
 * No body is `{}`: then the schema says which fields are missing. Refusals: `too_large`, `malformed_json`.
 * Another content type than JSON counts as not JSON, so no form of a foreign page can speak here.
 */
export async function readJson(request: Request): Promise<unknown> {
  if (Number(request.headers.get("content-length") ?? 0) > BODY_BYTES_MAX) throw tooLarge();
  const bytes = await readBounded(request);
  if (bytes.byteLength === 0) return {};
  if (!JSON_TYPE.test(request.headers.get("content-type") ?? ""))
    throw notJson("the content type is not application/json");
  if (isDeep(bytes)) throw notJson(`a body is nested ${BODY_DEPTH_MAX} times at most`);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw notJson("the body cannot be read as JSON in UTF-8"); // What exactly, the parser says with pieces of the body: not for logs.
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

/** Counts brackets outside strings; whether they match is the parser's business. */
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
