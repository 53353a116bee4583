// The uploads of this tab. They go on while one walks through the site, and a reload knows which file each was.

import { type Signal, signal } from "@preact/signals";
import type { VideoView } from "#schema/api/videos.ts";
import { errorText } from "../api.ts";
import { after, steadyMs } from "../clock.ts";
import { call } from "../session.ts";
import { words } from "../words/uploads.ts";
import { FileChanged, type UploadView } from "./upload-api.ts";
import { uploadHttp } from "./upload-http.ts";
import { runUpload } from "./upload-run.ts";

/** Of the file, so that another one is not taken for it. */
interface Known {
  name: string;
  sizeBytes: number;
  changedAtMs: number;
}

export type UploadPhase =
  | { phase: "sending"; bytesPerSecond: number | null; isWaiting: boolean }
  | { phase: "paused" }
  /** After a reload: its file must be chosen again. */
  | { phase: "fileless" }
  | { phase: "done" }
  | { phase: "failed"; why: string };

export interface ShownUpload {
  videoId: string;
  file: Known;
  sentBytes: Signal<number>;
  state: Signal<UploadPhase>;
}

interface Running extends ShownUpload {
  blob: File | null;
  stop: AbortController;
}

const KEY = "uploads";
const KEPT_MAX = 20;
const RATE_MS = 2_000;

export const uploads = signal<readonly ShownUpload[]>([]);
const running = new Map<string, Running>();

/** Throws ApiError: the server takes no such upload. */
export async function beginUpload(file: File) {
  const body = { fileName: file.name, sizeBytes: file.size, ...(file.type && { contentType: file.type }) };
  const { video } = await call<{ video: VideoView; upload: UploadView }>("/videos", { method: "POST", body });
  const upload = add(video.id, knownOf(file), file);
  keepList();
  void run(upload);
}

export function pauseUpload({ videoId }: ShownUpload) {
  running.get(videoId)?.stop.abort("paused");
}

/** `file`: chosen again, if it is not here any more. False: it is another file. */
export function resumeUpload({ videoId }: ShownUpload, file: File | null = null): boolean {
  const upload = running.get(videoId);
  if (!upload) return false;
  const blob = file ?? upload.blob;
  if (!blob || !isSame(knownOf(blob), upload.file)) return false;
  upload.blob = blob;
  void run(upload);
  return true;
}

/** Throws ApiError. */
export async function cancelUpload({ videoId }: ShownUpload) {
  running.get(videoId)?.stop.abort("cancelled");
  await call(`/videos/${videoId}`, { method: "DELETE", body: {} });
  drop(videoId);
}

/** Those that a reload has interrupted. What the server does not know any more is forgotten. */
export async function loadUploads() {
  for (const { videoId, file } of kept()) {
    if (running.has(videoId)) continue;
    const missing = await uploadHttp.missing(videoId).catch(() => null);
    if (missing === null || running.has(videoId)) continue;
    const upload = add(videoId, file, null);
    upload.sentBytes.value = missing.receivedBytes;
    upload.state.value = { phase: "fileless" };
  }
  keepList();
}

function add(videoId: string, file: Known, blob: File | null): Running {
  const upload: Running = {
    ...{ videoId, file, blob, stop: new AbortController() },
    sentBytes: signal(0),
    state: signal<UploadPhase>({ phase: "paused" }),
  };
  running.set(videoId, upload);
  uploads.value = [upload, ...uploads.peek()];
  return upload;
}

function drop(videoId: string) {
  running.delete(videoId);
  uploads.value = uploads.peek().filter((one) => one.videoId !== videoId);
  keepList();
}

async function run(upload: Running) {
  const { videoId, blob, sentBytes, state } = upload;
  if (!blob) return;
  upload.stop = new AbortController();
  const { signal } = upload.stop;
  state.value = { phase: "sending", bytesPerSecond: null, isWaiting: false };
  let last = { atMs: steadyMs(), bytes: sentBytes.peek() };
  try {
    await runUpload({
      ...{ videoId, api: uploadHttp, signal },
      source: { sizeBytes: blob.size, slice: (fromByte, toByte) => readable(blob, fromByte, toByte) },
      pause: whenOnline,
      onWaiting(isWaiting) {
        const now = state.peek();
        if (now.phase === "sending") state.value = { ...now, isWaiting };
      },
      onProgress(bytes) {
        sentBytes.value = bytes;
        const now = state.peek();
        const tookMs = steadyMs() - last.atMs;
        if (now.phase !== "sending" || tookMs < RATE_MS) return;
        state.value = { ...now, bytesPerSecond: Math.max(0, ((bytes - last.bytes) * 1_000) / tookMs) };
        last = { atMs: steadyMs(), bytes };
      },
    });
    state.value = { phase: "done" };
    forget(videoId);
  } catch (error) {
    if (signal.aborted) state.value = { phase: "paused" };
    else if (error instanceof FileChanged) {
      upload.blob = null;
      state.value = { phase: "failed", why: words.fileChanged };
    } else state.value = { phase: "failed", why: errorText(error) };
  }
}

/** A file that was changed or removed cannot be read any more. */
async function readable(blob: File, fromByte: number, toByte: number): Promise<Blob> {
  const part = blob.slice(fromByte, toByte);
  try {
    await part.slice(0, 1).arrayBuffer();
  } catch {
    throw new FileChanged();
  }
  return part;
}

/** After that time, or when the browser says that it is online. */
const whenOnline = (ms: number) =>
  new Promise<void>((resolve) => {
    const done = () => {
      cancel();
      window.removeEventListener("online", done);
      resolve();
    };
    const cancel = after(ms, done);
    window.addEventListener("online", done);
  });

const knownOf = ({ name, size, lastModified }: File): Known => ({ name, sizeBytes: size, changedAtMs: lastModified });
const isSame = (a: Known, b: Known) =>
  a.name === b.name && a.sizeBytes === b.sizeBytes && a.changedAtMs === b.changedAtMs;

interface Kept {
  videoId: string;
  file: Known;
}

function kept(): Kept[] {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(read) ? read.filter(isKept) : [];
  } catch {
    return []; // Storage is disabled or holds another value.
  }
}

const isKept = (value: Partial<Kept> | null): value is Kept =>
  typeof value?.videoId === "string" &&
  typeof value.file?.name === "string" &&
  typeof value.file.sizeBytes === "number" &&
  typeof value.file.changedAtMs === "number";

const forget = (videoId: string) => write(kept().filter((one) => one.videoId !== videoId));

function keepList() {
  const unfinished = [...running.values()].filter(({ state }) => state.peek().phase !== "done");
  write(unfinished.map(({ videoId, file }) => ({ videoId, file })).slice(-KEPT_MAX));
}

function write(list: readonly Kept[]) {
  try {
    localStorage.setItem(KEY, JSON.stringify(list));
  } catch {
    return; // Without storage a reload ends an upload.
  }
}
