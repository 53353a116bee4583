// What uploads in parts need of an S3 server beyond the first thousand parts, and of addresses that browsers use.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect } from "node:net";
import { CompleteMultipartUploadCommand, S3Client } from "@aws-sdk/client-s3";
import { systemClock } from "#runtime/base/clock.ts";
import { connectObjects, type S3Objects } from "#runtime/objects/objects-s3.ts";
import { testObjectStore } from "#runtime/objects/testing.ts";
import { patient } from "#schema/testing-slowness.ts";

const config = testObjectStore();
let objects: S3Objects;
beforeAll(() => {
  objects = connectObjects({ config, clock: systemClock });
});
afterAll(() => objects.stop());

async function begun() {
  const key = `parts/${crypto.randomUUID()}`;
  const uploadId = await objects.uploads.begin(key, { contentType: "application/octet-stream" });
  const sign = (number: number, bytes: number, expiresInS = 60) =>
    objects.uploads.signPart({ key, uploadId, number, bytes, expiresInS });
  const send = async (number: number, body: string, headers: Record<string, string> = {}) =>
    fetch(await sign(number, body.length), { method: "PUT", body, headers });
  return { key, uploadId, sign, send };
}

test(
  "all of more than a thousand parts are listed, in order",
  async () => {
    const { key, uploadId, send } = await begun();
    const numbers = Array.from({ length: 1_003 }, (_, i) => i + 1);
    for (let at = 0; at < numbers.length; at += 50)
      await Promise.all(numbers.slice(at, at + 50).map((number) => send(number, "x".repeat((number % 7) + 1))));
    const parts = await objects.uploads.parts({ key, uploadId });
    expect(parts.map(({ number }) => number)).toEqual(numbers);
    expect(parts.every(({ number, bytes }) => bytes === (number % 7) + 1)).toBe(true);
    await objects.uploads.abort({ key, uploadId });
  },
  patient(60_000),
);

test("an ETag is the same part in quotes, without, weak, and in capitals", async () => {
  const { region, endpoint, bucket: Bucket, ...credentials } = config;
  const s3 = new S3Client({ endpoint, region, forcePathStyle: true, maxAttempts: 1, credentials });
  const spelt = (etag: string) => [etag, etag.replaceAll('"', ""), `W/${etag}`, etag.toUpperCase()];
  for (let way = 0; way < 4; way++) {
    const { key: Key, uploadId: UploadId, send } = await begun();
    const ETag = spelt((await send(1, "hello")).headers.get("etag")!)[way]!;
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
    expect([ETag, new TextDecoder().decode(await objects.get(Key))]).toEqual([ETag, "hello"]);
  }
  s3.destroy();
});

test("a part may have a type of its own, which browsers add, but no other length", async () => {
  const { key, uploadId, send, sign } = await begun();
  expect((await send(1, "hello", { "content-type": "video/quicktime" })).status).toBe(200);
  const address = await sign(1, 5);
  for (const body of ["hell", "hello!"]) expect((await fetch(address, { method: "PUT", body })).ok).toBe(false);
  await objects.uploads.abort({ key, uploadId });
});

test("a part that began before its address expired may end after it, and none may begin after", async () => {
  const { key, uploadId, sign } = await begun();
  const address = new URL(await sign(1, 9, 2));
  const socket = connect(Number(address.port), address.hostname);
  let answer = "";
  socket.on("data", (bytes) => {
    answer += bytes;
  });
  const ended = new Promise((resolve) => socket.on("close", resolve));
  const head = `PUT ${address.pathname}${address.search} HTTP/1.1\r\nHost: ${address.host}\r\nContent-Length: 9\r\nConnection: close\r\n\r\n`;
  socket.write(`${head}slow`);
  await Bun.sleep(3_500);
  socket.write(" line");
  await ended;
  expect(answer).toStartWith("HTTP/1.1 200");
  expect((await objects.uploads.parts({ key, uploadId })).map(({ bytes }) => bytes)).toEqual([9]);
  expect((await fetch(address, { method: "PUT", body: "slow line" })).status).toBe(403);
  await objects.uploads.abort({ key, uploadId });
});
