// For tests only: the S3 server that `npm test` starts, or another one by TEST_S3_URL, `http://key:secret@host:port/bucket`.

import type { ObjectStoreConfig } from "../config/objects.ts";

export function testObjectStore(): ObjectStoreConfig {
  const { origin, username, password, pathname } = new URL(process.env.TEST_S3_URL ?? "");
  return {
    endpoint: origin,
    publicEndpoint: origin,
    region: process.env.TEST_S3_REGION ?? "us-east-1",
    bucket: pathname.slice(1),
    accessKeyId: decodeURIComponent(username),
    secretAccessKey: decodeURIComponent(password),
    pathStyle: true,
  };
}
