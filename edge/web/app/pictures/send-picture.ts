// Sends a picture as the body of a request, and says how much of it is sent.

import { apiError, noAnswer } from "../api.ts";
import { asSignedIn } from "../session.ts";

/** Longer than the server takes at most, whose answer says more. */
const WITHIN_MS = 110_000;

interface Sending {
  /** Default: PUT. */
  method?: "PUT" | "POST";
  /** 0–1, of the file. */
  onShare?(share: number): void;
  signal: AbortSignal;
}

/** `path` is below `/api/v1`. Rejects with ApiError, or with the signal's reason. XMLHttpRequest: fetch does not say how much was sent. */
export const sendPicture = <Value>(
  path: string,
  file: Blob,
  { method = "PUT", onShare, signal }: Sending,
): Promise<Value> =>
  asSignedIn(
    (accessToken) =>
      new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        const abort = () => request.abort();
        signal.addEventListener("abort", abort);
        request.timeout = WITHIN_MS;
        request.upload.onprogress = ({ loaded }) => onShare?.(file.size > 0 ? loaded / file.size : 1);
        request.onload = () => {
          const { status, responseText: text } = request;
          const headers = new Headers({ "retry-after": request.getResponseHeader("retry-after") ?? "" });
          if (status >= 200 && status < 300) resolve(JSON.parse(text) as Value);
          else reject(apiError({ status, headers }, text));
        };
        request.onerror = () => reject(noAnswer());
        request.ontimeout = request.onerror;
        request.onabort = () => reject(signal.reason);
        request.onloadend = () => signal.removeEventListener("abort", abort);
        request.open(method, `/api/v1${path}`);
        if (accessToken) request.setRequestHeader("authorization", `Bearer ${accessToken}`);
        request.send(file);
      }),
  );
