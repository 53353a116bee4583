// Lists the objects of a bucket (AWS: ListObjectsV2).

import type { ObjectRow } from "./catalogue.ts";
import { type BucketRequest, isoTime, xmlAnswer } from "./request.ts";
import { leaf } from "./xml.ts";

const KEYS_MAX = 1_000;
/** Behind every key with the same beginning. */
const LAST = "\u{10ffff}";

interface Found {
  objects: ObjectRow[];
  /** Beginnings of keys up to the delimiter. */
  prefixes: string[];
  /** The key or prefix after which the next page begins; null: this is the last page. */
  next: string | null;
}

export function listObjects(asked: BucketRequest): Response {
  const { query } = asked.request;
  const token = query.get("continuation-token");
  const after = token === null ? (query.get("start-after") ?? query.get("marker") ?? "") : fromToken(token);
  const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter") ?? ""];
  const max = Math.min(asked.request.number("max-keys", KEYS_MAX), KEYS_MAX);
  const found = find(asked, { prefix, delimiter, after, max });
  const isEscaped = query.get("encoding-type") === "url";
  const key = (name: string, text: string) =>
    leaf(name, isEscaped ? encodeURIComponent(text).replaceAll("%2F", "/") : text);
  return xmlAnswer(
    "ListBucketResult",
    [
      ...[leaf("Name", asked.bucket.name), key("Prefix", prefix), leaf("MaxKeys", max)],
      ...(delimiter ? [key("Delimiter", delimiter)] : []),
      ...(isEscaped ? [leaf("EncodingType", "url")] : []),
      leaf("KeyCount", found.objects.length + found.prefixes.length),
      leaf("IsTruncated", found.next !== null),
      ...(found.next === null ? [] : [leaf("NextContinuationToken", toToken(found.next))]),
      ...found.objects.map((object) => `<Contents>${key("Key", object.key)}${describe(object)}</Contents>`),
      ...found.prefixes.map((one) => `<CommonPrefixes>${key("Prefix", one)}</CommonPrefixes>`),
    ].join(""),
  );
}

const describe = ({ modifiedAtMs, etag, bytes }: ObjectRow) =>
  `${leaf("LastModified", isoTime(modifiedAtMs))}${leaf("ETag", `"${etag}"`)}${leaf("Size", bytes)}${leaf("StorageClass", "STANDARD")}`;

interface Wanted {
  prefix: string;
  delimiter: string;
  after: string;
  max: number;
}

function find({ place, bucket }: BucketRequest, { prefix, delimiter, after, max }: Wanted): Found {
  const found: Found = { objects: [], prefixes: [], next: null };
  let last = after;
  for (;;) {
    const from = last > prefix ? last : prefix;
    const rows = place.catalogue
      .objects(bucket.name, { from, to: prefix + LAST, limit: KEYS_MAX + 1 })
      .filter(({ key }) => key !== last && key.startsWith(prefix));
    if (rows.length === 0) return found;
    for (const row of rows) {
      if (found.objects.length + found.prefixes.length >= max) return { ...found, next: last };
      const end = delimiter ? row.key.indexOf(delimiter, prefix.length) : -1;
      last = row.key;
      if (end < 0) {
        found.objects.push(row);
        continue;
      }
      const common = row.key.slice(0, end + delimiter.length);
      found.prefixes.push(common);
      last = common + LAST;
      break; // The keys below it are skipped by the next look.
    }
  }
}

const toToken = (key: string) => Buffer.from(key).toString("base64url");
const fromToken = (token: string) => Buffer.from(token, "base64url").toString();
