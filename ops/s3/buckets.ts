// Requests for buckets: make, look, configure, remove, delete many objects.

import { readCors } from "./cors.ts";
import { readLifecycle } from "./lifecycle.ts";
import { listObjects } from "./listing.ts";
import { type BucketRequest, empty, isoTime, type S3Place, xmlAnswer } from "./request.ts";
import { S3Error } from "./s3-error.ts";
import { listUploads } from "./uploads.ts";
import { leaf, parseXml, textOf } from "./xml.ts";

const NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const DELETED_MAX = 1_000;
/** Documents about a bucket, with the code when there is none, and the check of a new one. */
const DOCUMENTS = {
  cors: { missing: "NoSuchCORSConfiguration", check: readCors },
  lifecycle: { missing: "NoSuchLifecycleConfiguration", check: readLifecycle },
} as const;

export function listBuckets({ catalogue }: S3Place): Response {
  const rows = catalogue.buckets().map(({ name, createdAtMs }) => {
    return `<Bucket>${leaf("Name", name)}${leaf("CreationDate", isoTime(createdAtMs))}</Bucket>`;
  });
  return xmlAnswer(
    "ListAllMyBucketsResult",
    `<Owner>${leaf("ID", "owner")}</Owner><Buckets>${rows.join("")}</Buckets>`,
  );
}

export function makeBucket(name: string, { catalogue, nowMs }: S3Place): Response {
  if (!NAME.test(name)) throw new S3Error("InvalidBucketName");
  if (catalogue.bucket(name)) throw new S3Error("BucketAlreadyOwnedByYou");
  catalogue.addBucket(name, nowMs());
  return empty(200, { location: `/${name}` });
}

export async function answerBucket(asked: BucketRequest): Promise<Response> {
  const { request, place, bucket } = asked;
  const { method, query } = request;
  for (const what of ["cors", "lifecycle"] as const) if (query.has(what)) return configure(asked, what);
  if (method === "HEAD") return empty(200, { "x-amz-bucket-region": place.region });
  if (method === "PUT") throw new S3Error("BucketAlreadyOwnedByYou");
  if (method === "DELETE") {
    if (!place.catalogue.removeBucket(bucket.name)) throw new S3Error("BucketNotEmpty");
    return empty(204);
  }
  if (method === "POST" && query.has("delete")) return deleteMany(asked);
  if (method !== "GET") throw new S3Error("MethodNotAllowed");
  if (query.has("uploads")) return listUploads(asked);
  if (query.has("location")) return xmlAnswer("LocationConstraint", place.region);
  if (query.has("versioning")) return xmlAnswer("VersioningConfiguration", "");
  return listObjects(asked);
}

async function configure({ request, place, bucket }: BucketRequest, what: "cors" | "lifecycle"): Promise<Response> {
  const { missing, check } = DOCUMENTS[what];
  if (request.method === "PUT") {
    const xml = await request.text();
    check(xml);
    place.catalogue.configure(bucket.name, what, xml);
    return empty();
  }
  if (request.method === "DELETE") {
    place.catalogue.configure(bucket.name, what, null);
    return empty(204);
  }
  const xml = bucket[what];
  if (xml === null) throw new S3Error(missing);
  return new Response(xml, { headers: { "content-type": "application/xml" } });
}

async function deleteMany({ request, place, bucket }: BucketRequest): Promise<Response> {
  const { catalogue, bodies } = place;
  const document = parseXml(await request.text());
  const keys = document.elements.filter(({ name }) => name === "Object").map((object) => textOf(object, "Key"));
  if (keys.length === 0 || keys.length > DELETED_MAX || keys.some((key) => !key)) throw new S3Error("MalformedXML");
  bodies.remove(catalogue.together(() => keys.flatMap((key) => catalogue.removeObject(bucket.name, key!))));
  const isQuiet = textOf(document, "Quiet") === "true";
  const rows = isQuiet ? [] : keys.map((key) => `<Deleted>${leaf("Key", key!)}</Deleted>`);
  return xmlAnswer("DeleteResult", rows.join(""));
}
