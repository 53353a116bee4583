// Sends one file in parts, some at once, and goes on after each interruption until all of it is there.

import { ApiError } from "../api.ts";
import { FileChanged, PartRefused, type UploadApi, type UploadView } from "./upload-api.ts";

const PARALLEL = 3;
const PAUSES_MS = [1_000, 2_000, 5_000, 10_000, 20_000] as const;

export interface UploadSource {
  /** The bytes from one place to another. Throws FileChanged. */
  slice(fromByte: number, toByte: number): Promise<Blob>;
  sizeBytes: number;
}

interface RunOptions {
  videoId: string;
  source: UploadSource;
  api: UploadApi;
  /** Resolves after that time, or when the network is back. */
  pause(ms: number): Promise<void>;
  signal: AbortSignal;
  /** Bytes that are there or on their way. */
  onProgress(sentBytes: number): void;
  /** True: it waits for the network. */
  onWaiting(isWaiting: boolean): void;
}

/** Resolves once the video is complete. Rejects with ApiError for a refusal, FileChanged, or the reason of an abort. */
export async function runUpload(options: RunOptions): Promise<void> {
  const { videoId, api, signal } = options;
  let failures = 0;
  for (;;) {
    signal.throwIfAborted();
    try {
      const upload = await api.missing(videoId);
      if (upload === null) return;
      if (upload.parts.length === 0) return await api.complete(videoId);
      options.onWaiting(false);
      await sendParts(upload, options);
      failures = 0;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof FileChanged || isFinal(error)) throw error;
      options.onWaiting(true);
      await options.pause(PAUSES_MS[Math.min(failures++, PAUSES_MS.length - 1)]!);
    }
  }
}

/** What the server will say again. */
const isFinal = (error: unknown) =>
  error instanceof ApiError &&
  error.status >= 400 &&
  error.status < 500 &&
  error.status !== 429 &&
  error.status !== 408;

/** Rejects with the first failure, once no part is under way any more: what has arrived counts. */
async function sendParts(upload: UploadView, { source, api, signal, onProgress }: RunOptions) {
  const { partSizeBytes, parts, receivedBytes } = upload;
  const sent = new Map<number, number>();
  const tell = () => onProgress(receivedBytes + [...sent.values()].reduce((sum, bytes) => sum + bytes, 0));
  tell();
  const waiting = [...parts];
  let failure: unknown;
  const send = async () => {
    for (let part = waiting.shift(); part && failure === undefined; part = waiting.shift()) {
      const { number, url } = part;
      const fromByte = (number - 1) * partSizeBytes;
      const onSent = (bytes: number) => {
        sent.set(number, bytes);
        tell();
      };
      try {
        const bytes = await source.slice(fromByte, Math.min(source.sizeBytes, fromByte + partSizeBytes));
        await api.put(url, bytes, { signal, onSent });
        onSent(bytes.size);
      } catch (error) {
        sent.delete(number);
        failure ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, send));
  tell();
  // With an address that is too old the next ones are too: all are asked for anew.
  if (failure !== undefined && !(failure instanceof PartRefused && sent.size > 0)) throw failure;
}
