// Makes the bucket of S3_BUCKET unless it is there, and lets pages use it with addresses that are signed. Runs once before the nodes.

import {
  CreateBucketCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { readObjectStore } from "#runtime/config/objects.ts";
import { configOrExit, Reader } from "#runtime/config/reader.ts";

const THERE = ["BucketAlreadyOwnedByYou", "BucketAlreadyExists"];

const config = configOrExit((env) => {
  const read = new Reader(env);
  return read.done(readObjectStore(read));
});
if (!config) {
  console.error("S3_ENDPOINT is missing");
  process.exit(78);
}
const { endpoint, region, bucket: Bucket, pathStyle, accessKeyId, secretAccessKey } = config;
const s3 = new S3Client({
  endpoint,
  region,
  forcePathStyle: pathStyle,
  credentials: { accessKeyId, secretAccessKey },
  requestChecksumCalculation: "WHEN_REQUIRED",
});
await s3.send(new CreateBucketCommand({ Bucket })).catch((error: Error) => {
  if (!THERE.includes(error.name)) throw error;
});
const rule = { AllowedOrigins: ["*"], AllowedMethods: ["GET", "HEAD", "PUT"], AllowedHeaders: ["*"] };
const CORSConfiguration = { CORSRules: [{ ...rule, ExposeHeaders: ["ETag"], MaxAgeSeconds: 3_600 }] };
await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration }));
// A second net below the actor nodes, which abort what expires. Not every server knows such rules.
const parts = { ID: "forgotten-parts", Status: "Enabled" as const, Filter: { Prefix: "" } };
const LifecycleConfiguration = { Rules: [{ ...parts, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }] };
await s3
  .send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }))
  .catch((error: Error) => console.log(`no rule for forgotten parts: ${error.name}`));
console.log(`bucket ${Bucket} is there`);
s3.destroy();
