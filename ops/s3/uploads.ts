// Requests of multipart uploads: begin, take a part, list, complete, abort.

import { createHash } from "node:crypto";
import type { PartRow } from "./catalogue.ts";
import { type BucketRequest, empty, isoTime, type ObjectRequest, xmlAnswer } from "./request.ts";
import { S3Error } from "./s3-error.ts";
import { leaf, parseXml, textOf } from "./xml.ts";

const PART_NUMBER_MAX = 10_000;
const PART_BYTES_MIN = 5 * 1024 * 1024;
const PAGE_MAX = 1_000;

export function beginUpload({ place, bucket, key }: ObjectRequest, headers: Record<string, string>): Response {
  const id = crypto.randomUUID();
  place.catalogue.addUpload(bucket.name, { id, key, headers, begunAtMs: place.nowMs() });
  const names = leaf("Bucket", bucket.name) + leaf("Key", key);
  return xmlAnswer("InitiateMultipartUploadResult", names + leaf("UploadId", id));
}

export async function answerUpload(asked: ObjectRequest): Promise<Response> {
  const { request, place } = asked;
  const id = requireUpload(asked).id;
  switch (request.method) {
    case "PUT":
      return takePart(asked, id);
    case "GET":
      return listParts(asked, id);
    case "POST":
      return complete(asked, id);
    case "DELETE":
      place.bodies.remove(place.catalogue.together(() => place.catalogue.removeUpload(id)));
      return empty(204);
    default:
      throw new S3Error("MethodNotAllowed");
  }
}

function requireUpload({ request, place, bucket, key }: ObjectRequest) {
  const upload = place.catalogue.upload(bucket.name, { id: request.query.get("uploadId")!, key });
  if (!upload) throw new S3Error("NoSuchUpload");
  return upload;
}

async function takePart(asked: ObjectRequest, upload: string): Promise<Response> {
  const { request, place } = asked;
  const number = request.number("partNumber", 0);
  if (number < 1 || number > PART_NUMBER_MAX) throw new S3Error("InvalidArgument", "Part number is from 1 to 10000");
  const { id, bytes, md5, crc32 } = await request.receive();
  try {
    const replaced = place.catalogue.together(() => {
      requireUpload(asked); // It may have been completed or aborted while the part came.
      return place.catalogue.putPart(upload, { number, id, bytes, etag: md5, modifiedAtMs: place.nowMs() });
    });
    place.bodies.remove(replaced);
  } catch (error) {
    place.bodies.remove([id]);
    throw error;
  }
  return empty(200, { etag: `"${md5}"`, "x-amz-checksum-crc32": crc32 });
}

function listParts({ request, place, bucket, key }: ObjectRequest, upload: string): Response {
  const after = request.number("part-number-marker", 0);
  const max = Math.min(request.number("max-parts", PAGE_MAX), PAGE_MAX);
  const parts = place.catalogue.parts(upload).filter(({ number }) => number > after);
  const page = parts.slice(0, max);
  const rows = page.map(({ number, etag, bytes, modifiedAtMs }) => {
    const what = leaf("PartNumber", number) + leaf("ETag", `"${etag}"`) + leaf("Size", bytes);
    return `<Part>${what}${leaf("LastModified", isoTime(modifiedAtMs))}</Part>`;
  });
  const head = leaf("Bucket", bucket.name) + leaf("Key", key) + leaf("UploadId", upload) + leaf("MaxParts", max);
  const marks = leaf("PartNumberMarker", after) + leaf("NextPartNumberMarker", page.at(-1)?.number ?? after);
  return xmlAnswer("ListPartsResult", head + marks + leaf("IsTruncated", parts.length > max) + rows.join(""));
}

async function complete(asked: ObjectRequest, upload: string): Promise<Response> {
  const { request, place, bucket, key } = asked;
  const { catalogue, bodies } = place;
  const wanted = readParts(await request.text());
  const { etag, strays } = catalogue.together(() => {
    const { headers } = requireUpload(asked);
    const parts = chosen(wanted, catalogue.parts(upload));
    const used = parts.map(({ id, bytes }) => ({ id, bytes }));
    const usedIds = new Set(used.map(({ id }) => id));
    const bytes = used.reduce((sum, part) => sum + part.bytes, 0);
    const row = { key, bodies: used, bytes, etag: etagOf(parts), headers, modifiedAtMs: place.nowMs(), crc32: null };
    const replaced = catalogue.putObject(bucket.name, row);
    const unused = catalogue.removeUpload(upload).filter((id) => !usedIds.has(id));
    return { etag: row.etag, strays: [...replaced, ...unused] };
  });
  bodies.remove(strays);
  const names = leaf("Bucket", bucket.name) + leaf("Key", key);
  return xmlAnswer("CompleteMultipartUploadResult", names + leaf("ETag", `"${etag}"`));
}

interface WantedPart {
  number: number;
  etag: string;
}

function readParts(xml: string): WantedPart[] {
  const elements = parseXml(xml).elements.filter(({ name }) => name === "Part");
  const parts = elements.map((part) => ({
    number: Number(textOf(part, "PartNumber")),
    etag: plainEtag(textOf(part, "ETag") ?? ""),
  }));
  if (parts.length === 0) throw new S3Error("MalformedXML", "no part is named");
  if (parts.some(({ number }, index) => index > 0 && number <= parts[index - 1]!.number))
    throw new S3Error("InvalidPartOrder");
  return parts;
}

/** As clients spell it: in quotes or without, weak, in capitals. */
const plainEtag = (etag: string) => etag.replace(/^W\//, "").replaceAll('"', "").toLowerCase();

function chosen(wanted: WantedPart[], arrived: PartRow[]): PartRow[] {
  const byNumber = new Map(arrived.map((part) => [part.number, part]));
  const parts = wanted.map(({ number, etag }) => {
    const part = byNumber.get(number);
    if (part?.etag !== etag) throw new S3Error("InvalidPart", `part ${number} has not arrived like that`);
    return part;
  });
  if (parts.slice(0, -1).some(({ bytes }) => bytes < PART_BYTES_MIN)) throw new S3Error("EntityTooSmall");
  return parts;
}

/** MD5 of the MD5s of its parts, and their number, as S3 makes it. */
function etagOf(parts: PartRow[]): string {
  const hash = createHash("md5");
  for (const { etag } of parts) hash.update(Buffer.from(etag, "hex"));
  return `${hash.digest("hex")}-${parts.length}`;
}

export function listUploads({ request, place, bucket }: BucketRequest): Response {
  const { query } = request;
  const [prefix, keyMarker, idMarker] = ["prefix", "key-marker", "upload-id-marker"].map((n) => query.get(n) ?? "");
  const max = Math.min(request.number("max-uploads", PAGE_MAX), PAGE_MAX);
  const isBehind = ({ key, id }: { key: string; id: string }) =>
    key > keyMarker! || (key === keyMarker && idMarker !== "" && id > idMarker!);
  const uploads = place.catalogue.uploads(bucket.name).filter((one) => one.key.startsWith(prefix!) && isBehind(one));
  const page = uploads.slice(0, max);
  const rows = page.map(({ key, id, begunAtMs }) => {
    return `<Upload>${leaf("Key", key)}${leaf("UploadId", id)}${leaf("Initiated", isoTime(begunAtMs))}</Upload>`;
  });
  const last = page.at(-1);
  const marks = last ? leaf("NextKeyMarker", last.key) + leaf("NextUploadIdMarker", last.id) : "";
  const head = leaf("Bucket", bucket.name) + leaf("Prefix", prefix!) + leaf("MaxUploads", max);
  return xmlAnswer(
    "ListMultipartUploadsResult",
    head + marks + leaf("IsTruncated", uploads.length > max) + rows.join(""),
  );
}
