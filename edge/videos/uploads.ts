// Serves schema/api/uploads.ts. No byte of a file passes through an edge.

import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";
import { ObjectMissing, type Objects, ObjectsAway } from "#runtime/objects/objects.ts";
import { beginVideo, completeVideo, readUpload } from "#schema/api/uploads.ts";
import type { VideoView } from "#schema/api/videos.ts";
import { beginUpload, findUpload, forgetUpload, setUploadId, type UploadRow } from "#schema/queries/videos/uploads.ts";
import { storedFileName, titleOf, titleOfFile } from "#schema/wire/upload-name.ts";
import type { CompleteAnswer } from "#schema/wire/video-actor.ts";
import { uploadKey } from "#schema/wire/video-keys.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { Who } from "../identity/tokens/who.ts";
import type { EdgeWorld } from "../world.ts";
import { partBytesFor, uploadView } from "./upload-parts.ts";

/** The store may need long for thousands of parts; a later ask gets the outcome. The gateway answers after 8 s at the latest. */
const COMPLETE_WITHIN_MS = 7_000;
/** The file's own type is found by its bytes. */
const CONTENT_TYPE = "application/octet-stream";

export interface UploadParts {
  objects: Objects;
  /** As its owner sees it. */
  videoOf(videoId: string, who: Who): Promise<VideoView>;
}

export function uploadRoutes(world: EdgeWorld, { objects, videoOf }: UploadParts): Served[] {
  const { database, caller, config, random, clock, log } = world;
  const { sql } = database;
  const limits = config.uploads;
  const parts = { objects, clock };

  /** Null: it is complete. What is not the asker's is not there. */
  async function mine(videoId: string, { userId }: Who): Promise<UploadRow> {
    const upload = await findUpload(sql, videoId);
    if (upload?.userId !== userId || upload.status === "deleting") throw new Refusal("not_found");
    return upload;
  }

  return [
    serve(beginVideo, async ({ who, body: { title, fileName, sizeBytes: bytes, visibility = "public" } }) => {
      if (bytes > limits.bytesMax) throw new Refusal("upload_too_large", `The limit is ${limits.bytesMax} bytes.`);
      const videoId = random.uuid(clock.wallMs());
      const upload = { videoId, bytes, partBytes: partBytesFor(bytes) };
      const begun = await beginUpload(
        sql,
        {
          ...{ ...upload, userId: who.userId, visibility, expiresInMs: limits.expiresMs },
          title: title === undefined ? titleOfFile(fileName) : titleOf(title),
          fileName: storedFileName(fileName),
        },
        { countMax: limits.countPerUser, bytesMax: limits.bytesPerUser },
      );
      if (begun === "no channel") throw new Refusal("not_found");
      if (begun === "too many") throw new Refusal("too_many", `At most ${limits.countPerUser} uploads at a time.`);
      if (begun === "too many bytes") throw new Refusal("quota_reached");
      try {
        const uploadId = await objects.uploads.begin(uploadKey(videoId), { contentType: CONTENT_TYPE });
        await setUploadId(sql, videoId, uploadId);
        const expiresAt = new Date(clock.wallMs() + limits.expiresMs);
        return {
          video: await videoOf(videoId, who),
          upload: await uploadView({ ...upload, uploadId, expiresAt }, parts),
        };
      } catch (error) {
        // Should this fail too, the actor clears up when the upload expires.
        await forgetUpload(sql, videoId).catch((failure) => log.warn({ reason: reason(failure) }, "upload not undone"));
        throw away(error);
      }
    }),
    serve(readUpload, async ({ who, params: { id } }) => {
      const upload = await mine(id, who);
      if (upload.status !== "uploading") {
        if (upload.status === "failed") throw new Refusal("upload_over");
        return { upload: null };
      }
      const { uploadId } = upload;
      if (uploadId === null) throw new Refusal("upload_over");
      try {
        return { upload: await uploadView({ ...upload, uploadId }, parts) };
      } catch (error) {
        if (!(error instanceof ObjectMissing)) throw away(error);
        // Complete, and being inspected; or the store has forgotten it.
        const object = await objects.look(uploadKey(id)).catch((failure) => Promise.reject(away(failure)));
        if (object?.bytes === upload.bytes) return { upload: null };
        throw new Refusal("upload_over");
      }
    }),
    serve(completeVideo, async ({ who, params: { id } }) => {
      const upload = await mine(id, who);
      if (upload.status === "failed") throw new Refusal("upload_over");
      const answer = await caller.call<CompleteAnswer>(
        "video",
        id,
        { type: "complete" },
        { timeoutMs: COMPLETE_WITHIN_MS },
      );
      refuse(answer);
      return { video: await videoOf(id, who) };
    }),
  ];
}

function refuse(answer: CompleteAnswer) {
  switch (answer.type) {
    case "stored":
      return;
    case "incomplete": {
      const [first] = answer.missing;
      const others = answer.missing.length > 1 ? `, and ${answer.missing.length - 1} more` : "";
      throw new Refusal("parts_missing", `Part ${first} is missing${others}.`);
    }
    case "over":
      throw new Refusal("upload_over");
    case "refused":
      throw new Refusal("upload_refused", answer.detail);
  }
}

const away = (error: unknown) =>
  error instanceof ObjectsAway ? new Refusal("unavailable", "The storage is not available.") : error;
