// One request to a channel's origin, and the meaning of its answer.

import { reason } from "#runtime/base/log.ts";
import { EPOCH_HEADER, FIRST_HELD_HEADER, HEAD_HEADER } from "#schema/wire/media.ts";

/** A 10 s segment of 25 Mbit/s fits. Our media is never larger. */
const BODY_BYTES_MAX = 64 * 1024 * 1024;

export type OriginAnswer =
  | {
      kind: "found";
      bytes: Uint8Array<ArrayBuffer>;
      /** Absent headers are null. */
      epoch: number | null;
      headNumber: number | null;
      firstHeld: number | null;
    }
  /** 404: the origin lacks this path, or the whole broadcast. */
  | { kind: "absent" }
  /** 410: this rendition is not made any more. */
  | { kind: "withdrawn" }
  /** 400: the delivery directives ask too much. */
  | { kind: "bad" }
  /** Unreachable, broken off, aborted, or another status. */
  | { kind: "away"; reason: string };

/** Never throws; an abort is `away`. */
export async function askOrigin(url: string, signal: AbortSignal): Promise<OriginAnswer> {
  try {
    const response = await fetch(url, { signal, headers: { "accept-encoding": "identity" }, redirect: "error" });
    if (response.status !== 200) {
      await response.body?.cancel();
      if (response.status === 404) return { kind: "absent" };
      if (response.status === 410) return { kind: "withdrawn" };
      if (response.status === 400) return { kind: "bad" };
      return { kind: "away", reason: `status ${response.status}` };
    }
    const promised = response.headers.get("content-length");
    if (Number(promised) > BODY_BYTES_MAX) {
      await response.body?.cancel();
      return { kind: "away", reason: `a body of ${promised} bytes` };
    }
    const bytes = new Uint8Array(await response.arrayBuffer()); // Throws when the body breaks off.
    return {
      kind: "found",
      bytes,
      epoch: numberIn(response.headers, EPOCH_HEADER),
      headNumber: numberIn(response.headers, HEAD_HEADER),
      firstHeld: numberIn(response.headers, FIRST_HELD_HEADER),
    };
  } catch (error) {
    return { kind: "away", reason: reason(error) };
  }
}

function numberIn(headers: Headers, name: string): number | null {
  const text = headers.get(name);
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
