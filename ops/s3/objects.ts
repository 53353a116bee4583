// Requests for objects: put, copy, get, look, delete.

import type { ObjectRow } from "./catalogue.ts";
import { readRange } from "./range.ts";
import { empty, isoTime, type ObjectRequest, xmlAnswer } from "./request.ts";
import { S3Error } from "./s3-error.ts";
import { decode } from "./signature.ts";
import { answerUpload, beginUpload } from "./uploads.ts";
import { leaf } from "./xml.ts";

const KEY_BYTES_MAX = 1_024;
/** Headers of a put that its gets have again. */
const KEPT = ["content-type", "cache-control", "content-disposition", "content-language", "expires"];

export async function answerObject(asked: ObjectRequest): Promise<Response> {
  const { request, place, bucket, key } = asked;
  const { method, query } = request;
  if (Buffer.byteLength(key) > KEY_BYTES_MAX) throw new S3Error("KeyTooLongError");
  if (query.has("uploadId")) return answerUpload(asked);
  if (method === "POST" && query.has("uploads")) return beginUpload(asked, keptHeaders(request.headers));
  if (method === "PUT") return request.headers.has("x-amz-copy-source") ? copyObject(asked) : putObject(asked);
  if (method === "DELETE") {
    place.bodies.remove(place.catalogue.removeObject(bucket.name, key));
    return empty(204);
  }
  if (method !== "GET" && method !== "HEAD") throw new S3Error("MethodNotAllowed");
  return getObject(asked);
}

async function putObject(asked: ObjectRequest): Promise<Response> {
  const { request, place, key } = asked;
  requireAbsence(asked);
  const { id, bytes, md5, crc32 } = await request.receive();
  const headers = keptHeaders(request.headers);
  store(asked, { key, bodies: [{ id, bytes }], bytes, etag: md5, headers, modifiedAtMs: place.nowMs(), crc32 });
  return empty(200, { etag: `"${md5}"`, "x-amz-checksum-crc32": crc32 });
}

function copyObject(asked: ObjectRequest): Response {
  const { request, place, key } = asked;
  const [bucket = "", ...source] = decode(request.headers.get("x-amz-copy-source")!).replace(/^\//, "").split("/");
  const found = place.catalogue.object(bucket, source.join("/"));
  if (!found) throw new S3Error("NoSuchKey");
  requireAbsence(asked);
  place.faults.requireSpace();
  const isReplaced = request.headers.get("x-amz-metadata-directive") === "REPLACE";
  const headers = isReplaced ? keptHeaders(request.headers) : found.headers;
  const bodies = found.bodies.map(({ id, bytes }) => ({ id: place.bodies.copy(id), bytes }));
  const modifiedAtMs = place.nowMs();
  store(asked, { ...found, key, bodies, headers, modifiedAtMs });
  return xmlAnswer("CopyObjectResult", leaf("ETag", `"${found.etag}"`) + leaf("LastModified", isoTime(modifiedAtMs)));
}

/** Commits an object whose bodies are written. The bodies of the object that it replaces, or its own if that fails, are removed. */
function store(asked: ObjectRequest, row: ObjectRow) {
  const { place, bucket } = asked;
  try {
    const replaced = place.catalogue.together(() => {
      requireAbsence(asked);
      return place.catalogue.putObject(bucket.name, row);
    });
    place.bodies.remove(replaced);
  } catch (error) {
    place.bodies.remove(row.bodies.map(({ id }) => id));
    throw error;
  }
}

function requireAbsence({ request, place, bucket, key }: ObjectRequest) {
  if (request.headers.get("if-none-match") === "*" && place.catalogue.object(bucket.name, key))
    throw new S3Error("PreconditionFailed");
}

function getObject({ request, place, bucket, key }: ObjectRequest): Response {
  const object = place.catalogue.object(bucket.name, key);
  if (!object) throw new S3Error("NoSuchKey");
  const headers = answerHeaders(object, request.query);
  if (request.headers.get("if-none-match")?.includes(object.etag)) return empty(304, headers);
  const range = readRange(request.headers.get("range"), object.bytes);
  const { start, end } = range ?? { start: 0, end: object.bytes };
  if (range) headers["content-range"] = `bytes ${start}-${end - 1}/${object.bytes}`;
  else if (object.crc32 && request.headers.get("x-amz-checksum-mode") === "ENABLED")
    headers["x-amz-checksum-crc32"] = object.crc32;
  headers["content-length"] = String(end - start);
  const status = range ? 206 : 200;
  if (request.method === "HEAD" || start === end) return empty(status, headers);
  const body = place.faults.slowed(place.bodies.read(object.bodies, start, end));
  return new Response(body, { status, headers });
}

function answerHeaders({ headers, etag, modifiedAtMs }: ObjectRow, query: URLSearchParams): Record<string, string> {
  const answer: Record<string, string> = { "content-type": "binary/octet-stream", ...headers };
  for (const name of KEPT) answer[name] = query.get(`response-${name}`) ?? answer[name] ?? "";
  const lastModified = new Date(modifiedAtMs).toUTCString();
  const given = Object.entries(answer).filter(([, value]) => value !== "");
  return { ...Object.fromEntries(given), etag: `"${etag}"`, "last-modified": lastModified, "accept-ranges": "bytes" };
}

/** Those that belong to the object, with its `x-amz-meta-…`, and Content-Encoding without the word for chunks. */
function keptHeaders(headers: Headers): Record<string, string> {
  const kept = [...headers].filter(([name]) => KEPT.includes(name) || name.startsWith("x-amz-meta-"));
  const codings = (headers.get("content-encoding") ?? "").split(",").map((word) => word.trim());
  const coding = codings.filter((word) => word && word !== "aws-chunked").join(", ");
  return { ...Object.fromEntries(kept), ...(coding && { "content-encoding": coding }) };
}
