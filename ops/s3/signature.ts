// Checks who sent a request: AWS Signature Version 4, in headers or in the address (AWS: IAM, "Create a signed AWS API request").

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Incoming } from "./http.ts";
import { S3Error } from "./s3-error.ts";

export interface S3Keys {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}

const SKEW_MS_MAX = 15 * 60_000;
const EXPIRES_S_MAX = 7 * 24 * 3_600;
export const UNSIGNED = "UNSIGNED-PAYLOAD";

interface Claim {
  credential: string;
  signedHeaders: string;
  signature: string;
  date: string;
  /** What the signature says of the body: a SHA-256, or a word. */
  payload: string;
  /** Of an address. */
  expiresInS: number | null;
}

/** Throws S3Error. Answers what the signature says of the body. */
export function requireSignature(request: Incoming, keys: S3Keys, nowMs: number): string {
  const query = queryOf(request.url);
  const claim = claimOf(request.headers, query);
  const [accessKeyId, day, region, service, end] = claim.credential.split("/");
  if (accessKeyId !== keys.accessKeyId) throw new S3Error("InvalidAccessKeyId", "no such key");
  const scope = `${day}/${region}/${service}/${end}`;
  if (scope !== `${claim.date.slice(0, 8)}/${keys.region}/s3/aws4_request`)
    throw new S3Error("AccessDenied", `the scope must be of the region ${keys.region} and of the request's day`);
  requireTime(claim, nowMs);
  const signing = [day!, region!, service!, end!].reduce<Buffer>(
    (key, word) => hmac(key, word),
    Buffer.from(`AWS4${keys.secretAccessKey}`),
  );
  const canonical = canonicalRequest(request, query, claim);
  const text = `AWS4-HMAC-SHA256\n${claim.date}\n${scope}\n${createHash("sha256").update(canonical).digest("hex")}`;
  const [wanted, given] = [hmac(signing, text), Buffer.from(claim.signature, "hex")];
  if (wanted.length !== given.length || !timingSafeEqual(wanted, given))
    throw new S3Error("SignatureDoesNotMatch", "the signature does not match");
  return claim.payload;
}

function claimOf(headers: Headers, query: [string, string][]): Claim {
  const header = headers.get("authorization");
  const param = (name: string) => query.find(([key]) => key === name)?.[1] ?? "";
  const word = (name: string) => new RegExp(`\\b${name}=([^,\\s]+)`).exec(header ?? "")?.[1] ?? "";
  if (header?.startsWith("AWS4-HMAC-SHA256 "))
    return {
      credential: word("Credential"),
      signedHeaders: word("SignedHeaders"),
      signature: word("Signature"),
      date: headers.get("x-amz-date") ?? "",
      payload: headers.get("x-amz-content-sha256") ?? UNSIGNED,
      expiresInS: null,
    };
  if (!param("X-Amz-Signature")) throw new S3Error("AccessDenied", "the request is not signed");
  return {
    credential: param("X-Amz-Credential"),
    signedHeaders: param("X-Amz-SignedHeaders"),
    signature: param("X-Amz-Signature"),
    date: param("X-Amz-Date"),
    payload: param("X-Amz-Content-Sha256") || UNSIGNED,
    expiresInS: Number(param("X-Amz-Expires")),
  };
}

function requireTime({ date, expiresInS }: Claim, nowMs: number) {
  const signedMs = Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (Number.isNaN(signedMs)) throw new S3Error("AccessDenied", "the signature has no date");
  if (expiresInS === null) {
    if (Math.abs(nowMs - signedMs) > SKEW_MS_MAX)
      throw new S3Error("RequestTimeTooSkewed", "the clocks of client and server differ by more than 15 minutes");
    return;
  }
  if (!(expiresInS > 0 && expiresInS <= EXPIRES_S_MAX)) throw new S3Error("AccessDenied", "expires in up to 7 days");
  if (signedMs - nowMs > SKEW_MS_MAX || nowMs > signedMs + expiresInS * 1_000)
    throw new S3Error("AccessDenied", "Request has expired");
}

function canonicalRequest(request: Incoming, query: [string, string][], { signedHeaders, payload }: Claim): string {
  const names = signedHeaders.split(";");
  if (!names.includes("host")) throw new S3Error("AccessDenied", "the host must be signed");
  const params = query
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const { pathname } = new URL(request.url);
  const path = pathname.split("/").map((part) => encode(decode(part)));
  const headers = names.map((name) => `${name}:${(request.headers.get(name) ?? "").trim().replace(/ +/g, " ")}`);
  return [request.method, path.join("/"), params.join("&"), ...headers, "", signedHeaders, payload].join("\n");
}

/** Names and values as they were before they were escaped; a plus is a plus. */
function queryOf(url: string): [string, string][] {
  const { search } = new URL(url);
  const parts = search.slice(1).split("&").filter(Boolean);
  return parts.map((part) => {
    const [name = "", ...value] = part.split("=");
    return [decode(name), decode(value.join("="))];
  });
}

export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error("InvalidURI", "the address is not escaped rightly");
  }
}

/** Escapes all but A–Z, a–z, 0–9, `-`, `.`, `_`, `~`. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const hmac = (key: Buffer, text: string) => createHmac("sha256", key).update(text).digest();
