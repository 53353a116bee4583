import { expect, test } from "bun:test";
import { createPresigner } from "./presign.ts";

const config = {
  publicEndpoint: "https://s3.amazonaws.com",
  region: "us-east-1",
  bucket: "examplebucket",
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  pathStyle: false,
};
const nowMs = Date.UTC(2013, 4, 24);

test("the example of AWS's documentation gets its signature", () => {
  const address = createPresigner(config)({ method: "GET", key: "test.txt", expiresInS: 86_400, nowMs });
  expect(address).toStartWith("https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&");
  expect(new URL(address).searchParams.get("X-Amz-Signature")).toBe(
    "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
  );
});

test("the bucket may be in the path, behind a path of the endpoint, and the day of the key changes", () => {
  const sign = createPresigner({ ...config, publicEndpoint: "http://127.0.0.1:9000/s3/", pathStyle: true });
  const one = { method: "PUT", key: "a/b", query: { partNumber: "1" }, expiresInS: 60 } as const;
  const first = sign({ ...one, nowMs });
  expect(first).toStartWith("http://127.0.0.1:9000/s3/examplebucket/a/b?X-Amz-Algorithm=");
  expect(first).toContain("&partNumber=1&X-Amz-Signature=");
  const next = sign({ ...one, nowMs: nowMs + 86_400_000 });
  expect(next).toContain("20130525%2Fus-east-1");
  expect(sign({ ...one, nowMs })).toBe(first);
});

test("an address for a body of one length is signed with it, in the order of the headers' names", () => {
  const sign = createPresigner(config);
  const one = { method: "PUT", key: "a", expiresInS: 60, nowMs } as const;
  const [any, ten] = [sign(one), sign({ ...one, bytes: 10 })];
  expect(new URL(any).searchParams.get("X-Amz-SignedHeaders")).toBe("host");
  expect(new URL(ten).searchParams.get("X-Amz-SignedHeaders")).toBe("content-length;host");
  expect(new Set([any, ten, sign({ ...one, bytes: 11 })].map((url) => url.slice(-64))).size).toBe(3);
});
