// The clients of an S3 server: one that sends, one that only signs addresses for browsers.

import { Agent } from "node:http";
import { Agent as TlsAgent } from "node:https";
import { type GetObjectCommand, S3Client, type UploadPartCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { ObjectStoreConfig } from "../config/objects.ts";
import { CONCURRENT_MAX } from "./request-bounds.ts";

const CONNECT_WITHIN_MS = 3_000;
/** Idle connections are closed before most servers close them, so that a request seldom meets a dead one. */
const IDLE_MS = 4_000;

/** Sockets of its own (node:http), since all `fetch` of a process share 256 requests: a store that hangs would take them all. */
export function sendingClient(config: ObjectStoreConfig): S3Client {
  const pool = {
    keepAlive: true,
    maxSockets: 2 * CONCURRENT_MAX,
    maxFreeSockets: 2 * CONCURRENT_MAX,
    timeout: IDLE_MS,
  };
  return clientOf(config, config.endpoint, {
    connectionTimeout: CONNECT_WITHIN_MS,
    httpAgent: new Agent(pool),
    httpsAgent: new TlsAgent(pool),
  });
}

type Signed = GetObjectCommand | UploadPartCommand;

/** Signs addresses at the public endpoint. Sends nothing. */
export function createSigner(config: ObjectStoreConfig) {
  const client = clientOf(config, config.publicEndpoint, {});
  return (command: Signed, { expiresInS, nowMs }: { expiresInS: number; nowMs: number }): Promise<string> =>
    getSignedUrl(client, command as GetObjectCommand, { expiresIn: expiresInS, signingDate: new Date(nowMs) });
}

function clientOf(config: ObjectStoreConfig, endpoint: string, requestHandler: object): S3Client {
  const { region, pathStyle, accessKeyId, secretAccessKey } = config;
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: pathStyle,
    credentials: { accessKeyId, secretAccessKey },
    requestHandler,
    // Whoever asks knows better when to try again.
    maxAttempts: 1,
    // Not the default CRC32, which many servers do not know and which would be signed into addresses for bodies unknown yet.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    expectContinueHeader: false,
  });
}
