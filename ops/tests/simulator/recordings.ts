// The rows of recordings in the simulated PostgreSQL, by the rules of schema/queries/videos/recording.ts, and what must be true of them.

import type { RecordingOwner } from "#schema/queries/videos/recording.ts";
import type { RecordingRows } from "#transcoding/recorder/rows.ts";
import type { SimPostgres, Statement } from "./postgres.ts";
import { VideoRows } from "./video-rows.ts";

type Ask = <T>(order: Pick<Statement, "name" | "lock" | "commit">) => Promise<T>;

/** As one node sees them. */
export function simulatedRows(database: SimPostgres, ask: Ask): RecordingRows {
  const video = (id: string) => {
    const rows = database.videos.get(id) ?? new VideoRows();
    database.videos.set(id, rows);
    return rows;
  };
  const owns = ({ channelId, epoch }: RecordingOwner) => database.rows.get(`channel/${channelId}`)?.epoch === epoch;
  const locked = (id: string, mode: "share" | "update") => ({ at: `video/${id}`, mode });
  return {
    async begin({ firstNumber, ...owner }) {
      const { videoId, epoch } = owner;
      const begun = await ask<boolean>({
        name: "beginRecording",
        lock: locked(videoId, "update"),
        commit: () => {
          if (!owns(owner)) return false;
          const { owners } = video(videoId);
          if (!owners.has(epoch)) owners.set(epoch, firstNumber);
          return true;
        },
      });
      if (!begun) return "replaced";
      await ask<void>({
        name: "dropReplaced",
        lock: locked(videoId, "update"),
        commit: () => {
          const { segments } = video(videoId);
          for (const [at, { number, epoch: by }] of segments)
            if (number >= firstNumber && by < epoch) segments.delete(at);
        },
      });
      return "kept";
    },
    supersede: (videoId, first) =>
      ask<void>({
        name: "supersede",
        lock: locked(videoId, "update"),
        commit: () => video(videoId).supersede(first),
      }),
    init: () => ask<void>({ name: "writeInit", commit: () => {} }),
    segment: (videoId, segment) =>
      ask<boolean>({
        name: "writeSegment",
        lock: locked(videoId, "share"),
        commit: () => {
          const { rendition, number, epoch, media } = segment;
          const rows = video(videoId);
          if (!rows.owners.has(epoch)) return false;
          const isSuccessors = rows.isTaken(epoch, number) || rows.isMadeAgain(segment);
          if (isSuccessors && !database.broken.recordedNumbers) return false;
          const at = `${rendition} ${number}`;
          const known = rows.segments.get(at);
          if (known && (known.media || !media)) return !known.media || known.epoch === epoch;
          rows.segments.set(at, segment);
          database.sim.count(media ? "segments recorded" : "gaps recorded");
          return true;
        },
      }),
    renditions: () => ask<void>({ name: "writeRenditions", commit: () => {} }),
    retotal: () => ask<void>({ name: "retotalRecording", commit: () => {} }),
    finish: (owner) =>
      ask<boolean>({
        name: "finishRecording",
        lock: locked(owner.videoId, "update"),
        commit: () => {
          if (!owns(owner)) return false;
          video(owner.videoId).finished++;
          return true;
        },
      }),
  };
}
