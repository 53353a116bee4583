// Puts the renditions of an upload into the object store, and gives their rows. Nothing lists an object before all of them are there.

import { join } from "node:path";
import type { Objects } from "#runtime/objects/objects.ts";
import type { RenditionRows } from "#schema/queries/videos/upload-media.ts";
import { MEDIA_OBJECT, videoKey } from "#schema/wire/video-keys.ts";
import { cut } from "./cut.ts";
import { renditionFile } from "./encode.ts";
import { Stopped } from "./inspect.ts";
import { fpsOf, type Plan, type PlannedRung } from "./plan.ts";
import { refusal } from "./refusal.ts";

type StoredSegment = RenditionRows["segments"][number];

export interface StoreOptions {
  objects: Objects;
  videoId: string;
  /** Part of each key: what an older owner still writes lies elsewhere. */
  epoch: number;
  folder: string;
  plan: Plan;
  signal: AbortSignal;
  /** From 0 to 1. */
  onProgress(share: number): void;
}

/** Puts that run at once: each holds its segment in memory. */
const PUTS_MAX = 4;
/** How far the renditions may differ in length, and all of them from the plan. */
const LENGTH_TOLERANCE_MS = 500;
/** A damaged file ends earlier than its packets say; so much must be left of it. */
const SHARE_MIN = 0.2;

/** Throws UploadRefused, ObjectsAway, ObjectsRefused, and Stopped after `signal`. */
export async function storeRenditions(options: StoreOptions): Promise<RenditionRows[]> {
  const stored: RenditionRows[] = [];
  const { rungs } = options.plan;
  for (const [i, rung] of rungs.entries()) {
    stored.push(await storeRendition(rung, options));
    options.onProgress((i + 1) / rungs.length);
  }
  checkLengths(stored, options.plan);
  return stored;
}

async function storeRendition(rung: PlannedRung, options: StoreOptions): Promise<RenditionRows> {
  const { objects, videoId, epoch, folder, plan, signal } = options;
  const puts = new Puts();
  const segments: StoredSegment[] = [];
  let rendition: Omit<RenditionRows, "bandwidth" | "averageBandwidth"> | null = null;
  const work = cut(Bun.file(join(folder, renditionFile(rung.name))).stream(), {
    async init({ hash, bytes, tracks }) {
      const key = videoKey.init(videoId, rung.name, hash);
      const video = tracks.find(({ kind }) => kind === "video");
      if (!video) throw refusal("unreadable");
      const codecs = [video.codec, ...tracks.filter(({ kind }) => kind === "audio").map(({ codec }) => codec)];
      rendition = {
        ...{ name: rung.name, codecs, width: video.width, height: video.height, fps: fpsOf(plan.rate) / rung.every },
        ...{ init: { hash, bytes: bytes.length }, segments },
      };
      await puts.add(() => objects.put(key, bytes, MEDIA_OBJECT));
    },
    async segment({ bytes, ...segment }) {
      if (signal.aborted) throw new Stopped();
      const sha256 = new Uint8Array(new Bun.CryptoHasher("sha256").update(bytes).digest());
      segments.push({ ...segment, bytes: bytes.length, sha256, initHash: rendition!.init.hash });
      const key = videoKey.segment(videoId, rung.name, { number: segment.number, epoch });
      await puts.add(() => objects.put(key, bytes, { ...MEDIA_OBJECT, sha256 }));
    },
  });
  // Nothing is put after this, whatever happens.
  await work.finally(() => puts.settled());
  await puts.all();
  return { ...rendition!, ...bandwidthOf(segments) };
}

/** Adding waits while too many run. The first failure is thrown by the next call. */
class Puts {
  readonly #running = new Set<Promise<void>>();
  #failure: unknown = null;

  async add(put: () => Promise<void>) {
    while (this.#running.size >= PUTS_MAX) await Promise.race(this.#running);
    if (this.#failure) throw this.#failure;
    const running = put()
      .catch((error) => {
        this.#failure ??= error;
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async settled() {
    await Promise.all(this.#running);
  }

  async all() {
    await this.settled();
    if (this.#failure) throw this.#failure;
  }
}

function bandwidthOf(segments: readonly StoredSegment[]) {
  const bits = (bytes: number, ms: number) => Math.ceil((bytes * 8_000) / ms);
  return {
    bandwidth: Math.max(...segments.map(({ bytes, durationMs }) => bits(bytes, durationMs))),
    averageBandwidth: bits(
      segments.reduce((sum, { bytes }) => sum + bytes, 0),
      lengthOf(segments),
    ),
  };
}

export const lengthOf = (segments: readonly { durationMs: number }[]) =>
  segments.reduce((sum, { durationMs }) => sum + durationMs, 0);

function checkLengths(renditions: readonly RenditionRows[], { durationS }: Plan) {
  const lengths = renditions.map(({ segments }) => lengthOf(segments));
  const longest = Math.max(...lengths);
  if (longest < durationS * 1_000 * SHARE_MIN || longest - Math.min(...lengths) > LENGTH_TOLERANCE_MS)
    throw refusal("unreadable");
}
