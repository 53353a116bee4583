// Who owns what in the bucket: every key begins with one of these. Each part removes its own objects alone. The orphan sweep
// (actors/orphan-sweep/) looks below `videos` and `uploads`, and nowhere else.

import { UUID_PATTERN } from "./ids.ts";

export const OBJECT_PREFIX = {
  /** `videos/<id>/…`: media and pictures of a video. */
  videos: "videos/",
  /** `uploads/<id>`: an upload as it came. Pending multipart uploads too. */
  uploads: "uploads/",
  /** `pictures/<owner>/…`: of people and channels (pictures.ts). */
  pictures: "pictures/",
  /** `backups/…`: of the database (ops/backup/archive.ts). */
  backups: "backups/",
} as const;

const OWNED = new RegExp(`^(?:${OBJECT_PREFIX.videos}(${UUID_PATTERN})/.|${OBJECT_PREFIX.uploads}(${UUID_PATTERN})$)`);

/** The id of the video that the key belongs to, whether there is one or not. Null: a key of another part, or none of ours. */
export function videoIdIn(key: string): string | null {
  const [, video, upload] = OWNED.exec(key) ?? [];
  return video ?? upload ?? null;
}
