// Makes one object of the parts of an upload: by what the object store lists, never by what the uploader says.

import type { Clock } from "#runtime/base/clock.ts";
import {
  type ObjectInfo,
  ObjectMissing,
  type Objects,
  ObjectsRefused,
  type UploadPart,
} from "#runtime/objects/objects.ts";
import type { UploadRow } from "#schema/queries/videos/uploads.ts";
import { madeAtMs } from "#schema/wire/ids.ts";
import type { CompleteAnswer } from "#schema/wire/video-actor.ts";
import { uploadKey } from "#schema/wire/video-keys.ts";
import type { VideoChild } from "./child.ts";
import { patiently } from "./patient.ts";
import { counted, type UnderWay } from "./under-way.ts";
import type { Uploads } from "./uploads.ts";

export interface CompleterParts {
  clock: Clock;
  objects: Objects;
  uploads: Uploads;
  /** A store may make the object after the upload was cancelled. */
  jobs: UnderWay;
}

/** Of the store and of an edge: a store refuses signatures when it is more (AWS: RequestTimeTooSkewed). */
const CLOCKS_APART_MS = 15 * 60_000;
/** So many numbers are told. */
const MISSING_MAX = 20;

/** Tells `completed`. */
export const completer: VideoChild<CompleterParts, "completer"> = {
  name: "completer",
  runs: (state) => (state.phase === "completing" ? "completer" : null),
  key: (of) => of,
  start: (_, { parts, video: { videoId, log }, self }) =>
    patiently(() => counted(parts.jobs, videoId, completeUpload(videoId, parts)), {
      ...{ clock: parts.clock, log, what: "completion" },
      tell: (answer) => self.tell({ type: "completed", answer }),
    }),
};

export async function completeUpload(
  videoId: string,
  { objects, uploads }: Pick<CompleterParts, "objects" | "uploads">,
): Promise<CompleteAnswer> {
  const upload = await uploads.find(videoId);
  if (!upload?.uploadId) return { type: "over" };
  const at = { key: uploadKey(videoId), uploadId: upload.uploadId };
  try {
    const parts = await objects.uploads.parts(at);
    const trouble = troubleOf(parts, upload);
    if (trouble) return trouble;
    await objects.uploads.complete({ ...at, parts });
    return { type: "stored" };
  } catch (error) {
    if (error instanceof ObjectsRefused) return { type: "refused", detail: "The storage refused the parts." };
    if (!(error instanceof ObjectMissing)) throw error;
    // The answer to an earlier completion may have been lost.
    const object = await objects.look(at.key);
    return object && isOf(object, upload) ? { type: "stored" } : { type: "over" };
  }
}

/** Keys are never used twice; all the same an object of another size, or one older than its upload, is another one. */
const isOf = (object: ObjectInfo, { videoId, bytes }: UploadRow) =>
  object.bytes === bytes && object.modifiedAtMs > (madeAtMs(videoId) ?? 0) - CLOCKS_APART_MS;

export const partCount = ({ bytes, partBytes }: Pick<UploadRow, "bytes" | "partBytes">) => Math.ceil(bytes / partBytes);

/** Null: the parts are all of the declared file. */
export function troubleOf(
  parts: readonly UploadPart[],
  { bytes, partBytes }: Pick<UploadRow, "bytes" | "partBytes">,
): CompleteAnswer | null {
  const count = partCount({ bytes, partBytes });
  const arrived = new Map(parts.map((part) => [part.number, part.bytes]));
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter((number) => !arrived.has(number));
  const wrong = parts.find(
    ({ number, bytes: got }) => got !== (number < count ? partBytes : bytes - (count - 1) * partBytes),
  );
  if (wrong || parts.length > count)
    return {
      type: "refused",
      detail:
        wrong && wrong.number <= count
          ? `Part ${wrong.number} has ${wrong.bytes} bytes, which is not what was declared.`
          : "More was sent than was declared.",
    };
  return missing.length > 0 ? { type: "incomplete", missing: missing.slice(0, MISSING_MAX) } : null;
}
