// Removes what an upload has left in the object store: its parts, its file, and the media of one that failed. The failure is written first,
// so that its uploader hears of it whatever the store does.

import type { Clock } from "#runtime/base/clock.ts";
import { ObjectMissing, type Objects, ObjectsAway } from "#runtime/objects/objects.ts";
import { uploadKey, videoPrefix } from "#schema/wire/video-keys.ts";
import type { State } from "../rules/state.ts";
import type { VideoChild } from "./child.ts";
import { patiently } from "./patient.ts";
import type { UnderWay } from "./under-way.ts";
import type { Uploads } from "./uploads.ts";

export interface ClearerParts {
  clock: Clock;
  objects: Objects;
  uploads: Uploads;
  jobs: UnderWay;
}

type Clearing = Extract<State, { phase: "clearing" }>;

/** Tells `cleared`. */
export const clearer: VideoChild<ClearerParts, Clearing> = {
  name: "clearer",
  runs: (state) => (state.phase === "clearing" ? state : null),
  key: ({ media }) => `clearer ${media}`,
  start(clearing, { parts, video: { videoId, epoch, log }, self }) {
    return patiently(() => clear(clearing, { ...parts, videoId, epoch }), {
      ...{ clock: parts.clock, log, what: "clearing" },
      tell: () => self.tell({ type: "cleared" }),
    });
  },
};

async function clear(
  { failure, media }: Clearing,
  { objects, uploads, jobs, videoId, epoch }: ClearerParts & { videoId: string; epoch: number },
) {
  await jobs.get(videoId);
  if (failure) await uploads.fail({ videoId, epoch }, failure);
  const key = uploadKey(videoId);
  const upload = await uploads.find(videoId);
  if (upload?.uploadId) await abort(objects, { key, uploadId: upload.uploadId });
  await objects.remove([key]);
  if (media) await removeAll(objects, videoPrefix(videoId));
}

/** A part that was on its way may arrive all the same, and is kept, and paid for (AWS: AbortMultipartUpload): then it is tried again. */
async function abort({ uploads }: Objects, upload: { key: string; uploadId: string }) {
  await uploads.abort(upload);
  const left = await uploads.parts(upload).catch((error) => {
    if (error instanceof ObjectMissing) return [];
    throw error;
  });
  if (left.length > 0) throw new ObjectsAway("parts of an aborted upload still arrive");
}

async function removeAll(objects: Objects, prefix: string) {
  for (let more = true; more; ) {
    const found = await objects.list(prefix);
    if (found.items.length > 0) await objects.remove(found.items.map((item) => item.key));
    more = found.more;
  }
}
