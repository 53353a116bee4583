// Settings of the object store, in which recordings, uploads and pictures are kept.

import type { Reader } from "./reader.ts";

export type ObjectStoreConfig = NonNullable<ReturnType<typeof readObjectStore>>;

/** Null without S3_ENDPOINT: nothing is recorded, and nothing can be uploaded. `prefix`: of the names of settings, for a store of another use. */
export function readObjectStore(read: Reader, prefix = "S3") {
  /** Address of the S3 server for nodes, `https://host[:port]`, without the bucket. Default: none; nothing is recorded then, and nothing can
   *  be uploaded. */
  const endpoint = read.optionalUrl(`${prefix}_ENDPOINT`, ["https", "http"]);
  if (endpoint === null) return null;
  return {
    endpoint,
    /** The same for browsers, which send uploads there and may fetch videos from there. Differs where nodes have a network of their own. */
    publicEndpoint: read.optionalUrl(`${prefix}_PUBLIC_ENDPOINT`, ["https", "http"]) ?? endpoint,
    /** Part of signatures. Servers other than AWS have one of their own choice, most often this. */
    region: read.text(`${prefix}_REGION`, "us-east-1"),
    /** Must be there, with a CORS rule that permits GET, HEAD and PUT to the site's pages and shows them ETag: see ops/README.md. */
    bucket: read.text(`${prefix}_BUCKET`),
    /** Key of the bucket. */
    accessKeyId: read.text(`${prefix}_ACCESS_KEY_ID`),
    /** Its secret. */
    secretAccessKey: read.text(`${prefix}_SECRET_ACCESS_KEY`),
    /** `off`: the bucket is a part of the host name, as AWS wants for new buckets. Other servers need `on`. */
    pathStyle: read.oneOf(`${prefix}_PATH_STYLE`, ["on", "off"] as const, "on") === "on",
  };
}
