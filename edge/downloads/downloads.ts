// Downloads of videos and clips as MP4. Nothing of them is stored: what is sent is put together of the stored segments as it is taken.

import { Refusal } from "#runtime/actor/actor.ts";
import { KeyedSemaphore } from "#runtime/base/keyed-semaphore.ts";
import { LruMap } from "#runtime/base/lru.ts";
import { attachment } from "#runtime/objects/attachment.ts";
import { ObjectMissing, type Objects, ObjectsAway } from "#runtime/objects/objects.ts";
import type { Sql } from "#schema/database.ts";
import type { PlayableClip } from "#schema/queries/clips/playable-clip.ts";
import { type DownloadRow, downloadRows } from "#schema/queries/videos/download-rows.ts";
import type { PlayableVideo } from "#schema/queries/videos/playable.ts";
import { videoKey } from "#schema/wire/video-keys.ts";
import { limitKey } from "../gateway/requests/client-address.ts";
import { isOpenVideo } from "../videos/rights.ts";
import { clipFile } from "./clip-file.ts";
import { fragmentedFile } from "./fragmented-file.ts";
import { fileResponse, type JoinedFile } from "./joined-file.ts";
import { downloadRunning } from "./metrics.ts";
import { type SessionFile, sessionFiles } from "./sessions.ts";

/** Of one edge, and of one address; over it 429 and 503. Browsers open some requests for one file. */
const AT_ONCE_MAX = 100;
const PER_ADDRESS_MAX = 8;
/** Of the object store's connections, downloads have some, so that those who watch find others. */
const READS_AT_ONCE = 8;
const READS_WAITING_MAX = 200;
/** Layouts that are kept, so that a file that comes in many ranges is laid out once. */
const FILES_MAX = 16;
/** Rows of one video: 111 hours in segments of 2 s. What is behind is not offered. */
const ROWS_MAX = 200_000;
const AGAIN_MS = 5_000;

interface DownloadsParts {
  sql: Sql;
  objects: Pick<Objects, "get">;
  /** Of the client, not of a trusted proxy. */
  addressOf(request: Request): string;
}

export interface Downloads {
  /** The files of a video, or of a clip: more than one where an encoder came back with other tracks. */
  filesOfVideo(video: Pick<PlayableVideo, "id" | "renditions">): Promise<SessionFile[]>;
  filesOfClip(clip: PlayableClip): Promise<SessionFile[]>;
  /** A file, `part` from 1, whole or in part. Throws Refusal: `not_found`, `busy`, `rate_limited`, `unavailable`. */
  video(request: Request, video: PlayableVideo, part: number): Promise<Response>;
  clip(request: Request, clip: PlayableClip, part: number): Promise<Response>;
}

export function createDownloads({ sql, objects, addressOf }: DownloadsParts): Downloads {
  const files = new LruMap<string, JoinedFile>(FILES_MAX);
  const running = new Map<string, number>();
  let count = 0;
  const reads = new KeyedSemaphore({
    concurrentMax: READS_AT_ONCE,
    waitingMax: READS_WAITING_MAX,
    full: () => new Refusal("busy", "too many downloads at this edge", AGAIN_MS),
  });
  const readObject = (key: string) => reads.run("read", () => objects.get(key));

  const rowsOf = (videoId: string, rendition: string, first = 0, last = Number.MAX_SAFE_INTEGER) =>
    downloadRows(sql, { videoId, rendition, first, last, limit: ROWS_MAX });

  const readersOf = (videoId: string, rendition: string) => ({
    readInit: (hash: string) => readObject(videoKey.init(videoId, rendition, hash)),
    readSegment: (row: Pick<DownloadRow, "number" | "epoch">) => readObject(videoKey.segment(videoId, rendition, row)),
  });

  async function filesOfVideo({ id, renditions }: Pick<PlayableVideo, "id" | "renditions">) {
    return renditions[0] ? sessionFiles(await rowsOf(id, renditions[0].name)) : [];
  }

  async function filesOfClip({ videoId, renditions, firstNumber, lastNumber }: PlayableClip) {
    return renditions[0] ? sessionFiles(await rowsOf(videoId, renditions[0].name, firstNumber, lastNumber)) : [];
  }

  return {
    filesOfVideo,
    filesOfClip,
    async video(request, video, part) {
      const name = `${video.id} ${part}`;
      const file = await laidOut(name, async () => {
        if (video.status !== "ready") throw new Refusal("still_recording");
        const file = (await filesOfVideo(video))[part - 1];
        return file ? fragmentedFile({ file, name, ...readersOf(video.id, video.renditions[0]!.name) }) : null;
      });
      return send(request, file, { part, ...video });
    },
    async clip(request, clip, part) {
      const name = `${clip.id} ${part}`;
      const { videoId, offsetMs, durationMs } = clip;
      const file = await laidOut(name, async () => {
        const session = (await filesOfClip(clip))[part - 1];
        if (!session) return null;
        const { readInit, readSegment } = readersOf(videoId, clip.renditions[0]!.name);
        const segments = session.runs.flatMap((run) =>
          run.map((row, i) => ({ startMs: row.startMs, goesOn: i > 0, read: () => readSegment(row) })),
        );
        const span = {
          startMs: Math.max(offsetMs, session.startMs),
          endMs: Math.min(offsetMs + durationMs, endOf(session)),
        };
        return clipFile({ init: await readInit(session.initHash), segments, span, name });
      });
      // Rows of a running recording may still change.
      if (clip.isRecording) files.delete(name);
      return send(request, file, { part, ...clip });
    },
  };

  async function laidOut(name: string, layOut: () => Promise<JoinedFile | null>): Promise<JoinedFile> {
    const kept = files.get(name);
    if (kept) return kept;
    try {
      const file = await layOut();
      if (!file) throw new Refusal("not_found");
      files.set(name, file);
      return file;
    } catch (error) {
      if (error instanceof ObjectMissing) throw new Refusal("not_found", "its media are gone");
      if (error instanceof ObjectsAway) throw new Refusal("unavailable", "the object store does not answer", 1_000);
      throw error;
    }
  }

  function send(
    request: Request,
    file: JoinedFile,
    {
      title,
      part,
      visibility,
      suspended,
    }: Pick<PlayableVideo, "title" | "visibility" | "suspended"> & { part: number },
  ): Response {
    const fileName = `${title}${part > 1 ? ` (${part})` : ""}.mp4`;
    const scope = isOpenVideo({ visibility, suspended }) ? "public" : "private";
    // Ranges are asked again with the validator: caches need not keep gigabytes.
    const headers = { "cache-control": `${scope}, no-cache`, "content-disposition": attachment(fileName) };
    return fileResponse(request, file, { headers, onEnd: begin(limitKey(addressOf(request))) });
  }

  /** Counts a download. Returns how it ends. Throws Refusal: `busy`, `rate_limited`. */
  function begin(address: string): () => void {
    const ofAddress = running.get(address) ?? 0;
    if (count >= AT_ONCE_MAX) throw new Refusal("busy", "too many downloads at this edge", AGAIN_MS);
    if (ofAddress >= PER_ADDRESS_MAX) throw new Refusal("rate_limited", "too many downloads at once", AGAIN_MS);
    running.set(address, ofAddress + 1);
    downloadRunning.set(++count);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      downloadRunning.set(--count);
      const left = running.get(address)! - 1;
      if (left > 0) running.set(address, left);
      else running.delete(address);
    };
  }
}

function endOf({ runs }: SessionFile): number {
  const last = runs.at(-1)!.at(-1)!;
  return last.startMs + last.durationMs;
}
