// Sending a file in parts, through interruptions.

import { expect, test } from "bun:test";
import { ApiError } from "../api.ts";
import { FileChanged, PartRefused, type UploadApi } from "./upload-api.ts";
import { runUpload } from "./upload-run.ts";

const PART = 10;
const NOW = "2026-11-30T08:00:00Z";

/** An object store with the parts of one upload. `fault`: thrown in the place of a PUT, by part and how often it was tried. */
function store(sizeBytes: number, fault: (part: number, tries: number) => unknown = () => null) {
  const partCount = Math.ceil(sizeBytes / PART);
  const received = new Map<number, string>();
  const tries = new Map<number, number>();
  let atOnce = 0;
  const seen = { completed: 0, mostAtOnce: 0, asked: 0 };
  const api: UploadApi = {
    async missing() {
      seen.asked++;
      const missing = Array.from({ length: partCount }, (_, n) => n + 1).filter((n) => !received.has(n));
      return {
        partSizeBytes: PART,
        partCount,
        receivedBytes: [...received.values()].join("").length,
        parts: missing.slice(0, 5).map((number) => ({ number, url: `/part/${number}` })),
        ...{ urlsExpireAt: NOW, expiresAt: NOW },
      };
    },
    async complete() {
      seen.completed++;
    },
    async put(url, bytes, { onSent }) {
      const part = Number(url.split("/").at(-1));
      const count = (tries.get(part) ?? 0) + 1;
      tries.set(part, count);
      seen.mostAtOnce = Math.max(seen.mostAtOnce, ++atOnce);
      await Bun.sleep(1);
      atOnce--;
      const trouble = fault(part, count);
      if (trouble) throw trouble;
      onSent(bytes.size);
      received.set(part, await bytes.text());
    },
  };
  return {
    api,
    seen,
    tries,
    text: () =>
      [...received]
        .sort(([a], [b]) => a - b)
        .map(([, text]) => text)
        .join(""),
  };
}

const FILE = Array.from({ length: 123 }, (_, n) => String.fromCharCode(97 + (n % 26))).join("");
const source = {
  sizeBytes: FILE.length,
  slice: async (from: number, to: number) => new Blob([FILE.slice(from, to)]),
};

function run(api: UploadApi, { signal = new AbortController().signal, from = source } = {}) {
  const progress: number[] = [];
  const waits: number[] = [];
  const done = runUpload({
    ...{ videoId: "v", source: from, api, signal },
    pause: async (ms) => void waits.push(ms),
    onProgress: (bytes) => void progress.push(bytes),
    onWaiting() {},
  });
  return { done, progress, waits };
}

test("each part is sent once, three at once, and then it is complete", async () => {
  const { api, seen, tries, text } = store(FILE.length);
  const { done, progress } = run(api);
  await done;
  expect(text()).toBe(FILE);
  expect(seen).toMatchObject({ completed: 1, mostAtOnce: 3 });
  expect([...tries.values()].every((count) => count === 1)).toBe(true);
  expect(progress.at(-1)).toBe(FILE.length);
});

test("a network that fails is waited for, longer each time, and only what is missing is sent again", async () => {
  let isAway = true;
  const { api, text, tries } = store(FILE.length, () => (isAway ? new TypeError("network") : null));
  const progress: number[] = [];
  const waits: number[] = [];
  await runUpload({
    ...{ videoId: "v", source, api, signal: new AbortController().signal },
    async pause(ms) {
      waits.push(ms);
      if (waits.length === 3) isAway = false;
    },
    onProgress: (bytes) => void progress.push(bytes),
    onWaiting() {},
  });
  expect(waits).toEqual([1_000, 2_000, 5_000]);
  expect(text()).toBe(FILE);
  expect(tries.get(13)).toBe(1);
});

test("an address that is too old is replaced by a fresh one", async () => {
  const { api, text, seen } = store(FILE.length, (part, tries) =>
    part === 4 && tries < 3 ? new PartRefused("403") : null,
  );
  await run(api).done;
  expect(text()).toBe(FILE);
  expect(seen.asked).toBeGreaterThan(3);
});

test("a file that has changed, and a refusal of the server, end it at once", async () => {
  const changed = {
    sizeBytes: FILE.length,
    slice: async () => {
      throw new FileChanged();
    },
  };
  await expect(run(store(FILE.length).api, { from: changed }).done).rejects.toBeInstanceOf(FileChanged);
  const { api } = store(FILE.length);
  const over = new ApiError(409, "upload_over", "It was not finished in time.");
  await expect(run({ ...api, missing: () => Promise.reject(over) }).done).rejects.toBe(over);
});

test("an upload that is paused stops, and what is complete already is not sent", async () => {
  const paused = new AbortController();
  const { api } = store(FILE.length, () => {
    paused.abort("paused");
    return new TypeError("aborted");
  });
  await expect(run(api, { signal: paused.signal }).done).rejects.toBe("paused");
  const { api: other, tries } = store(FILE.length);
  await run({ ...other, missing: async () => null }).done;
  expect(tries.size).toBe(0);
});
