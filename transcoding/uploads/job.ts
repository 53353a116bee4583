// One upload from the object store to a video that can be watched: fetched, inspected, encoded, stored, its rows written.
//
//   wait for a turn ─ fetch ─ inspect ─ accepted ─ encode ─ store ─ rows ─ ready
//                               └ refused            └ refused

import { chmod, open } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "#runtime/base/clock.ts";
import type { KeyedSemaphore } from "#runtime/base/keyed-semaphore.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { ObjectMissing, type Objects } from "#runtime/objects/objects.ts";
import type { ProcessHost } from "#runtime/process/process.ts";
import type { Sandbox } from "#runtime/process/sandbox.ts";
import type { RenditionRows } from "#schema/queries/videos/upload-media.ts";
import type { UploadOwner } from "#schema/queries/videos/uploads.ts";
import { uploadKey } from "#schema/wire/video-keys.ts";
import type { X264Preset } from "../ladder/rungs.ts";
import { encode } from "./encode.ts";
import { inspect, Stopped } from "./inspect.ts";
import { uploadOutcomes, uploadSeconds } from "./metrics.ts";
import { UploadRefused } from "./refusal.ts";
import { makeScratch } from "./scratch.ts";
import { INPUT } from "./source-limits.ts";
import { storeRenditions } from "./store.ts";

/** The rows of one upload. Each throws while the database is away; false: the video is being deleted, or another node owns it. */
export interface UploadRows {
  accepted(warning: string | null): Promise<boolean>;
  /** From 0 to 1. */
  progress(share: number): Promise<boolean>;
  /** All rows of the media, and then the video as ready. */
  ready(renditions: readonly RenditionRows[]): Promise<boolean>;
}

/** One for all jobs of a node. */
export interface JobParts {
  processes: ProcessHost;
  clock: Clock;
  sandbox: Sandbox;
  objects: Objects;
  ffmpegPath: string;
  ffprobePath: string;
  /** Folder of the folders of jobs. */
  scratchDir: string;
  preset: X264Preset;
  durationMaxS: number;
  bytesMax: number;
  /** Of FFmpeg while it encodes. */
  addressSpaceBytesMax: number;
  threads: number;
  /** How many jobs the node does at once. */
  turns: KeyedSemaphore;
  /** The node is short of processor time: live encoding goes first. */
  lags(): boolean;
  /** Poster, thumbnails and storyboard, once the media are stored. A failure costs the pictures, not the video. */
  pictures(owner: UploadOwner, renditions: readonly RenditionRows[], signal: AbortSignal): Promise<void>;
}

export interface JobOptions {
  parts: JobParts;
  videoId: string;
  epoch: number;
  log: Log;
  rows: UploadRows;
}

export type JobEnd =
  | { type: "ready" }
  | { type: "refused"; code: string; detail: string }
  /** The video is deleted, or another node has it. */
  | { type: "gone" }
  /** The world failed; another try may work. */
  | { type: "broke"; detail: string };

export interface Job {
  /** Never rejects; null: it was stopped. */
  readonly end: Promise<JobEnd | null>;
  /** Resolves when nothing of it is left. */
  stop(): Promise<void>;
}

const TURN = "upload";
const LAG_LOOK_MS = 2_000;
const PROGRESS_EVERY_MS = 3_000;
/** Share of the progress that is encoding; the rest is storing. */
const ENCODING_SHARE = 0.9;

export function startJob(options: JobOptions): Job {
  return new RunningJob(options);
}

class Gone extends Error {}

class RunningJob implements Job {
  readonly end: Promise<JobEnd | null>;
  readonly #abort = new AbortController();
  #progressMs = Number.NEGATIVE_INFINITY;
  #gone = false;

  constructor(private readonly options: JobOptions) {
    this.end = this.#run();
  }

  async stop() {
    this.#abort.abort();
    await this.end;
  }

  async #run(): Promise<JobEnd | null> {
    const { parts, log } = this.options;
    const startedMs = parts.clock.monoMs();
    try {
      await parts.turns.run(TURN, () => this.#work());
      uploadSeconds.observe((parts.clock.monoMs() - startedMs) / 1_000);
      return this.#ended({ type: "ready" });
    } catch (error) {
      if (this.#gone || error instanceof Gone) return this.#ended({ type: "gone" });
      if (this.#abort.signal.aborted || error instanceof Stopped) return null;
      if (error instanceof UploadRefused)
        return this.#ended({ type: "refused", code: error.code, detail: error.detail });
      // The upload itself is gone: nothing will bring it back.
      if (error instanceof ObjectMissing)
        return this.#ended({ type: "refused", code: "unreadable", detail: "The file is not there any more." });
      log.warn({ reason: reason(error) }, "upload not processed yet");
      return this.#ended({ type: "broke", detail: reason(error) });
    }
  }

  #ended(end: JobEnd): JobEnd {
    uploadOutcomes.inc({ outcome: end.type });
    return end;
  }

  async #work() {
    const { parts, videoId, epoch, log, rows } = this.options;
    const { signal } = this.#abort;
    while (parts.lags() && !signal.aborted) await parts.clock.sleep(LAG_LOOK_MS);
    if (signal.aborted) throw new Stopped();
    const scratch = makeScratch(parts.scratchDir, { name: videoId, userId: parts.sandbox.userId });
    const { folder } = scratch;
    const program = { ...parts, folder, signal, pauses: parts.lags };
    try {
      await this.#fetch(join(folder, INPUT));
      const inspected = await inspect({ ...program, path: join(folder, INPUT) });
      const { plan, warning } = inspected;
      log.info({ ...described(inspected), warning }, "upload accepted");
      this.#go(await rows.accepted(warning));
      await encode(inspected, { ...program, onProgress: (share) => this.#progress(share * ENCODING_SHARE) });
      const renditions = await storeRenditions({
        ...{ objects: parts.objects, videoId, epoch, folder, plan, signal },
        onProgress: (share) => this.#progress(ENCODING_SHARE + share * (1 - ENCODING_SHARE)),
      });
      await parts
        .pictures({ videoId, epoch }, renditions, signal)
        .catch((error) => log.warn({ reason: reason(error) }, "no pictures of an upload"));
      if (signal.aborted) throw new Stopped();
      this.#go(await rows.ready(renditions));
    } finally {
      scratch.remove();
    }
  }

  async #fetch(path: string) {
    const { parts, videoId } = this.options;
    const { stream, bytes } = await parts.objects.open(uploadKey(videoId));
    if (bytes > parts.bytesMax) throw new UploadRefused("too_expensive", "The file is too large.");
    const file = await open(path, "w");
    try {
      for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) {
        if (this.#abort.signal.aborted) throw new Stopped();
        await file.write(chunk);
      }
    } finally {
      await file.close();
    }
    await chmod(path, 0o644); // Its folder is closed to all but the sandbox's user.
  }

  #go(on: boolean) {
    if (!on) throw new Gone();
  }

  /** At most every 3 s; a row that is gone ends the job. */
  #progress(share: number) {
    const nowMs = this.options.parts.clock.monoMs();
    if (nowMs - this.#progressMs < PROGRESS_EVERY_MS) return;
    this.#progressMs = nowMs;
    void this.options.rows.progress(share).then(
      (on) => {
        if (on) return;
        this.#gone = true;
        this.#abort.abort();
      },
      () => {}, // The database is away: the next one may work.
    );
  }
}

const described = ({ demuxer, plan }: Awaited<ReturnType<typeof inspect>>) => ({
  ...{ demuxer, durationS: plan.durationS, rungs: plan.rungs.map(({ name }) => name).join(), codec: plan.video.codec },
});
