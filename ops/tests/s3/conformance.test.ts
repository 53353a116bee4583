// What we need of an S3 server, with the SDK's own defaults: our server in `npm test`, another one by
// TEST_S3_URL=http://key:secret@host:port/bucket npm test -- ops/tests/s3

import { afterAll, beforeAll, expect, test } from "bun:test";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketCorsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { testObjectStore } from "#runtime/objects/testing.ts";

const { endpoint, region, accessKeyId, secretAccessKey } = testObjectStore();
const Bucket = `conformance-${crypto.randomUUID().slice(0, 8)}`;
const clientWith = (secret: string) =>
  new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey: secret },
  });
const s3 = clientWith(secretAccessKey);

const MIB = 1024 * 1024;
const big = Buffer.alloc(6 * MIB, crypto.randomUUID());
const get = async (Key: string, more: { Range?: string } = {}) => {
  const answer = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { answer, bytes: Buffer.from(await answer.Body!.transformToByteArray()) };
};
const put = (Key: string, Body: string | Buffer) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "accepted",
    (error: Error) => error.name,
  );

beforeAll(async () => {
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  for (const { Key, UploadId } of (await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? [])
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: Key!, UploadId: UploadId! }));
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket, Key: Key! }));
  await s3.send(new DeleteBucketCommand({ Bucket }));
  s3.destroy();
});

test("a bucket that was made is there, and another is not", async () => {
  await s3.send(new HeadBucketCommand({ Bucket }));
  expect(await codeOf(s3.send(new GetObjectCommand({ Bucket: `${Bucket}-not`, Key: "k" })))).toBe("NoSuchBucket");
});

test("an object keeps its bytes and headers, with the checksum that the SDK adds", async () => {
  const headers = { ContentType: "text/plain", CacheControl: "max-age=60", Metadata: { foo: "bar" } };
  await s3.send(new PutObjectCommand({ Bucket, Key: "a/1.txt", Body: "hello", ...headers }));
  const { answer, bytes } = await get("a/1.txt");
  expect(bytes.toString()).toBe("hello");
  expect(answer).toMatchObject(headers);
  await put("big", big);
  expect((await get("big")).bytes.equals(big)).toBe(true);
});

test("a stream in chunks with trailers is stored without its framing", async () => {
  const pieces = [big.subarray(0, 100_000), big.subarray(100_000, 300_000)];
  const Body = Readable.from(pieces, { objectMode: false });
  await s3.send(new PutObjectCommand({ Bucket, Key: "stream", Body, ContentLength: 300_000 }));
  const { answer, bytes } = await get("stream");
  expect(bytes.equals(big.subarray(0, 300_000))).toBe(true);
  expect(answer.ContentEncoding || undefined).toBeUndefined();
});

test("ranges are answered, and those behind the end refused", async () => {
  await put("range", big.subarray(0, 1_000));
  const { answer, bytes } = await get("range", { Range: "bytes=100-199" });
  expect(answer.ContentRange).toBe("bytes 100-199/1000");
  expect(bytes.equals(big.subarray(100, 200))).toBe(true);
  expect((await get("range", { Range: "bytes=-10" })).bytes.length).toBe(10);
  expect((await get("range", { Range: "bytes=990-" })).bytes.length).toBe(10);
  expect((await get("range", { Range: "bytes=990-5000" })).bytes.length).toBe(10);
  expect(await codeOf(get("range", { Range: "bytes=1000-" }))).toBe("InvalidRange");
});

test("parts become one object, a part sent again replaces the first, and wrong parts are refused", async () => {
  const Key = "parts/x";
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType: "video/mp4" }));
  const part = (PartNumber: number, Body: Buffer) =>
    s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
  await part(1, Buffer.from("replaced"));
  const [one, two] = [await part(1, big), await part(2, Buffer.from("tail"))];
  const list = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }));
  expect(list.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
    [1, big.length],
    [2, 4],
  ]);
  const complete = (Parts: { PartNumber: number; ETag?: string | undefined }[]) =>
    s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  expect(await codeOf(complete([{ PartNumber: 1, ETag: two.ETag }]))).toBe("InvalidPart");
  const reversed = [
    { PartNumber: 2, ETag: two.ETag },
    { PartNumber: 1, ETag: one.ETag },
  ];
  expect(await codeOf(complete(reversed))).toBe("InvalidPartOrder");
  await complete([...reversed].reverse());
  const { answer, bytes } = await get(Key);
  expect(bytes.equals(Buffer.concat([big, Buffer.from("tail")]))).toBe(true);
  expect(answer.ContentType).toBe("video/mp4");
  expect(await codeOf(s3.send(new ListPartsCommand({ Bucket, Key, UploadId })))).toBe("NoSuchUpload");
});

test("unfinished uploads are listed until they are aborted", async () => {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "unfinished" }));
  const listed = async () =>
    ((await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: "unfin" }))).Uploads ?? []).map(
      (upload) => upload.UploadId,
    );
  expect(await listed()).toContain(UploadId);
  await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: "unfinished", UploadId }));
  expect(await listed()).not.toContain(UploadId);
});

test("signed addresses work as long and for what they are signed", async () => {
  await put("signed", "hello");
  const disposition = { ResponseContentDisposition: 'attachment; filename="x.txt"' };
  const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "signed", ...disposition }), {
    expiresIn: 60,
  });
  const response = await fetch(url);
  expect([response.status, await response.text()]).toEqual([200, "hello"]);
  expect(response.headers.get("content-disposition")).toBe('attachment; filename="x.txt"');
  expect((await fetch(url.replace(/X-Amz-Signature=..../, "X-Amz-Signature=0000"))).status).toBe(403);
  expect((await fetch(url.replace("/signed?", "/big?"))).status).toBe(403);
  expect((await fetch(url, { method: "PUT", body: "x" })).status).toBe(403);
  const signingDate = new Date(Date.now() - 3_600_000);
  const old = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "signed" }), { expiresIn: 1, signingDate });
  expect((await fetch(old)).status).toBe(403);
  const putting = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "sent", ContentType: "image/png" }), {
    expiresIn: 60,
  });
  const sent = await fetch(putting, { method: "PUT", body: "data", headers: { "content-type": "image/png" } });
  expect(sent.status).toBe(200);
  expect((await get("sent")).bytes.toString()).toBe("data");
});

test("requests without or with a wrong signature are refused", async () => {
  await put("guarded", "x");
  expect((await fetch(`${endpoint}/${Bucket}/guarded`)).status).toBe(403);
  expect((await fetch(`${endpoint}/${Bucket}/guarded`, { method: "DELETE" })).status).toBe(403);
  const wrong = clientWith("wrong");
  expect(await codeOf(wrong.send(new GetObjectCommand({ Bucket, Key: "guarded" })))).toBe("SignatureDoesNotMatch");
});

test("bytes that were changed on their way are refused", async () => {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "changed" }));
  const command = new UploadPartCommand({ Bucket, Key: "changed", UploadId, PartNumber: 1, Body: "abc" });
  command.middlewareStack.add(
    (next) => (args) => {
      (args.request as { body: string }).body = "abd";
      return next(args);
    },
    { step: "finalizeRequest", priority: "low" },
  );
  expect(["BadDigest", "XAmzContentSHA256Mismatch"]).toContain(await codeOf(s3.send(command)));
});

test("lists have prefixes, delimiters and pages, also of keys that need escaping", async () => {
  for (let n = 0; n < 5; n++) await put(`l/${n}/x y+&ä.ts`, "x");
  const list = (more: object) => s3.send(new ListObjectsV2Command({ Bucket, Prefix: "l/", ...more }));
  expect((await list({ Delimiter: "/" })).CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual([
    ...["l/0/", "l/1/", "l/2/", "l/3/", "l/4/"],
  ]);
  const first = await list({ MaxKeys: 2 });
  expect([first.Contents?.length, first.IsTruncated]).toEqual([2, true]);
  const rest = await list({ ContinuationToken: first.NextContinuationToken });
  expect(rest.Contents?.map(({ Key }) => Key)).toEqual(["l/2/x y+&ä.ts", "l/3/x y+&ä.ts", "l/4/x y+&ä.ts"]);
  expect((await list({ StartAfter: "l/3/x y+&ä.ts" })).Contents?.length).toBe(1);
  const Objects = [{ Key: "l/0/x y+&ä.ts" }, { Key: "l/1/x y+&ä.ts" }, { Key: "never" }];
  expect((await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))).Errors ?? []).toEqual([]);
  expect((await list({})).Contents?.length).toBe(3);
});

test("an object is copied, looked at, deleted, and then missing", async () => {
  await put("from", "copied");
  await s3.send(new CopyObjectCommand({ Bucket, Key: "to", CopySource: `${Bucket}/from` }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "from" }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "from" }));
  expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "to" }))).ContentLength).toBe(6);
  expect((await get("to")).bytes.toString()).toBe("copied");
  expect(await codeOf(get("from"))).toBe("NoSuchKey");
  expect(await codeOf(s3.send(new HeadObjectCommand({ Bucket, Key: "from" })))).toBe("NotFound");
});

test("pages of the allowed origins may use the bucket from a browser", async () => {
  const rule = { AllowedOrigins: ["http://site.example"], AllowedMethods: ["GET", "PUT"], AllowedHeaders: ["*"] };
  const CORSConfiguration = { CORSRules: [{ ...rule, ExposeHeaders: ["ETag"] }] };
  await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration }));
  expect((await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toMatchObject([rule]);
  const preflight = (origin: string) =>
    fetch(`${endpoint}/${Bucket}/k`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "PUT", "access-control-request-headers": "content-type" },
    });
  const allowed = await preflight("http://site.example");
  expect([allowed.ok, allowed.headers.get("access-control-allow-origin")]).toEqual([true, "http://site.example"]);
  expect(allowed.headers.get("access-control-allow-methods")).toContain("PUT");
  expect((await preflight("http://other.example")).headers.get("access-control-allow-origin")).toBeNull();
  await put("shared", "x");
  const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "shared" }), { expiresIn: 60 });
  const response = await fetch(url, { headers: { origin: "http://site.example" } });
  expect(response.headers.get("access-control-allow-origin")).toBe("http://site.example");
  expect(response.headers.get("access-control-expose-headers")?.toLowerCase()).toContain("etag");
});
