// Asks the API and the object store for an upload, by HTTP.

import { call } from "../session.ts";
import { PartRefused, type UploadApi, type UploadView } from "./upload-api.ts";

export const uploadHttp: UploadApi = {
  async missing(videoId) {
    return (await call<{ upload: UploadView | null }>(`/videos/${videoId}/upload`)).upload;
  },
  async complete(videoId) {
    await call(`/videos/${videoId}/complete`, { method: "POST", body: {}, timeoutMs: 120_000 });
  },
  /** XMLHttpRequest: fetch does not say how much was sent. */
  put: (url, bytes, { signal, onSent }) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const abort = () => request.abort();
      signal.addEventListener("abort", abort);
      request.upload.onprogress = ({ loaded }) => onSent(loaded);
      request.onload = () =>
        request.status >= 200 && request.status < 300
          ? resolve()
          : reject(request.status < 500 ? new PartRefused(String(request.status)) : new Error(String(request.status)));
      request.onerror = () => reject(new TypeError("the network failed"));
      request.onabort = () => reject(signal.reason);
      request.onloadend = () => signal.removeEventListener("abort", abort);
      request.open("PUT", url);
      request.send(bytes);
    }),
};
