// Throughput and latency of puts of segments to the bundled S3 server through the object store, beside Bun's own S3 client on the same server.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataFolder } from "#ops/up/data-folder.ts";
import { freePort } from "#ops/up/ports.ts";
import { Service } from "#ops/up/service.ts";
import { S3_BUCKET, s3Service } from "#ops/up/services/s3.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { connectObjects } from "#runtime/objects/objects-s3.ts";
import { quantile } from "../support/quantiles.ts";
import type { BenchResult } from "./result.ts";

const SEGMENT_BYTES = 1024 * 1024;
const AT_ONCE = [1, 8, 32];
const PHASE_MS = 8_000;
const keys = { accessKeyId: "bench", secretAccessKey: "secret-of-the-bench" };

type Put = (key: string, bytes: Uint8Array) => Promise<unknown>;

export async function benchObjects(): Promise<BenchResult> {
  const folder = new DataFolder(mkdtempSync(join(tmpdir(), "bench-s3-")));
  const port = await freePort();
  const server = new Service(s3Service({ folder, bind: "127.0.0.1", port, keys }), folder, console.log);
  await server.start();
  const endpoint = `http://127.0.0.1:${port}`;
  const config = {
    ...keys,
    endpoint,
    publicEndpoint: endpoint,
    region: "us-east-1",
    bucket: S3_BUCKET,
    pathStyle: true,
  };
  const objects = connectObjects({ config, clock });
  const bun = new Bun.S3Client({ ...keys, endpoint, region: "us-east-1", bucket: S3_BUCKET });
  const clients: [string, Put][] = [
    ["object store", (key, bytes) => objects.put(key, bytes, { contentType: "video/mp4" })],
    ["Bun.S3Client (baseline)", (key, bytes) => bun.write(key, bytes, { type: "video/mp4" })],
  ];
  try {
    const rows: string[][] = [];
    for (const atOnce of AT_ONCE)
      for (const [name, put] of clients) {
        await phase(put, atOnce, 1_000);
        const { mbPerS, p50Ms, p99Ms } = await phase(put, atOnce, PHASE_MS);
        rows.push([name, String(atOnce), mbPerS.toFixed(0), p50Ms.toFixed(1), p99Ms.toFixed(1)]);
      }
    return {
      title: "Object store: puts of segments",
      target: "a node of 40 channels of 6 Mbit/s records 30 MB/s",
      method: `puts of ${SEGMENT_BYTES / 1024 / 1024} MiB for ${PHASE_MS / 1_000} s each, to the bundled S3 server with fsync on this machine`,
      header: ["client", "at once", "MB/s", "p50 ms", "p99 ms"],
      rows,
    };
  } finally {
    objects.stop();
    await server.stop();
    rmSync(folder.path, { recursive: true, force: true });
  }
}

async function phase(put: Put, atOnce: number, ms: number) {
  const bytes = crypto.getRandomValues(new Uint8Array(65_536));
  const segment = Buffer.alloc(SEGMENT_BYTES, bytes);
  const tookMs: number[] = [];
  const fromMs = performance.now();
  const writers = Array.from({ length: atOnce }, async (_, writer) => {
    for (let n = 0; performance.now() - fromMs < ms; n++) {
      const startMs = performance.now();
      await put(`videos/bench/${writer}/${n % 50}.m4s`, segment);
      tookMs.push(performance.now() - startMs);
    }
  });
  await Promise.all(writers);
  const seconds = (performance.now() - fromMs) / 1_000;
  const mbPerS = (tookMs.length * SEGMENT_BYTES) / 1e6 / seconds;
  return { mbPerS, p50Ms: quantile(tookMs, 0.5), p99Ms: quantile(tookMs, 0.99) };
}
