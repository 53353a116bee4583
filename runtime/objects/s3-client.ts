// The client of an S3 server, as the SDK has it.

import { Agent } from "node:http";
import { Agent as TlsAgent } from "node:https";
import { S3Client } from "@aws-sdk/client-s3";
import type { ObjectStoreConfig } from "../config/objects.ts";
import { CONCURRENT_MAX } from "./request-bounds.ts";

const CONNECT_WITHIN_MS = 3_000;
/** Idle connections are closed before most servers close them, so that a request seldom meets a dead one. */
const IDLE_MS = 4_000;

/** Sockets of its own (node:http), since all `fetch` of a process share 256 requests: a store that hangs would take them all. */
export function createClient({
  endpoint,
  region,
  pathStyle,
  accessKeyId,
  secretAccessKey,
}: ObjectStoreConfig): S3Client {
  const pool = {
    keepAlive: true,
    maxSockets: 2 * CONCURRENT_MAX,
    maxFreeSockets: 2 * CONCURRENT_MAX,
    timeout: IDLE_MS,
  };
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: pathStyle,
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: {
      connectionTimeout: CONNECT_WITHIN_MS,
      httpAgent: new Agent(pool),
      httpsAgent: new TlsAgent(pool),
    },
    // Whoever asks knows better when to try again.
    maxAttempts: 1,
    // Not the default CRC32, which many servers do not know.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    expectContinueHeader: false,
  });
}
