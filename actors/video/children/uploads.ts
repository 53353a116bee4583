// The rows of uploads, as the children of a video need them. Each method rejects while the database is away.

import type { Database } from "#schema/database.ts";
import { finishUpload, type RenditionRows } from "#schema/queries/videos/upload-media.ts";
import {
  acceptUpload,
  failUpload,
  findUpload,
  setUploadProgress,
  type UploadOwner,
  type UploadRow,
  type VideoTask,
  videoTask,
} from "#schema/queries/videos/uploads.ts";

export interface Uploads {
  task(videoId: string): Promise<VideoTask>;
  find(videoId: string): Promise<UploadRow | null>;
  /** False, here and below: another node owns the actor, or the video is being deleted. */
  accept(owner: UploadOwner, warning: string | null): Promise<boolean>;
  progress(owner: UploadOwner, share: number): Promise<boolean>;
  finish(owner: UploadOwner, renditions: readonly RenditionRows[]): Promise<boolean>;
  fail(owner: UploadOwner, failure: { code: string; detail: string }): Promise<boolean>;
}

export const postgresUploads = ({ sql }: Database): Uploads => ({
  task: (videoId) => videoTask(sql, videoId),
  find: (videoId) => findUpload(sql, videoId),
  accept: (owner, warning) => acceptUpload(sql, owner, warning),
  progress: (owner, share) => setUploadProgress(sql, owner, share),
  finish: (owner, renditions) => finishUpload(sql, owner, renditions),
  fail: (owner, failure) => failUpload(sql, owner, failure),
});
