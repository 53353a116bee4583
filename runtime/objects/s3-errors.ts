// What answers and broken connections of an S3 server mean to us (AWS: Amazon S3 API reference, Error responses).

import { S3ServiceException } from "@aws-sdk/client-s3";
import { ObjectMissing, ObjectsAway, ObjectsRefused } from "./objects.ts";

const MISSING = new Set(["NoSuchKey", "NotFound", "NoSuchUpload"]);
/** Codes below 500 after which the same request may succeed. `RequestTimeTooSkewed`: the client has learnt the server's time from it. */
const PASSING = new Set(["RequestTimeout", "RequestTimeTooSkewed", "OperationAborted", "SlowDown", "TooManyRequests"]);
/** Words of other servers and of other digests for one thing. */
const SAME: Record<string, string> = {
  XAmzContentSHA256Mismatch: "BadDigest",
  XAmzContentChecksumMismatch: "BadDigest",
  InvalidDigest: "BadDigest",
};

/** One of our three errors, for anything that the S3 client throws. */
export function objectError(error: unknown): Error {
  if (error instanceof ObjectsAway || error instanceof ObjectMissing || error instanceof ObjectsRefused) return error;
  if (!(error instanceof S3ServiceException)) return new ObjectsAway(wordsOf(error), { cause: error });
  const { name, message, $metadata } = error;
  const status = $metadata.httpStatusCode ?? 0;
  if (MISSING.has(name)) return new ObjectMissing(message);
  if (status >= 500 || status === 429 || status < 300 || PASSING.has(name))
    return new ObjectsAway(`${name}: ${message}`, { cause: error });
  if (status === 416) return new ObjectsRefused("InvalidRange", message);
  return new ObjectsRefused(SAME[name] ?? name, message);
}

/** A request that broke off before an answer came has a code of the system. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return "the object store could not be asked";
  const code = (error as NodeJS.ErrnoException).code;
  return code ?? error.message;
}
