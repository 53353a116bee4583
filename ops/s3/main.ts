// The S3 server as a process:   bun ops/s3/main.ts --folder .data/s3 --port 9000 [--host 127.0.0.1] [--faults] [--fast]
// Keys and bucket come from S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, S3_REGION and S3_BUCKET, like those of its clients.
// `--faults` obeys a PUT to /_faults (faults.ts); `--fast` does not wait until what it acknowledges is on the disk.

import { parseArgs } from "node:util";
import { startS3 } from "./server.ts";

const { values } = parseArgs({
  options: {
    folder: { type: "string", default: ".data/s3" },
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "9000" },
    faults: { type: "boolean", default: false },
    fast: { type: "boolean", default: false },
  },
});
const { S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, S3_REGION, S3_BUCKET } = process.env;
if (!S3_ACCESS_KEY_ID || !S3_SECRET_ACCESS_KEY) {
  console.error("S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are missing");
  process.exit(78); // EX_CONFIG
}
const server = await startS3({
  folder: values.folder,
  host: values.host,
  port: Number(values.port),
  keys: { accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY, region: S3_REGION || "us-east-1" },
  bucket: S3_BUCKET || "live",
  durable: !values.fast,
  faultsOnDemand: values.faults,
});
console.log(`s3 listens at ${server.url}`);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => void server.stop().then(() => process.exit(0)));
