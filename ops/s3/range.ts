// The Range of a request (RFC 9110 §14.2): one range of bytes; what is not one is ignored.

import { S3Error } from "./s3-error.ts";

/** First byte, and the byte behind the last. Null: everything. Throws S3Error InvalidRange. */
export function readRange(header: string | null, bytes: number): { start: number; end: number } | null {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return null;
  if (first !== "" && last !== "" && Number(last) < Number(first)) return null;
  const start = first === "" ? Math.max(0, bytes - Number(last)) : Number(first);
  const end = first === "" || last === "" ? bytes : Math.min(Number(last) + 1, bytes);
  if (start >= end) throw new S3Error("InvalidRange", "InvalidRange", { "content-range": `bytes */${bytes}` });
  return { start, end };
}
