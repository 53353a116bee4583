// Attacks with uploads: files that name other files or are bombs, and addresses of parts that are used for something else..

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataFolder } from "#ops/up/data-folder.ts";
import { S3_BUCKET } from "#ops/up/services/s3.ts";
import { s3Keys } from "#ops/up/store-urls.ts";
import { systemClock } from "#runtime/base/clock.ts";
import { connectObjects } from "#runtime/objects/objects-s3.ts";
import { SLOWNESS } from "#schema/testing-slowness.ts";
import { uploadKey } from "#schema/wire/video-keys.ts";
import { beginUpload, completeUpload, outcomeOf, upload } from "../../support/uploads/upload-client.ts";
import { type Attack, mustHold } from "../attack.ts";
import { ammunition, BOMBS, filesThatNameOthers, type HostileFile } from "../hostile-files.ts";
import type { Stage } from "../stage.ts";
import type { Tally } from "../tally.ts";

/** A bomb is refused long before its own limits end it. */
const REFUSED_WITHIN_MS = 60_000;
/** Longest life of an address, as in its query. */
const ADDRESS_S_MAX = 600;

/** Uploads each file, waits for what becomes of it, and returns what is wrong with that. */
async function send(hostile: readonly HostileFile[], stage: Stage, tally: Tally): Promise<string[]> {
  const { system, signUp } = stage;
  const attacker = await signUp();
  const folder = mkdtempSync(join(tmpdir(), "hostile-"));
  const starts = system.startsOf("actor-1");
  const faults: string[] = [];
  try {
    for (const { name, bytes, refused } of hostile) {
      const made = await bytes({ folder });
      tally.sent();
      const startMs = performance.now();
      const videoId = await upload(system.url, attacker, { fileName: name, bytes: made });
      const { status, failure } = await outcomeOf(system.url, attacker, videoId, 2 * REFUSED_WITHIN_MS);
      const tookMs = performance.now() - startMs;
      tally.answered(failure?.code ?? status);
      if (tookMs > REFUSED_WITHIN_MS * SLOWNESS) faults.push(`${name}: ${Math.round(tookMs)} ms`);
      const wanted = refused === null ? [status === "ready" ? undefined : failure?.code] : [refused].flat();
      if (!wanted.includes(failure?.code)) faults.push(`${name}: ${failure?.code ?? status} instead of ${wanted}`);
      if (failure && !/^[A-Z][^\n]*\.$/.test(failure.detail)) faults.push(`${name}: said "${failure.detail}"`);
      if (failure && /\/|ffmpeg|ffprobe/i.test(failure.detail)) faults.push(`${name}: told "${failure.detail}"`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (system.startsOf("actor-1") !== starts) faults.push("the node died");
  const left = readdirSync(tmpdir()).filter((one) => one.startsWith(`tc-upload-${system.pidOf("actor-1")}-`));
  if (left.length > 0) faults.push(`left behind: ${left}`);
  return faults;
}

/** The canary counts what an FFmpeg without our limits does with such a file. */
async function canaryCounts({ canary }: Stage): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "ammunition-"));
  const before = canary.hits();
  await Bun.write(join(folder, "a.m3u8"), ammunition(canary.port));
  const argv = ["ffprobe", "-v", "quiet", "-protocol_whitelist", "file,http,tcp", "-i", "a.m3u8"];
  await Bun.spawn(argv, { cwd: folder, stdin: "ignore" }).exited;
  rmSync(folder, { recursive: true, force: true });
  return canary.hits() > before;
}

type Put = (address: string | URL, how?: { method?: string; length?: number }) => Promise<number>;

/** Changes of a part's address, none of which the store may follow. */
function changed(address: string, otherKey: string): [what: string, address: URL][] {
  const with_ = (what: string, change: (url: URL) => void): [string, URL] => {
    const url = new URL(address);
    change(url);
    return [what, url];
  };
  const query = (name: string, value: string) =>
    with_(`another ${name}`, ({ searchParams }) => searchParams.set(name, value));
  return [
    with_("another key", (url) => {
      url.pathname = `/${S3_BUCKET}/${otherKey}`;
    }),
    query("partNumber", "2"),
    query("uploadId", crypto.randomUUID()),
    query("X-Amz-Expires", "604800"),
    query("X-Amz-SignedHeaders", "host"),
    with_("no upload", ({ searchParams }) => {
      searchParams.delete("partNumber");
      searchParams.delete("uploadId");
    }),
    with_("no signature", (url) => {
      url.search = "";
    }),
  ];
}

export const uploadAttacks: Attack[] = [
  {
    id: "A-09",
    name: "an upload that names other files or addresses opens nothing but itself",
    slow: true,
    atLeast: 17,
    async run(stage, tally) {
      if (!(await canaryCounts(stage))) throw new Error("the canary counts no connections");
      const hitsBefore = stage.canary.hits();
      const faults = await send(filesThatNameOthers(stage.canary.port), stage, tally);
      const hits = stage.canary.hits() - hitsBefore;
      mustHold([...faults, ...(hits > 0 ? [`${hits} connections to the canary`] : [])]);
      return "an FFmpeg without limits found the canary, ours did not";
    },
  },
  {
    id: "A-10",
    name: "an upload that asks for all memory, time or disk is refused within its limits",
    slow: true,
    atLeast: BOMBS.length,
    async run(stage, tally) {
      mustHold(await send(BOMBS, stage, tally));
      return undefined;
    },
  },
  {
    id: "A-11",
    name: "an address of a part takes that part, for its time, and nothing else",
    atLeast: 20,
    async run(stage, tally) {
      const { system, ask, anna, mallory } = stage;
      const faults: string[] = [];
      const sizeBytes = 1_000;
      const put: Put = async (address, { method = "PUT", length = sizeBytes } = {}) => {
        tally.sent();
        const body = method === "GET" || method === "HEAD" ? {} : { body: new Uint8Array(length) };
        const answer = await fetch(address, { method, ...body });
        const text = await answer.text();
        tally.answered(`store ${answer.status}`);
        if (method === "GET" && answer.ok) faults.push(`GET told ${text.slice(0, 100)}`);
        return answer.status;
      };
      const mustRefuse = async (what: string, address: string | URL, how?: Parameters<Put>[1]) => {
        const status = await put(address, how);
        if (status < 400 || status >= 500) faults.push(`${what} → ${status}`);
      };
      const { video, upload } = await beginUpload(system.url, anna, { fileName: "a.mp4", sizeBytes });
      const [{ url: address } = { url: "" }] = upload.parts;
      if (Number(new URL(address).searchParams.get("X-Amz-Expires")) > ADDRESS_S_MAX) faults.push("a long life");
      for (const [what, url] of changed(address, uploadKey(mallory.id))) await mustRefuse(what, url);
      for (const method of ["GET", "HEAD", "DELETE", "POST"]) await mustRefuse(method, address, { method });
      for (const length of [0, sizeBytes - 1, sizeBytes + 1, 1_000_000])
        await mustRefuse(`${length} bytes`, address, { length });
      const { origin } = new URL(address);
      for (const path of ["", "?list-type=2", "?uploads", `/${uploadKey(video.id)}`])
        await mustRefuse(`/${path} without a signature`, `${origin}/${S3_BUCKET}${path}`, { method: "GET" });
      faults.push(...(await expired(stage, put)));
      for (const [method, path] of [
        ["GET", "/upload"],
        ["POST", "/complete"],
        ["DELETE", ""],
      ] as const) {
        const { status } = await ask(tally, `/api/v1/videos/${video.id}${path}`, {
          ...{ method, token: mallory.accessToken, ...(method === "POST" && { body: {} }) },
        });
        if (status !== 404) faults.push(`${method} ${path} of a stranger → ${status}`);
      }
      if ((await put(address)) !== 200) faults.push("the part itself was refused");
      if ((await put(address)) !== 200) faults.push("the part was refused when it came again");
      await completeUpload(system.url, anna, video.id);
      await mustRefuse("the same address after the end of the upload", address);
      faults.push(...(await declaredTooMuch(stage, tally)));
      mustHold(faults);
      return undefined;
    },
  },
];

/** An address of a second, made as edges make theirs, when the second is over. */
async function expired({ system, portOf }: Stage, put: Put): Promise<string[]> {
  const endpoint = `http://127.0.0.1:${portOf("s3")}`;
  const place = { endpoint, publicEndpoint: endpoint, region: "us-east-1", bucket: S3_BUCKET, pathStyle: true };
  const config = { ...place, ...s3Keys(new DataFolder(system.data).secrets()) };
  const objects = connectObjects({ config, clock: systemClock });
  try {
    const key = uploadKey(crypto.randomUUID());
    const uploadId = await objects.uploads.begin(key, { contentType: "application/octet-stream" });
    const part = { key, uploadId, number: 1, bytes: 10 };
    const [brief, longer] = [
      await objects.uploads.signPart({ ...part, expiresInS: 1 }),
      await objects.uploads.signPart({ ...part, expiresInS: 60 }),
    ];
    await Bun.sleep(2_100);
    const [late, good] = [await put(brief, { length: 10 }), await put(longer, { length: 10 })];
    await objects.uploads.abort({ key, uploadId });
    return [
      ...(late === 403 ? [] : [`an address that has expired → ${late}`]),
      ...(good === 200 ? [] : [`its control → ${good}`]),
    ];
  } finally {
    objects.stop();
  }
}

async function declaredTooMuch({ ask, mallory }: Stage, tally: Tally): Promise<string[]> {
  const faults: string[] = [];
  for (const [sizeBytes, code] of [
    [Number.MAX_SAFE_INTEGER, "upload_too_large"],
    [0, "validation_failed"],
    [-1, "validation_failed"],
    [1.5, "validation_failed"],
  ] as const) {
    const body = { fileName: "a.mp4", sizeBytes };
    const { json } = await ask(tally, "/api/v1/videos", { token: mallory.accessToken, body });
    if (json?.code !== code) faults.push(`${sizeBytes} bytes → ${json?.code}`);
  }
  return faults;
}
