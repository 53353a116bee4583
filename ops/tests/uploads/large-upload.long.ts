// A large file uploaded with three interruptions: the connection breaks in a part, the page is closed and opened again, the object store is
// killed. No byte of it passes through an edge, whose memory stays flat. LARGE_UPLOAD_BYTES: default 2 GB.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataFolder } from "#ops/up/data-folder.ts";
import { httpHealthy } from "#ops/up/health.ts";
import type { UploadView } from "#schema/api/uploads.ts";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, register } from "../support/api.ts";
import { residentBytes } from "../support/balancer.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";
import { file, mp4Box, ordinary } from "../support/uploads/ingredients.ts";
import { beginUpload, completeUpload, missingOf, outcomeOf } from "../support/uploads/upload-client.ts";

const MB = 1024 * 1024;
const BYTES = Number(process.env.LARGE_UPLOAD_BYTES ?? 2_000_000_000);
/** All that an edge says and hears for the whole upload: addresses, lists of parts. */
const EDGE_BYTES_MAX = 2 * MB;
/** What its memory may grow by; a part has 10 MB. */
const GROWTH_MAX = 48 * MB;
const LOOK_MS = 200;
/** Of 4 s, and then nothing but zeros. */
const SECONDS = 4;

let system: TestSystem;
let uploader: Account;
let folder: string;
let source: string;
/** Between edge and object store, and between edge and uploader. */
let behind: TcpProxy;
let before: TcpProxy;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "large-"));
  const data = new DataFolder(join(folder, "data"));
  behind = await TcpProxy.listen({ target: () => ({ port: data.readRunFile("s3")!.port! }) });
  system = await bootSystem({
    data: data.path,
    env: { EDGE_1_S3_ENDPOINT: `http://127.0.0.1:${behind.port}`, UPLOAD_SCRATCH_DIR: join(folder, "scratch") },
  });
  before = await TcpProxy.listen({ target: () => ({ port: system.edgePort }) });
  uploader = await until("an account", () => register(system.url), { withinMs: 60_000 });
  source = await sparseFilm(folder, BYTES);
}, patient(120_000));

afterAll(async () => {
  await system?.stop();
  for (const proxy of [behind, before]) await proxy?.close();
  rmSync(folder, { recursive: true, force: true });
}, patient(60_000));

/** A film with a large box behind it, in which nothing is. */
async function sparseFilm(kitchenFolder: string, bytes: number): Promise<string> {
  const kitchen = { folder: kitchenFolder };
  await ordinary(kitchen, "film.mp4", { seconds: SECONDS });
  const path = file(kitchen, "film.mp4");
  const at = statSync(path).size;
  const head = mp4Box("free", new Uint8Array(8));
  const view = new DataView(head.buffer, head.byteOffset);
  // ISO/IEC 14496-12 §4.2: a size of 1 says that 64 bits of it follow.
  view.setUint32(0, 1);
  view.setBigUint64(8, BigInt(bytes - at));
  const open = openSync(path, "r+");
  writeSync(open, head, 0, head.length, at);
  writeSync(open, Uint8Array.of(0), 0, 1, bytes - 1);
  closeSync(open);
  return path;
}

/** Memory of the edge, all the time. */
function watchMemory(pid: number) {
  const first = residentBytes(pid);
  let most = first;
  const timer = setInterval(() => {
    most = Math.max(most, residentBytes(pid));
  }, LOOK_MS);
  return {
    stop() {
      clearInterval(timer);
      return { first, most };
    },
  };
}

interface Sending {
  /** Parts that have arrived. */
  sent: number;
}

/** Sends the parts of one answer, one after the other. `meanwhile` is called for each part before it is sent. */
async function sendParts(
  { parts, partSizeBytes }: UploadView,
  sending: Sending,
  meanwhile: (part: { number: number; url: string; body: Blob }) => Promise<"send" | "stop">,
): Promise<boolean> {
  for (const { number, url } of parts) {
    const body = Bun.file(source).slice((number - 1) * partSizeBytes, Math.min(BYTES, number * partSizeBytes));
    if ((await meanwhile({ number, url, body })) === "stop") return false;
    const answer = await fetch(url, { method: "PUT", body });
    if (!answer.ok) throw new Error(`part ${number} → ${answer.status} ${await answer.text()}`);
    sending.sent++;
  }
  return true;
}

/** The connection is cut when half of the part is sent. */
async function breakOff({ url, body }: { url: string; body: Blob }) {
  const cut = await TcpProxy.listen({ target: () => ({ port: Number(new URL(url).port) }) });
  let bytes = 0;
  cut.onBytes = (connection, direction, { length }) => {
    if (direction === "up") bytes += length;
    if (bytes > body.size / 2) connection.reset();
  };
  const { host } = new URL(url);
  const detour = url.replace(host, `127.0.0.1:${cut.port}`);
  const ended = await fetch(detour, { method: "PUT", body, headers: { host } }).then(
    ({ status }) => `status ${status}`,
    () => "broken",
  );
  await cut.close();
  expect(ended).toBe("broken");
}

async function killStore() {
  const starts = system.startsOf("s3");
  const { port } = new DataFolder(system.data).readRunFile("s3")!;
  process.kill(system.pidOf("s3"), "SIGKILL");
  await until("the object store to be back", () => httpHealthy(`http://127.0.0.1:${port}/_health`), {
    withinMs: 40_000,
  });
  expect(system.startsOf("s3")).toBeGreaterThan(starts);
}

test(
  `${BYTES} bytes come through three interruptions, and the edge touches none of them`,
  async () => {
    const url = `http://127.0.0.1:${before.port}`;
    const { video, upload } = await beginUpload(url, uploader, { fileName: "large.mp4", sizeBytes: BYTES });
    const memory = watchMemory(system.pidOf("edge-1"));
    const sending: Sending = { sent: 0 };
    const at = (share: number) => Math.floor(upload.partCount * share);
    const happened: string[] = [];
    let view: UploadView = upload;
    for (let asked = 0; view.parts.length > 0; asked++) {
      const over = await sendParts(view, sending, async (part) => {
        if (sending.sent === at(0.25) && happened.length === 0) {
          happened.push("broken connection");
          await breakOff(part);
        }
        if (sending.sent === at(0.5) && happened.length === 1) {
          happened.push("closed page");
          return "stop";
        }
        if (sending.sent === at(0.75) && happened.length === 2) {
          happened.push("killed store");
          const cut = fetch(part.url, { method: "PUT", body: part.body }).catch(() => null);
          await killStore();
          await cut;
        }
        return "send";
      });
      // Whoever comes back knows nothing but the id.
      const next = await missingOf(url, uploader, video.id);
      if (!over) expect(next!.receivedBytes).toBe(at(0.5) * upload.partSizeBytes);
      if (asked > upload.partCount) throw new Error("it does not end");
      view = next!;
    }
    expect(happened).toEqual(["broken connection", "closed page", "killed store"]);
    await completeUpload(url, uploader, video.id);
    const { first, most } = memory.stop();
    const { forwardedBytes: toStore } = behind.counts;
    const { forwardedBytes: toEdge } = before.counts;
    console.log(
      `${upload.partCount} parts of ${upload.partSizeBytes}; edge: ${toEdge} bytes with the uploader, ${toStore} with the store, memory ${Math.round(first / MB)} MB, at most ${Math.round(most / MB)} MB`,
    );
    expect(toEdge).toBeLessThan(EDGE_BYTES_MAX);
    expect(toStore).toBeLessThan(EDGE_BYTES_MAX);
    expect(most - first).toBeLessThan(GROWTH_MAX);

    const { status, durationMs, failure } = await outcomeOf(url, uploader, video.id, 600_000);
    expect([status, failure]).toEqual(["ready", null]);
    expect(Math.abs(durationMs - SECONDS * 1_000)).toBeLessThan(150);
  },
  patient(1_200_000),
);
