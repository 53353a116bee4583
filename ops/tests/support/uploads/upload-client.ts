// Uploads a file as a browser does: begin, parts straight to the object store, complete, and wait for what becomes of it.

import type { UploadView } from "#schema/api/uploads.ts";
import type { VideoView } from "#schema/api/videos.ts";
import { type Account, call } from "../api.ts";
import { until } from "../until.ts";

type Uploader = Pick<Account, "accessToken">;

export interface UploadBegun {
  video: VideoView;
  upload: UploadView;
}

export const beginUpload = (url: string, { accessToken }: Uploader, file: { fileName: string; sizeBytes: number }) =>
  call<UploadBegun>(`${url}/api/v1/videos`, { token: accessToken, body: file });

/** Null: it is complete. */
export const missingOf = async (url: string, { accessToken }: Uploader, videoId: string) =>
  (await call<{ upload: UploadView | null }>(`${url}/api/v1/videos/${videoId}/upload`, { token: accessToken })).upload;

export const completeUpload = (url: string, { accessToken }: Uploader, videoId: string) =>
  call<unknown>(`${url}/api/v1/videos/${videoId}/complete`, { token: accessToken, body: {} });

/** A whole upload of a small file. Resolves with its video's id when all of it is stored. */
export async function upload(
  url: string,
  uploader: Uploader,
  { fileName, bytes }: { fileName: string; bytes: Uint8Array },
): Promise<string> {
  const { video, upload } = await beginUpload(url, uploader, { fileName, sizeBytes: bytes.length });
  const { partSizeBytes, parts } = upload;
  for (const { number, url: address } of parts) {
    const body = new Uint8Array(bytes.subarray((number - 1) * partSizeBytes, number * partSizeBytes));
    const answer = await fetch(address, { method: "PUT", body });
    if (!answer.ok) throw new Error(`part ${number} → ${answer.status} ${await answer.text()}`);
  }
  await completeUpload(url, uploader, video.id);
  return video.id;
}

/** The video once it is ready, or has failed. */
export const outcomeOf = (url: string, { accessToken }: Uploader, videoId: string, withinMs = 60_000) =>
  until(
    `an outcome of upload ${videoId}`,
    async () => {
      const video = await call<VideoView>(`${url}/api/v1/videos/${videoId}`, { token: accessToken });
      return video.status === "ready" || video.status === "failed" ? video : null;
    },
    { withinMs, everyMs: 250 },
  );
