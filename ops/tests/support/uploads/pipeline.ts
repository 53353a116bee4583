// An upload's way from a file to its renditions, with real FFmpeg in the sandbox and an object store in memory.

import { chmodSync, linkSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#runtime/base/clock.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import type { ProcessHost } from "#runtime/process/process.ts";
import { systemProcesses } from "#runtime/process/process-bun.ts";
import { findSandbox } from "#runtime/process/sandbox.ts";
import type { RenditionRows } from "#schema/queries/videos/upload-media.ts";
import { videoKey } from "#schema/wire/video-keys.ts";
import { encode } from "#transcoding/uploads/encode.ts";
import { inspect } from "#transcoding/uploads/inspect.ts";
import { UploadRefused } from "#transcoding/uploads/refusal.ts";
import { makeScratch } from "#transcoding/uploads/scratch.ts";
import { INPUT } from "#transcoding/uploads/source-limits.ts";
import { storeRenditions } from "#transcoding/uploads/store.ts";
import type { Kitchen } from "./ingredients.ts";

export type Processed =
  | { type: "refused"; code: string; detail: string }
  | {
      type: "made";
      warning: string | null;
      renditions: RenditionRows[];
      /** The best rendition as one file. */
      path: string;
    };

export interface Pipeline extends Kitchen {
  process(name: string): Promise<Processed>;
  /** Command lines that ran. */
  readonly commands: readonly string[][];
  remove(): void;
}

const VIDEO_ID = "00000000-0000-7000-8000-000000000001";
const EPOCH = 1;

export async function uploadPipeline(): Promise<Pipeline> {
  const folder = mkdtempSync(join(tmpdir(), "uploads-"));
  chmodSync(folder, 0o711); // The sandbox's user passes through.
  const sandbox = await findSandbox({ processes: systemProcesses, log: console, niceness: 0 });
  const commands: string[][] = [];
  const processes: ProcessHost = {
    spawn(options) {
      commands.push(options.argv);
      return systemProcesses.spawn(options);
    },
  };
  return {
    folder,
    commands,
    remove: () => rmSync(folder, { recursive: true, force: true }),
    async process(name) {
      const scratch = makeScratch(folder, { name: "a1", userId: sandbox.userId });
      const path = join(scratch.folder, INPUT);
      linkSync(join(folder, name), path); // One has gigabytes.
      chmodSync(path, 0o644);
      const { signal } = new AbortController();
      const program = { processes, clock: systemClock, sandbox, folder: scratch.folder, signal };
      try {
        const inspected = await inspect({
          ...{ ...program, path, ffprobePath: "ffprobe", preset: "ultrafast", durationMaxS: 3_600 },
        });
        const limits = { threads: 2, addressSpaceBytesMax: 4 * 1024 ** 3 };
        await encode(inspected, { ...program, ...limits, ffmpegPath: "ffmpeg", onProgress: () => {} });
        const objects = new MemoryObjects(systemClock);
        const { plan, warning } = inspected;
        const renditions = await storeRenditions({
          ...{ objects, videoId: VIDEO_ID, epoch: EPOCH, folder: scratch.folder, plan, signal, onProgress: () => {} },
        });
        const whole = join(folder, `${name}.made.mp4`);
        await Bun.write(whole, await wholeOf(objects, renditions[0]!));
        return { type: "made", warning, renditions, path: whole };
      } catch (error) {
        if (!(error instanceof UploadRefused)) throw error;
        return { type: "refused", code: error.code, detail: error.detail };
      } finally {
        scratch.remove();
      }
    },
  };
}

async function wholeOf(objects: MemoryObjects, { name, init, segments }: RenditionRows): Promise<Uint8Array> {
  const parts = [await objects.get(videoKey.init(VIDEO_ID, name, init.hash))];
  for (const { number, bytes } of segments) {
    const segment = await objects.get(videoKey.segment(VIDEO_ID, name, { number, epoch: EPOCH }));
    if (segment.length !== bytes)
      throw new Error(`segment ${number} has ${segment.length} bytes and a row of ${bytes}`);
    parts.push(segment);
  }
  return Buffer.concat(parts);
}
