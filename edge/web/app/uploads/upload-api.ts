// What a page asks of the API and of the object store for an upload.

/** As `POST /videos` and `GET /videos/:id/upload` answer. */
export interface UploadView {
  /** Of each part but the last. */
  partSizeBytes: number;
  partCount: number;
  /** What has arrived, as the object store counts it. */
  receivedBytes: number;
  /** Parts that have not arrived, the first ones, each with an address to PUT its bytes to. */
  parts: { number: number; url: string }[];
  urlsExpireAt: string;
  expiresAt: string;
}

export interface UploadApi {
  /** Null: it is complete. Throws ApiError. */
  missing(videoId: string): Promise<UploadView | null>;
  /** Throws ApiError. */
  complete(videoId: string): Promise<void>;
  /** Rejects with PartRefused for an answer that says no, with anything else where the network fails or the file cannot be read. */
  put(url: string, bytes: Blob, options: { signal: AbortSignal; onSent(bytes: number): void }): Promise<void>;
}

/** The object store said no: the address is too old, for instance. Another one is asked for. */
export class PartRefused extends Error {
  override readonly name = "PartRefused";
}

/** The file is not what it was when the upload began. */
export class FileChanged extends Error {
  override readonly name = "FileChanged";
}
