// Removes what an upload has left in the object store: its parts, its file, and the media of one that failed. The failure is written first,
// so that its uploader hears of it whatever the store does.

import type { Clock } from "#runtime/base/clock.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import { uploadKey, videoPrefix } from "#schema/wire/video-keys.ts";
import type { State } from "../rules/state.ts";
import type { VideoChild } from "./child.ts";
import { patiently } from "./patient.ts";
import type { Uploads } from "./uploads.ts";

export interface ClearerParts {
  clock: Clock;
  objects: Objects;
  uploads: Uploads;
  /** See WorkerParts: what a job still puts would be left behind. */
  jobs: ReadonlyMap<string, Promise<unknown>>;
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
  if (upload?.uploadId) await objects.uploads.abort({ key, uploadId: upload.uploadId });
  await objects.remove([key]);
  if (media) await removeAll(objects, videoPrefix(videoId));
}

async function removeAll(objects: Objects, prefix: string) {
  for (let more = true; more; ) {
    const found = await objects.list(prefix);
    if (found.items.length > 0) await objects.remove(found.items.map((item) => item.key));
    more = found.more;
  }
}
