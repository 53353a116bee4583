// What our requests say to a store that knows nothing of AWS's later inventions: chunks with trailers, checksums of many kinds.

import { expect, test } from "bun:test";
import { systemClock } from "../base/clock.ts";
import { connectObjects } from "./objects-s3.ts";

test("bodies are sent whole, with their length and SHA-256, and no request names a checksum or a trailer", async () => {
  const seen: { what: string; headers: Headers; bytes: number }[] = [];
  const server = Bun.serve({
    port: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const bytes = (await request.bytes()).length;
      seen.push({ what: `${request.method} ${pathname}${search}`, headers: request.headers, bytes });
      const begun = `<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>`;
      return new Response(search.includes("uploads") ? begun : "<CompleteMultipartUploadResult/>", {
        headers: { "content-type": "application/xml" },
      });
    },
  });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const config = { endpoint, publicEndpoint: endpoint, region: "us-east-1", bucket: "live", pathStyle: true };
  const objects = connectObjects({
    config: { ...config, accessKeyId: "test", secretAccessKey: "secret" },
    clock: systemClock,
  });
  await objects.put("a", new Uint8Array(300_000), { contentType: "video/mp4" });
  const uploadId = await objects.uploads.begin("b", { contentType: "video/mp4" });
  const part = { number: 1, bytes: 5, etag: '"e"' };
  await objects.uploads.complete({ key: "b", uploadId, parts: [part] });
  objects.stop();
  await server.stop(true);
  expect(seen).toHaveLength(3);
  for (const { what, headers, bytes } of seen) {
    const named = [...headers.keys()].filter((name) => /checksum|trailer|x-amz-sdk-checksum/.test(name));
    expect([what, named, headers.get("content-encoding"), headers.get("transfer-encoding")]).toEqual([
      ...[what, [], null, null],
    ]);
    expect([what, headers.get("content-length") ?? "0"]).toEqual([what, String(bytes)]);
    expect(headers.get("x-amz-content-sha256")).toMatch(/^(?:[0-9a-f]{64}|UNSIGNED-PAYLOAD)$/);
  }
});
